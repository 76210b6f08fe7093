const count = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const stops = new Intl.NumberFormat('en', { maximumFractionDigits: 2, signDisplay: 'exceptZero' });

/** Bytes in decimal units, with three digits: `23.4 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${count.format(bytes / 1000)} kB` : `${count.format(bytes / 1e6)} MB`;
}

/** `+1.5 stops`, with a true minus sign. */
export function formatStops(value: number): string {
  return `${stops.format(value).replace('-', '−')} ${Math.abs(value) === 1 ? 'stop' : 'stops'}`;
}

/** `1 layer`, `4 layers`. */
export function formatLayers(layers: number): string {
  return `${layers} ${layers === 1 ? 'layer' : 'layers'}`;
}

/** What a problem says is a clause; by itself it is a sentence. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
