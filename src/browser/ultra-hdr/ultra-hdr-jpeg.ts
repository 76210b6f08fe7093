import type { JpegCoder } from '../../codec/jpeg-coder.ts';
import type { PqPicture } from '../../codec/layered-decoder.ts';
import { REFERENCE_WHITE } from '../../codec/luminance.ts';
import { pqDecode } from '../../codec/pq.ts';
import { turn, turningBack } from '../../codec/turn.ts';
import { jpegOrientation } from '../../container/index.ts';
import { assembleUltraHdr } from './assemble.ts';
import { nearestGainMap } from './gain-map.ts';

/** A step is less than a hundredth of what eight bits of a map can say. */
const PQ_STEPS = 65535;
let table: Float32Array | undefined;

/**
 * A decoded picture as a JPEG that browsers show in HDR by themselves: the base that it was decoded from, to the byte, and a map
 * from it to the picture. Throws what the coder throws for the base.
 *
 * @param base the JPEG up to its EOI
 * @param headroom the file's, in stops
 */
export async function ultraHdrJpeg(
  base: Uint8Array,
  picture: PqPicture,
  headroom: number,
  coder: Pick<JpegCoder, 'decode'>,
): Promise<Uint8Array<ArrayBuffer>> {
  // The map lies as the base is stored: who shows them turns both.
  const { data } = turn(picture, turningBack(jpegOrientation(base)));
  const map = await nearestGainMap(await coder.decode(base), lightOf(data), headroom, coder);
  return assembleUltraHdr(base, map);
}

/** PQ → light, 1.0 for SDR white; by a table, since two powers a value would take seconds. */
function lightOf(pq: Float32Array): Float32Array {
  const light = (table ??= Float32Array.from(
    { length: PQ_STEPS + 1 },
    (_, i) => pqDecode(i / PQ_STEPS) / REFERENCE_WHITE,
  ));
  return pq.map((signal) => light[Math.min(Math.max(Math.round(signal * PQ_STEPS), 0), PQ_STEPS)]!);
}
