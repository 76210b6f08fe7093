import { ConfigurationError } from './configuration.ts';
import { fileFormat } from './file-format.ts';
import { CUTTING, PARAMETERS, parseParameters } from './parameters.ts';
import type { PictureParameters } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { variantOf } from './variant.ts';

/** The operator's named parameters, and whether URLs may ask for renderings of their own beside them. */
export interface Presets {
  readonly named: ReadonlyMap<string, PictureParameters>;
  readonly only: boolean;
}

/** The preset that every request begins with, if there is one of this name. */
const DEFAULT = 'default';
/** What a URL may say where there are presets only. */
const ALWAYS: readonly string[] = [...CUTTING, 'preset'];

/**
 * Reads `PRESETS`, a JSON object of queries by name, as `{"card": "w=480&h=320&fit=cover", "default": "w=1920"}`, and
 * `PRESETS_ONLY` (`true` or `false`).
 *
 * @throws ConfigurationError that names the preset and what is wrong with it
 */
export function parsePresets(text: string | undefined, only: string | undefined): Presets {
  if (only !== undefined && !['', 'true', 'false'].includes(only)) {
    throw new ConfigurationError('PRESETS_ONLY', 'must be `true` or `false`');
  }
  const entries = Object.entries(parseObject(text ?? '')).map(([name, query]) => {
    if (PARAMETERS.preset.values.parse(name) === undefined) {
      throw new ConfigurationError('PRESETS', `has a name that is none: ${PARAMETERS.preset.values.words}`);
    }
    return [name, parsePreset(name, query)] as const;
  });
  return { named: new Map(entries), only: only === 'true' };
}

/**
 * The parameters of a URL with those of its preset, and of the preset `default`, where it leaves them open.
 *
 * @throws ProblemError 400 `unknown_preset`; `preset_required` for parameters that only presets may have
 */
export function withPreset(given: PictureParameters, { named, only }: Presets): PictureParameters {
  const own =
    Object.keys(given).find((name) => !ALWAYS.includes(name)) ??
    (fileFormat(given.format) === undefined ? undefined : 'format');
  if (only && own !== undefined) {
    throw new ProblemError({
      status: 400,
      code: 'preset_required',
      title: 'Preset required',
      detail: `\`${own}\` can only be had through a preset here.`,
    });
  }
  const preset = given.preset === undefined ? undefined : named.get(given.preset);
  if (given.preset !== undefined && preset === undefined) {
    throw new ProblemError({
      status: 400,
      code: 'unknown_preset',
      title: 'Unknown preset',
      detail: `There is no preset \`${given.preset}\`.`,
    });
  }
  return { ...named.get(DEFAULT), ...preset, ...given };
}

function parsePreset(name: string, query: unknown): PictureParameters {
  if (typeof query !== 'string') throw new ConfigurationError('PRESETS', `has no query for \`${name}\``);
  const search = new URLSearchParams(query);
  const known = Object.entries(PARAMETERS).flatMap(([full, { aliases }]) => [full, ...aliases]);
  const unknown = [...search.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new ConfigurationError('PRESETS', `has \`${name}\` say \`${unknown}\`, which is no parameter`);
  }
  try {
    const parameters = parseParameters(search);
    variantOf(parameters);
    if (parameters.preset === undefined) return parameters;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ConfigurationError('PRESETS', `has an error in \`${name}\`: ${error.detail}`);
  }
  throw new ConfigurationError('PRESETS', `has \`${name}\` name another preset`);
}

function parseObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigurationError('PRESETS', 'is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError('PRESETS', 'is no JSON object of queries by name');
  }
  return value as Record<string, unknown>;
}
