/** What a problem says; every member is meant for the client, nothing of the inside belongs here. */
export interface ProblemInit {
  /** HTTP status, 400…599. */
  readonly status: number;
  /** Stable, machine-readable; the README lists them. */
  readonly code: string;
  /** The same for every problem of this code (RFC 9457 §3.1.3). */
  readonly title: string;
  /** What is wrong with this request and what would be right (RFC 9457 §3.1.4). */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem document as it travels (RFC 9457 §3), with `code` as its extension member. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Thrown wherever a request must end in a problem document; mapped to HTTP once, by `toProblem`. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(init: ProblemInit, options?: ErrorOptions) {
    super(init.detail, options);
    this.name = 'ProblemError';
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail;
    this.headers = init.headers ?? {};
  }
}

/** Seconds after which a client may ask again, where whatever failed does not know. */
const RETRY_SECONDS = 30;

/**
 * The answer to an error: status, headers and the text of the problem document. Anything but a `ProblemError` is the
 * server's own fault, and its message stays inside. Every 503 says when to come back (RFC 9110 §15.6.4).
 */
export function toProblem(error: unknown): {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
} {
  const problem =
    error instanceof ProblemError
      ? error
      : new ProblemError({
          status: 500,
          code: 'internal_error',
          title: 'Internal error',
          detail: 'The server failed to answer this request.',
        });
  return {
    status: problem.status,
    headers: {
      ...(problem.status === 503 && { 'Retry-After': String(RETRY_SECONDS) }),
      ...problem.headers,
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Cache-Control': 'no-store',
    },
    body: JSON.stringify(problemDocument(problem)),
  };
}

/** The document of a problem, also for places that embed one in another JSON document. */
export function problemDocument({ status, code, title, detail }: ProblemInit): ProblemDocument {
  return { type: `urn:afterglow:problem:${code}`, title, status, detail, code };
}

/** Reads a problem document that another server wrote; `undefined` for anything else. */
export function parseProblem(text: string): ProblemInit | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { status, code, title, detail } = value as Record<string, unknown>;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599)
    return undefined;
  if (typeof code !== 'string' || !/^[a-z][a-z0-9_]{0,63}$/.test(code)) return undefined;
  return {
    status,
    code,
    title: typeof title === 'string' ? title : code,
    detail: typeof detail === 'string' ? detail : '',
  };
}
