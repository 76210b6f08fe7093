import { jpegSegments, MARKER } from '../../container/index.ts';
import { APP1, APP13, begins, EXIF, PHOTOSHOP, XMP } from './app-segments.ts';
import type { Author } from './author-fields.ts';
import * as exif from './exif.ts';
import * as iptc from './iptc.ts';
import * as xmp from './xmp.ts';
import { readableText } from './xmp-text.ts';

/** Who made the picture and whose it is, as Exif says it, or else XMP, or else IPTC. Throws ContainerError. */
export function authorOf(jpeg: Uint8Array): Author {
  let [byExif, byXmp, byIptc]: Author[] = [{}, {}, {}];
  const resources: Uint8Array[] = [];
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) break;
    const body = jpeg.subarray(data.offset, data.offset + data.length);
    if (marker === APP1 && begins(body, EXIF))
      byExif = { ...byExif, ...exif.authorOf(body.subarray(EXIF.length)) };
    else if (marker === APP1 && begins(body, XMP))
      byXmp = { ...xmp.authorOf(readableText(body.subarray(XMP.length))), ...byXmp };
    else if (marker === APP13 && begins(body, PHOTOSHOP)) resources.push(body.subarray(PHOTOSHOP.length));
  }
  // What one segment cuts off goes on in the next one.
  if (!resources.every(iptc.areWhole)) resources.push(Buffer.concat(resources));
  for (const own of resources) byIptc = { ...iptc.authorOf(own), ...byIptc };
  return { ...byIptc, ...byXmp, ...byExif };
}
