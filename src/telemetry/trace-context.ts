/** Which trace a piece of work belongs to, and which span began it (W3C Trace Context, Level 1). */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 of them: the span that whatever comes next is a child of. */
  readonly spanId: string;
  /** Whether somebody up the line keeps the trace. */
  readonly sampled: boolean;
}

/** Version, trace, parent and flags (§3.2.2); versions to come may say more behind these. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** The `traceparent` field; `undefined` for one that is absent or malformed, where a new trace begins (§4.2). */
export function parseTraceparent(field: string | null | undefined): TraceContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(field ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export function traceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A random id of so many hexadecimal digits, never all zero. */
export function randomId(digits: 16 | 32): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2));
  if (bytes.every((byte) => byte === 0)) bytes[0] = 1;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether a share of all traces, 0…1, has this one; the same wherever it is asked (§3.2.2.3: ids are random). */
export function inShare(traceId: string, share: number): boolean {
  return Number.parseInt(traceId.slice(-8), 16) < share * 2 ** 32;
}
