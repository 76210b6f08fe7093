/**
 * Tells the origin whose picture a request is about, so that tenants share it fairly: `encodeURIComponent(tenantOf(key))`. It is not
 * signed: who could change it on its way gets or takes a turn, and nothing else.
 */
export const TENANT_HEADER = 'Afterglow-Tenant';

/** Whose picture a key names: its first segment, where it has several. Those without a folder are one tenant's together, ''. */
export function tenantOf(key: string): string {
  const end = key.indexOf('/');
  return end === -1 ? '' : key.slice(0, end);
}
