import { ApiError, getJson } from './api.ts';

/** A picture that the page shows. */
export interface GalleryEntry {
  readonly key: string;
  readonly title: string;
  readonly credit: string;
}

/**
 * The pictures of `/gallery.json`, after those that the page's address names by `?picture=KEY`. A server without a gallery
 * has none.
 */
export async function loadGallery(address: URL): Promise<GalleryEntry[]> {
  const named = address.searchParams.getAll('picture').map(ownEntry);
  const listed = await getJson('/gallery.json').catch((error: unknown) => {
    if (error instanceof ApiError && error.code !== 'unreachable') return [];
    throw error;
  });
  const entries = Array.isArray(listed) ? listed.filter(isEntry) : [];
  return [...named, ...entries.filter(({ key }) => !named.some((entry) => entry.key === key))];
}

/** The entry of a picture that somebody uploaded. */
export function ownEntry(key: string): GalleryEntry {
  return { key, title: key, credit: 'Uploaded here' };
}

function isEntry(value: unknown): value is GalleryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { key, title, credit } = value as Record<string, unknown>;
  return typeof key === 'string' && typeof title === 'string' && typeof credit === 'string';
}
