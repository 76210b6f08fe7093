/** What is measured of a decoded picture, in the order of the columns; `sign` is −1 where less is better. */
export const METRICS = [
  { key: 'puPsnrY', column: 'pu_psnr_y', title: 'PU21-PSNR, luminance', unit: 'dB', sign: 1 },
  { key: 'puSsim', column: 'pu_ssim', title: 'PU21-SSIM', unit: '', sign: 1 },
  { key: 'puPsnrRgb', column: 'pu_psnr_rgb', title: 'PU21-PSNR, RGB', unit: 'dB', sign: 1 },
  { key: 'deItp', column: 'de_itp', title: 'ΔE ITP, mean', unit: '', sign: -1 },
  { key: 'hdrvdp2', column: 'hdrvdp2', title: 'HDR-VDP-2.2', unit: 'Q', sign: 1 },
] as const;

export type Metric = (typeof METRICS)[number];
export type MetricKey = Metric['key'];
/** NaN where a metric was not measured. */
export type Scores = Readonly<Record<MetricKey, number>>;
