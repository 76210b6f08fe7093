export { announcementPlace } from './announcement.ts';
export { ContainerError, type ContainerErrorCode } from './errors.ts';
export { jpegSegments, MARKER, startsFrame, type JpegSegment } from './jpeg-segments.ts';
export { lumaQuantisation } from './quantisation.ts';
export { findEndOfImage, jpegSize, type JpegSize } from './jpeg-frame.ts';
export type { InverseToneCurve } from './inverse-tone-curve.ts';
export type {
  Announcement,
  CuttablePart,
  GainMapPart,
  LayeredHeader,
  LayeredLayout,
  LayerHeader,
  Layout,
  Part,
  SdrLayout,
} from './layout.ts';
export {
  exifOrientation,
  jpegOrientation,
  orientationSegment,
  shownSize,
  turnedSize,
} from './orientation.ts';
export { writeLayered, type LayeredFile } from './write.ts';
export { checkLayer, readBase, readGainMap, readLayer, readLayout, stripToBase } from './read.ts';
export { cut, cutPlan, type Cuttable, type Representation } from './cut.ts';
export { layoutIndex, parseLayoutIndex, type LayoutIndex } from './layout-index.ts';
