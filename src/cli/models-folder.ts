import { fileURLToPath } from 'node:url';

/** The package's own models, or those that `AFTERGLOW_MODELS` names. `dist/*` and `src/*` lie equally deep in the package. */
export function modelsFolder(): string {
  const { AFTERGLOW_MODELS } = process.env;
  if (AFTERGLOW_MODELS !== undefined && AFTERGLOW_MODELS !== '') return AFTERGLOW_MODELS;
  return fileURLToPath(new URL('../../models/', import.meta.url));
}
