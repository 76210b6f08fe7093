import { formatBdRate, type Comparison } from './comparison.ts';
import type { CropRow } from './crops.ts';
import { plotCurves } from './plots.ts';
import type { Point } from './point.ts';

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
  table { border-collapse: collapse; margin: 0 0 1.5rem; font-variant-numeric: tabular-nums; }
  th, td { border-bottom: 1px solid #ddd; padding: 0.25rem 0.75rem; text-align: right; }
  th:first-child, td:first-child { text-align: left; }
  .grid { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; }
  figure { margin: 0; } figcaption { font-size: 13px; color: #555; }
  .crops { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.5rem; margin-bottom: 1rem; }
  .crops img { width: 100%; image-rendering: pixelated; }`;

/** One page with everything in it: nothing is loaded from anywhere. */
export async function reportPage(comparison: Comparison, crops: readonly CropRow[]): Promise<string> {
  const { ours, metrics, images } = comparison;
  const means = await Promise.all(
    metrics.map(async (metric) => figure(await plotCurves(comparison, metric, null), metric.title)),
  );
  const single = await Promise.all(
    metrics.map(async (metric) => {
      const plots = images.map(async (image) => figure(await plotCurves(comparison, metric, image), image));
      return `<h3>${escape(metric.title)}</h3><div class="grid">${(await Promise.all(plots)).join('')}</div>`;
    }),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Afterglow: rate and distortion</title><style>${STYLE}</style></head><body>
<h1>Rate and distortion of ${escape(ours.name)}</h1>
<p>${images.length} pictures: ${escape(images.join(', '))}. BD-rates are means over the pictures, in brackets how many could be
compared: by how many percent ours needs more (+) or fewer (−) bytes than the codec of the row at equal quality. A picture on
which one of the two reaches hardly any quality of the other's cannot be compared; – is where that is so of all.</p>
${comparison.tables.map(({ title }, i) => `<h2>BD-rate, ${escape(title)}</h2>${bdTable(comparison, i)}`).join('\n')}
<h2>Speed</h2>${speedTable([ours, ...comparison.peers].map(({ name, points }) => ({ name, points })))}
<h2>Mean over the pictures</h2><div class="grid">${means.join('')}</div>
<h2>Picture by picture</h2>${single.join('\n')}
<h2>A bright and a dark region of each</h2>
<p>Each region is exposed for itself; what is clipped here is not clipped in the picture.</p>
${crops.map(cropRow).join('\n')}
</body></html>
`;
}

function bdTable({ metrics, tables }: Comparison, index: number): string {
  const rows = tables[index]!.rows.map(({ peer, bdRates }) =>
    row('td', [peer, ...bdRates.map(formatBdRate)]),
  );
  return table(['against', ...metrics.map(({ title }) => title)], rows);
}

/** Megapixels per second of wall time, over all points; other machines' points are other machines' speeds. */
function speedTable(curves: readonly { name: string; points: readonly Point[] }[]): string {
  const rows = curves.map(({ name, points }) => {
    const speed = (of: (point: Point) => number): string => {
      const timed = points.filter((point) => of(point) > 0);
      const pixels = timed.reduce((sum, { width, height }) => sum + width * height, 0);
      const seconds = timed.reduce((sum, point) => sum + of(point), 0);
      return seconds === 0 ? '–' : (pixels / 1e6 / seconds).toFixed(2);
    };
    return row('td', [name, speed(({ seconds }) => seconds.encode), speed(({ seconds }) => seconds.decode)]);
  });
  return table(['codec', 'encode, MP/s', 'decode, MP/s'], rows);
}

const cropRow = ({ image, region, crops }: CropRow): string =>
  `<h3>${escape(image)}, ${region}</h3><div class="crops">${crops
    .map((crop) => figure(`<img alt="${escape(crop.title)}" src="${crop.image}">`, crop.title))
    .join('')}</div>`;

const figure = (content: string, caption: string): string =>
  `<figure>${content}<figcaption>${escape(caption)}</figcaption></figure>`;

const table = (head: readonly string[], rows: readonly string[]): string =>
  `<table><thead>${row('th', head)}</thead><tbody>${rows.join('')}</tbody></table>`;

const row = (cell: 'td' | 'th', texts: readonly string[]): string =>
  `<tr>${texts.map((text) => `<${cell}>${escape(text)}</${cell}>`).join('')}</tr>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
