import { cutPlan } from '../container/index.ts';
import type { LayoutIndex, Part } from '../container/index.ts';
import type { Sent } from '../delivery/afterglow-field.ts';
import type { Decision } from '../delivery/negotiate.ts';
import type { Selection } from './select.ts';

/** What a rendition can give of a decision; less is said, not refused. */
export function represent(
  { rendition: { index }, standIn }: Selection,
  { hdr, layers, format }: Decision,
  master: { readonly hdr: boolean },
): { parts: Part[]; sent: Sent } {
  if (format !== undefined) {
    return { parts: cutPlan(index, { hdr: '0' }), sent: { representation: master.hdr ? 'hdr' : 'sdr' } };
  }
  const pending = standIn === 'pending';
  if (hdr === 'gainmap' && hasGainMap(index)) {
    return { parts: cutPlan(index, { hdr }), sent: { representation: 'gainmap' } };
  }
  if (hdr === '1' && index.kind === 'layered' && index.layers.length > 0) {
    const of = index.layers.length;
    return {
      parts: cutPlan(index, { hdr, layers }),
      sent: { representation: 'layered', layers: Math.min(layers ?? of, of), of, model: index.modelId },
    };
  }
  return { parts: cutPlan(index, { hdr: '0' }), sent: { representation: 'sdr', pending } };
}

/** How many bytes a file has with 0, 1, 2, … layers. */
export function bytesByLayers(index: LayoutIndex): readonly number[] {
  const layers = index.kind === 'layered' ? index.layers : [];
  return [index.base.length, ...layers.map(({ offset, length }) => offset + length)];
}

export function hasGainMap(index: LayoutIndex): boolean {
  return index.kind === 'layered' && index.gainMap !== null;
}
