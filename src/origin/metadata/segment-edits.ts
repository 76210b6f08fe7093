import { APP1, APP13, APP2, begins, EXIF, EXTENDED_XMP, MOST_BYTES, PHOTOSHOP, XMP } from './app-segments.ts';
import * as exif from './exif.ts';
import { digestOf, editedExtension, type ExtensionEdit } from './extended-xmp.ts';
import * as iptc from './iptc.ts';
import { withThumbnail } from './thumbnail.ts';
import * as xmp from './xmp.ts';
import { bytesOfText, editableText } from './xmp-text.ts';

/** A segment that metadata may be in. */
export interface MetadataSegment {
  readonly marker: number;
  readonly body: Uint8Array;
}

/** What comes in a segment's place. */
export interface SegmentEdit {
  /** Of segments of the same marker: none, the one, or those of several that say something together. */
  readonly bodies: readonly Uint8Array[];
  /** Whether a place was taken out. */
  readonly place: boolean;
}

export interface EditOptions {
  readonly keepLocation: boolean;
  /** Whether what announces or describes a gain map stays. */
  readonly keepGainMap: boolean;
  /** A thumbnail without the place, `null` where it names none. */
  readonly thumbnail: (jpeg: Uint8Array) => Uint8Array | null;
}

/** Segments that speak of further pictures behind the first: CIPA DC-007, ISO 21496-1. */
const OF_OTHER_PICTURES = ['MPF\0', 'urn:iso:std:iso:ts:21496:-1\0'];

/** What is to be changed of the segments of one JPEG, which never makes it longer; what is not in it stays. */
export function segmentEdits(
  segments: readonly MetadataSegment[],
  options: EditOptions,
): Map<MetadataSegment, SegmentEdit> {
  const edits = new Map<MetadataSegment, SegmentEdit>();
  const named = (marker: number, name: string) =>
    segments.filter((segment) => segment.marker === marker && begins(segment.body, name));
  const put = (segment: MetadataSegment, body: Uint8Array | null, place: boolean): void =>
    void edits.set(segment, { bodies: body === null ? [] : [body], place });

  if (!options.keepGainMap)
    for (const name of OF_OTHER_PICTURES) for (const found of named(APP2, name)) put(found, null, false);
  if (!options.keepLocation) {
    for (const found of named(APP1, EXIF)) {
      const tiff = placelessExif(found.body.subarray(EXIF.length), options);
      if (tiff) put(found, Buffer.concat([found.body.subarray(0, EXIF.length), tiff]), true);
    }
    for (const [found, edit] of iptcEdits(named(APP13, PHOTOSHOP))) edits.set(found, edit);
  }
  const extensions = extensionEdits(named(APP1, EXTENDED_XMP), options, edits);
  for (const found of named(APP1, XMP)) {
    const edit = editedXmp(found.body, extensions, options);
    if (edit) edits.set(found, edit);
  }
  return edits;
}

function placelessExif(tiff: Uint8Array, { thumbnail }: EditOptions): Uint8Array | null {
  const placeless = exif.withoutLocation(tiff);
  return withThumbnail(placeless ?? tiff, thumbnail) ?? placeless;
}

/** What one segment cuts off goes on in the next one: where they are whole only together they are edited so. */
function* iptcEdits(segments: readonly MetadataSegment[]): Generator<[MetadataSegment, SegmentEdit]> {
  const resources = segments.map(({ body }) => body.subarray(PHOTOSHOP.length));
  const name = Buffer.from(PHOTOSHOP, 'latin1');
  const together = resources.every((own) => iptc.areWhole(own)) ? null : Buffer.concat(resources);
  if (together && iptc.areWhole(together)) {
    const changed = iptc.withoutLocation(together);
    if (changed === null) return;
    const most = MOST_BYTES - PHOTOSHOP.length;
    const bodies = Array.from({ length: Math.ceil(changed.length / most) }, (_, i) =>
      Buffer.concat([name, changed.subarray(i * most, (i + 1) * most)]),
    );
    for (const segment of segments) yield [segment, { bodies: bodies.splice(0), place: true }];
    return;
  }
  for (const [i, segment] of segments.entries()) {
    const changed = iptc.withoutLocation(resources[i]!);
    if (changed !== null) yield [segment, { bodies: [Buffer.concat([name, changed])], place: true }];
  }
}

/** @returns what became of extensions, by their digest */
function extensionEdits(
  segments: readonly MetadataSegment[],
  options: EditOptions,
  edits: Map<MetadataSegment, SegmentEdit>,
): Map<string, ExtensionEdit> {
  const byDigest = new Map<string, MetadataSegment[]>();
  for (const segment of segments) {
    const digest = digestOf(segment.body);
    const others = byDigest.get(digest);
    if (others) others.push(segment);
    else byDigest.set(digest, [segment]);
  }
  const done = new Map<string, ExtensionEdit>();
  for (const [digest, portions] of byDigest) {
    const bodies = portions.map(({ body }) => body);
    const edit = editedExtension(bodies, options);
    if (edit === null) continue;
    done.set(digest, edit);
    portions.forEach((portion, i) =>
      edits.set(portion, { bodies: i === 0 ? edit.bodies : [], place: edit.place }),
    );
  }
  return done;
}

function editedXmp(
  body: Uint8Array,
  extensions: ReadonlyMap<string, ExtensionEdit>,
  { keepLocation, keepGainMap }: EditOptions,
): SegmentEdit | null {
  const data = body.subarray(XMP.length);
  const packet = editableText(data);
  const extension = extensions.get(xmp.extensionOf(packet) ?? '');
  const whole = extension ? xmp.withExtension(packet, extension.digest) : packet;
  const plain = keepGainMap ? whole : xmp.withoutGainMap(whole);
  const left = keepLocation ? plain : xmp.withoutLocation(plain);
  if (left === packet) return null;
  const place = left !== plain;
  if (xmp.isEmpty(left)) return { bodies: [], place };
  return { bodies: [Buffer.concat([body.subarray(0, XMP.length), bytesOfText(left, data)])], place };
}
