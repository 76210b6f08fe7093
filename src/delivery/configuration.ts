/**
 * A variable or secret of the deployment that cannot be meant as it stands. Who configured the server must see it; a client is
 * only told that the server is not configured (`misconfigured`, 503), and nothing is served by a guess.
 */
export class ConfigurationError extends Error {
  /** The name of the variable. */
  readonly variable: string;

  constructor(variable: string, fault: string) {
    super(`${variable} ${fault}`);
    this.name = 'ConfigurationError';
    this.variable = variable;
  }
}

/** The entries of a list that is written with white space or commas between them. */
export function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}

/** A text as a URL, or `null`: `URL.parse`, which is younger than the oldest Node that this runs on. */
export function parseUrl(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
