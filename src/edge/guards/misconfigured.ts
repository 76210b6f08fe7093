import { ConfigurationError } from '../../delivery/configuration.ts';
import { ProblemError } from '../../delivery/problem.ts';

/** An error as the client may know it: which variable is wrong, and how, is for the log alone. */
export function withoutConfiguration(error: unknown): unknown {
  if (!(error instanceof ConfigurationError)) return error;
  return new ProblemError(
    {
      status: 503,
      code: 'misconfigured',
      title: 'Misconfigured',
      detail: 'The server is not configured for this request; its operator has to see to it.',
      headers: { 'Retry-After': '60' },
    },
    { cause: error },
  );
}
