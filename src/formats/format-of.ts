import { FormatError } from './errors.ts';
import type { Format } from './format.ts';
import { REFUSED } from './refused.ts';
import { FORMATS } from './registry.ts';

/** @throws FormatError `empty`, `unsupported_format` */
export function formatOf(bytes: Uint8Array): Format {
  if (bytes.length === 0) throw new FormatError('empty', 'the file is empty');
  const format = FORMATS.find((candidate) => candidate.sniff(bytes));
  if (format) return format;
  const refused = REFUSED.find(({ sniff }) => sniff(bytes));
  if (refused) throw new FormatError('unsupported_format', refused.message);
  const names = FORMATS.map(({ name }) => name).join(', ');
  throw new FormatError('unsupported_format', `this is no picture file that is read here (${names})`);
}
