import { ConfigurationError, parseUrl } from '../../delivery/configuration.ts';
import { parseAllowedOrigins } from '../../delivery/cors.ts';
import { parseBudget } from '../../delivery/cut-layers.ts';
import { parseLimits } from '../../delivery/limits.ts';
import { pictureKeyFault } from '../../delivery/picture-key.ts';
import { parsePresets } from '../../delivery/presets.ts';
import { parseRemoteSources } from '../../delivery/remote-source.ts';
import { parseResourcePolicy } from '../../delivery/security-headers.ts';
import { parseSigningMode, parseUrlKeys } from '../../delivery/url-keys.ts';
import type { Env } from '../env.ts';

/** The variables that are text. */
type Variable = { [Name in keyof Env]-?: NonNullable<Env[Name]> extends string ? Name : never }[keyof Env];

/**
 * Reads a setting from its variables once per isolate. Each concern is read by itself, and when it is needed: what is wrong with
 * the sources must not take down the pictures.
 */
function setting<T>(variables: readonly Variable[], read: (env: Env) => T): (env: Env) => T {
  let known: { readonly from: string; readonly value: T } | undefined;
  return (env) => {
    const from = JSON.stringify(variables.map((name) => env[name]));
    if (known?.from !== from) known = { from, value: read(env) };
    return known.value;
  };
}

/** `URL_KEYS` and `SIGNED_URLS`. @throws ConfigurationError */
export const signing = setting(['URL_KEYS', 'SIGNED_URLS'], (env) => {
  const keys = parseUrlKeys(env.URL_KEYS);
  return { keys, mode: parseSigningMode(env.SIGNED_URLS, keys) };
});

/** `PRESETS` and `PRESETS_ONLY`. @throws ConfigurationError */
export const presets = setting(['PRESETS', 'PRESETS_ONLY'], (env) =>
  parsePresets(env.PRESETS, env.PRESETS_ONLY),
);

/** `MAX_OUTPUT_MEGAPIXELS` and `WIDTH_LADDER`. @throws ConfigurationError */
export const limits = setting(['MAX_OUTPUT_MEGAPIXELS', 'WIDTH_LADDER'], (env) =>
  parseLimits(env.MAX_OUTPUT_MEGAPIXELS, env.WIDTH_LADDER),
);

/** `TRANSFER_BUDGET_MS`. @throws ConfigurationError */
export const transferBudget = setting(['TRANSFER_BUDGET_MS'], (env) => parseBudget(env.TRANSFER_BUDGET_MS));

/** `ALLOWED_ORIGINS`. @throws ConfigurationError */
export const allowedOrigins = setting(['ALLOWED_ORIGINS'], (env) => parseAllowedOrigins(env.ALLOWED_ORIGINS));

/** `RESOURCE_POLICY`. @throws ConfigurationError */
export const resourcePolicy = setting(['RESOURCE_POLICY'], (env) => parseResourcePolicy(env.RESOURCE_POLICY));

/** `REMOTE_SOURCES`. @throws ConfigurationError */
export const remoteSources = setting(['REMOTE_SOURCES'], (env) => parseRemoteSources(env.REMOTE_SOURCES));

/** `DNS_RESOLVER`: the https URL of a resolver that answers JSON; absent: names are not resolved. @throws ConfigurationError */
export const dnsResolver = setting(['DNS_RESOLVER'], ({ DNS_RESOLVER }) => {
  if (DNS_RESOLVER === undefined || DNS_RESOLVER === '') return undefined;
  const url = parseUrl(DNS_RESOLVER);
  if (url?.protocol !== 'https:') throw new ConfigurationError('DNS_RESOLVER', 'is no https URL');
  return url;
});

/** `FALLBACK_KEY` and `FALLBACK_STATUS`; absent: there is none. @throws ConfigurationError */
export const fallback = setting(['FALLBACK_KEY', 'FALLBACK_STATUS'], ({ FALLBACK_KEY, FALLBACK_STATUS }) => {
  if (FALLBACK_KEY === undefined || FALLBACK_KEY === '') return undefined;
  const key = FALLBACK_KEY.normalize('NFC');
  const fault = pictureKeyFault(key);
  if (fault !== undefined) throw new ConfigurationError('FALLBACK_KEY', `is no key of a picture: ${fault}`);
  if (FALLBACK_STATUS === undefined || FALLBACK_STATUS === '') return { key };
  if (!/^(?:200|4\d\d|5\d\d)$/.test(FALLBACK_STATUS)) {
    throw new ConfigurationError('FALLBACK_STATUS', 'is neither 200 nor the status of an error');
  }
  return { key, status: Number(FALLBACK_STATUS) };
});
