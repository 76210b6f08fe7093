import { PARAMETERS } from './parameters.ts';

/** Parameters that only cut a rendition, or name the download: they cost no rendering, whoever writes them. */
const CUTTING: readonly string[] = ['hdr', 'layers', 'format', 'download'];

const RENDERING = new Set(
  Object.entries(PARAMETERS)
    .filter(([name]) => !CUTTING.includes(name))
    .flatMap(([name, { aliases }]: [string, { readonly aliases: readonly string[] }]) => [name, ...aliases]),
);

/**
 * Whether a query asks for a rendering of its own, which the mode `transforms` wants signed. What no parameter is called says
 * nothing; a preset is a rendering, too.
 */
export function asksForRendering(query: URLSearchParams): boolean {
  return [...query.keys()].some((name) => RENDERING.has(name));
}
