import { fileFormat } from './file-format.ts';
import { CUTTING, PARAMETERS } from './parameters.ts';

const RENDERING = new Set(
  Object.entries(PARAMETERS)
    .filter(([name]) => !(CUTTING as readonly string[]).includes(name))
    .flatMap(([name, { aliases }]: [string, { readonly aliases: readonly string[] }]) => [name, ...aliases]),
);

/** A file of another format than JPEG is a rendering, too. */
const FORMAT: ReadonlySet<string> = new Set(['format', ...PARAMETERS.format.aliases]);

/**
 * Whether a query asks for a rendering of its own, which the mode `transforms` wants signed. What no parameter is called says
 * nothing; a preset is a rendering, too.
 */
export function asksForRendering(query: URLSearchParams): boolean {
  return [...query].some(
    ([name, value]) => RENDERING.has(name) || (FORMAT.has(name) && fileFormat(value) !== undefined),
  );
}
