/** What the edge sends itself: a job to be done. Everything else about it is in its record. */
export interface JobMessage {
  readonly job: string;
  /** The `traceparent` of what sent it. */
  readonly trace?: string;
}

/** An R2 event notification, as Cloudflare writes it, of the kinds that create an object. */
export interface ObjectCreatedMessage {
  readonly action: 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';
  readonly bucket: string;
  readonly object: { readonly key: string };
  /** ISO 8601. */
  readonly eventTime: string;
}

export type EncodeMessage = JobMessage | ObjectCreatedMessage;

/** The trace that a message belongs to, if it says so. */
export function traceOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('trace' in body)) return undefined;
  return typeof body.trace === 'string' ? body.trace : undefined;
}

const CREATING: readonly string[] = [
  'PutObject',
  'CopyObject',
  'CompleteMultipartUpload',
] satisfies ObjectCreatedMessage['action'][];

/** Reads a message of the queue, which anything with access to it can write; `undefined`: not for this consumer. */
export function parseMessage(body: unknown): EncodeMessage | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { job, action, bucket, object, eventTime } = body as Record<string, unknown>;
  const trace = traceOf(body);
  if (typeof job === 'string') return { job, ...(trace === undefined ? {} : { trace }) };
  if (typeof action !== 'string' || !CREATING.includes(action)) return undefined;
  if (typeof object !== 'object' || object === null || !('key' in object)) return undefined;
  if (typeof object.key !== 'string') return undefined;
  return {
    action: action as ObjectCreatedMessage['action'],
    bucket: typeof bucket === 'string' ? bucket : '',
    object: { key: object.key },
    eventTime: typeof eventTime === 'string' ? eventTime : '',
  };
}
