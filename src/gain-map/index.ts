export { gainMapMaker } from './codec-part.ts';
export { everyChannel, metadataOf, type Channels, type GainMapMetadata } from './metadata.ts';
export { makeGainMap, type GainMap, type GainMapOptions } from './make.ts';
export { announcementOf, gainMapPart, keptGainMapPart } from './part.ts';
