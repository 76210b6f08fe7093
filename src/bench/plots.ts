import { parse, scheme, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { hullOf, meanCurve, type Curve } from './curves.ts';
import type { Comparison } from './comparison.ts';
import type { Metric } from './metrics.ts';

interface Mark {
  readonly codec: string;
  readonly bpp: number;
  readonly quality: number;
}

/** Rate-distortion curves of one metric as SVG: the mean over the pictures, or one picture's hulls. */
export function plotCurves(comparison: Comparison, metric: Metric, image: string | null): Promise<string> {
  const { ours, peers, images } = comparison;
  // Ours is drawn last, over the others, and named first.
  const marks = [...peers, ours].flatMap((curve) => marksOf(curve, metric, image, images));
  return renderSvg(
    specOf(
      marks,
      metric,
      [ours, ...peers].map(({ name }) => name),
      image === null,
    ),
  );
}

function marksOf(curve: Curve, metric: Metric, image: string | null, images: readonly string[]): Mark[] {
  const points = image === null ? meanCurve(curve, images, metric) : hullOf(curve, image, metric);
  return points.map(({ rate, quality }) => ({
    codec: curve.name,
    bpp: rate,
    quality: metric.sign * quality,
  }));
}

function specOf(marks: readonly Mark[], metric: Metric, codecs: string[], large: boolean): TopLevelSpec {
  const title = metric.unit === '' ? metric.title : `${metric.title} (${metric.unit})`;
  return {
    width: large ? 560 : 260,
    height: large ? 340 : 180,
    data: { values: [...marks] },
    mark: { type: 'line', point: { size: large ? 24 : 12 } },
    encoding: {
      x: {
        field: 'bpp',
        type: 'quantitative',
        title: 'bits per pixel',
        scale: { type: 'log', nice: false },
        axis: { values: [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 4, 6, 10], format: '~g' },
      },
      y: {
        field: 'quality',
        type: 'quantitative',
        title,
        scale: { zero: false, reverse: metric.sign < 0 },
      },
      color: {
        field: 'codec',
        type: 'nominal',
        title: null,
        scale: { domain: codecs, range: ['#000', ...schemeOf(codecs.length)] },
        legend: large ? { labelLimit: 300 } : null,
      },
      // Ours is what the eye should find among a dozen.
      strokeWidth: {
        condition: { test: `datum.codec === ${JSON.stringify(codecs[0])}`, value: 3 },
        value: 1.25,
      },
    },
    config: { font: 'system-ui, sans-serif', background: 'white' },
  };
}

const schemeOf = (codecs: number): string[] =>
  (scheme('tableau20') as string[]).slice(0, Math.max(codecs - 1, 1));

/** Without a browser or a canvas: widths of letters are estimated. */
function renderSvg(spec: TopLevelSpec): Promise<string> {
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
