/** What to do about it, by the code of the room's error or of the system's; the message itself says what is wrong. */
const ADVICE: Readonly<Record<string, string>> = {
  empty: 'was it uploaded or copied whole?',
  damaged: 'get a whole copy of it',
  unsupported_format: 'convert it to OpenEXR, for instance',
  non_finite_pixels: 'repair it in the program that made it',
  not_hdr: 'give the HDR picture',
  too_large: 'make it smaller first',
  not_jpeg: 'give a JPEG, as "afterglow encode" makes them',
  truncated_jpeg: 'get a whole copy of it',
  no_gain_map: 'use --hdr 0 or --hdr 1',
  no_layers: 'it is SDR as it is; encode the HDR picture to get layers',
  model_mismatch: 'use the models folder that the file was encoded with (AFTERGLOW_MODELS)',
  model_unknown: 'see models/manifest.json for the ids',
  model_file_missing: 'install the package again, or set AFTERGLOW_MODELS to the models folder',
  model_file_damaged: 'install the package again, or set AFTERGLOW_MODELS to the models folder',
  no_pictures: 'name a folder that has some',
  provider_unavailable: 'try --providers cpu',
};

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EADDRINUSE: 'the port is taken; set EDGE_PORT and ORIGIN_PORT to others',
};

/** One line for people and a code for machines; never a stack. */
export function describeError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'failed', message: oneLine(String(error)) };
  const { code, path } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return { code: 'failed', message: oneLine(error.message) };
  const reason = SYSTEM[code];
  if (reason !== undefined) return { code, message: path === undefined ? reason : `${path}: ${reason}` };
  const advice = ADVICE[code];
  return {
    code,
    message: oneLine(advice === undefined ? error.message : `${stripStop(error.message)}; ${advice}`),
  };
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
const stripStop = (text: string): string => text.replace(/\.\s*$/, '');
