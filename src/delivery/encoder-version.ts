import { ConfigurationError } from './configuration.ts';

/**
 * What the origin encodes with, as the operator names it (`ENCODER_VERSION`): encoder and model together. It is part of every
 * entity tag, cache key and rendition's name, all of which are known before anything is rendered: another name has everything
 * rendered anew when it is next asked for, and the former name brings back what was rendered under it.
 *
 * @throws ConfigurationError if it could not stand in an entity tag or in a path
 */
export function parseEncoderVersion(text: string | undefined): string {
  const version = text ?? DEFAULT;
  if (/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(version)) return version;
  throw new ConfigurationError('ENCODER_VERSION', 'must be 1 to 64 letters, digits, dots and hyphens');
}

const DEFAULT = '1';
