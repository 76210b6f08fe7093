import { ConfigurationError } from './configuration.ts';

/** Who may embed answers without CORS (Fetch §3.7). */
export type ResourcePolicy = 'cross-origin' | 'same-site' | 'same-origin';

/**
 * Reads `RESOURCE_POLICY`; absent: `cross-origin`. Pictures are for any page, also for one that is isolated
 * (`Cross-Origin-Embedder-Policy`), as decoders that share memory between threads must be.
 *
 * @throws ConfigurationError
 */
export function parseResourcePolicy(text: string | undefined): ResourcePolicy {
  if (text === undefined || text === '') return 'cross-origin';
  if (text === 'cross-origin' || text === 'same-site' || text === 'same-origin') return text;
  throw new ConfigurationError('RESOURCE_POLICY', 'is none of cross-origin, same-site, same-origin');
}

/**
 * A picture, a problem document and a job's record have nothing to run or load: opened as a page of their own, they are an
 * empty box, whatever somebody got into their bytes (CSP3 §6.1, §6.3.1).
 */
export const DOCUMENT_POLICY = "default-src 'none'; sandbox";
