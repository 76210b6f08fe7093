import { readTiffStart } from './ifd.ts';

const [NEW_SUBFILE_TYPE, SUB_IFDS, DNG_VERSION] = [0x00fe, 0x014a, 0xc612];
/** Of NewSubfileType (TIFF 6.0, section 8): a reduced version of another picture of the file. */
const REDUCED = 1;

/** What to do instead. */
export const CAMERA_RAW =
  'camera raw files are not read; develop the picture and save it as TIFF or AVIF, or as JPEG with a gain map';

/** Whether a TIFF is a camera's raw file, whose first picture is a thumbnail: DNG, CR2, or NEF, ARW and others by their structure. */
export function isCameraRaw(bytes: Uint8Array): boolean {
  const start = readTiffStart(bytes);
  if (!start) return false;
  if (bytes[8] === 0x43 && bytes[9] === 0x52) return true; // "CR" behind the header
  const fields = start.reader.read(start.first)?.fields;
  if (!fields) return false;
  if (fields.has(DNG_VERSION)) return true;
  const kind = fields.get(NEW_SUBFILE_TYPE);
  return kind !== undefined && fields.has(SUB_IFDS) && (start.reader.numbers(kind)[0]! & REDUCED) !== 0;
}
