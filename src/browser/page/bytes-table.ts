import { contentLength, pictureUrl, type PictureInfo } from './api.ts';
import { formatBytes, formatLayers } from './format.ts';

interface Row {
  readonly name: string;
  /** Where it can be had; the upload itself cannot. */
  readonly url?: string;
  readonly bytes: number;
  /** What it is made of, in order; one part if absent. */
  readonly parts?: readonly number[];
}

/** Fills a table with the bytes of every representation of a picture, each with a bar to the same scale. */
export async function fillBytesTable(table: HTMLTableElement, key: string, info: PictureInfo): Promise<void> {
  const rows = await representations(key, info);
  const scale = Math.max(...rows.map(({ bytes }) => bytes));
  table.tBodies[0]!.replaceChildren(...rows.map((row) => rowElement(row, scale)));
  table.hidden = rows.length === 0;
}

async function representations(key: string, info: PictureInfo): Promise<Row[]> {
  const url = pictureUrl(key);
  const rows: Row[] = [];
  if (info.base !== null) rows.push({ name: 'SDR JPEG', url: `${url}?hdr=0`, bytes: info.base.bytes });
  if (info.formats.includes('layered') && info.base !== null) {
    const parts = [info.base.bytes, ...info.layers.map(({ bytes }) => bytes)];
    const name = `JPEG + ${formatLayers(info.layers.length)}`;
    rows.push({ name, url: `${url}?hdr=1`, bytes: await contentLength(`${url}?hdr=1`), parts });
  }
  if (info.formats.includes('gainmap')) {
    const gainMap = `${url}?hdr=gainmap`;
    rows.push({ name: 'Ultra HDR JPEG', url: gainMap, bytes: await contentLength(gainMap) });
  }
  if (info.master !== undefined) {
    rows.push({ name: `Upload (${formatName(info.master.format)})`, bytes: info.master.bytes });
  }
  return rows;
}

function rowElement({ name, url, bytes, parts = [bytes] }: Row, scale: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  const heading = row.appendChild(document.createElement('th'));
  heading.scope = 'row';
  if (url === undefined) heading.textContent = name;
  else heading.append(Object.assign(document.createElement('a'), { href: url, textContent: name }));
  row.insertCell().textContent = formatBytes(bytes);
  const bar = row.insertCell().appendChild(document.createElement('span'));
  bar.className = 'bar';
  bar.append(...parts.map((part, i) => partElement(part / scale, i)));
  return row;
}

function partElement(share: number, index: number): HTMLElement {
  const part = document.createElement('i');
  part.className = index === 0 ? 'base' : 'layer';
  part.style.width = `${100 * share}%`;
  return part;
}

function formatName(format: string): string {
  const names: Record<string, string> = {
    exr: 'OpenEXR',
    hdr: 'Radiance',
    jxl: 'JPEG XL',
    ultrahdr: 'gain-map JPEG',
    webp: 'WebP',
  };
  return names[format] ?? format.toUpperCase();
}
