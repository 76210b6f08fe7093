import { byteLimit } from '../../delivery/byte-limit.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { hex, partsOf } from '../streams.ts';
import type { Master } from './pointers.ts';

/** R2's parts are equal in size, but for the last, and 5 MiB or more; one is in memory at a time. */
const PART_BYTES = 8 * 1024 * 1024;

export interface MasterOptions {
  /** Bytes. */
  readonly most: number;
  readonly check: (start: Uint8Array) => void;
  /** The key that it is meant for; with it, what a killed worker left behind can be told from what is published. */
  readonly key?: string;
}

/**
 * Streams an upload into a bucket and hashes it on the way. `check` sees the first part before anything is stored, and an
 * upload that ends badly leaves nothing behind.
 *
 * @throws ProblemError `empty_upload`, `upload_too_large`, `incomplete_upload`, and what `check` throws
 */
export async function storeMaster(
  bucket: R2Bucket,
  name: string,
  body: ReadableStream<Uint8Array>,
  options: MasterOptions,
): Promise<Master> {
  const hash = new crypto.DigestStream('SHA-256');
  const hashing = hash.getWriter();
  const customMetadata: Record<string, string> = options.key === undefined ? {} : { key: options.key };
  const uploaded: R2UploadedPart[] = [];
  let upload: R2MultipartUpload | undefined;
  let bytes = 0;
  try {
    let held: Uint8Array | undefined;
    for await (const part of bounded(partsOf(body, PART_BYTES), options.most)) {
      if (held === undefined) options.check(part);
      else {
        upload ??= await bucket.createMultipartUpload(name, { customMetadata });
        uploaded.push(await upload.uploadPart(uploaded.length + 1, held));
      }
      held = part;
      bytes += part.length;
      await hashing.write(part);
    }
    if (held === undefined) throw emptyUpload();
    await hashing.close();
    const sha256 = hex(await hash.digest);
    if (upload === undefined) {
      const { etag } = await bucket.put(name, held, { sha256, customMetadata });
      return { name, etag, bytes, sha256 };
    }
    uploaded.push(await upload.uploadPart(uploaded.length + 1, held));
    const { etag } = await upload.complete(uploaded);
    return { name, etag, bytes, sha256 };
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

export function emptyUpload(): ProblemError {
  return new ProblemError({
    status: 400,
    code: 'empty_upload',
    title: 'Empty upload',
    detail: 'The request has no body; send the HDR file itself.',
  });
}

export function tooLarge(most: number): ProblemError {
  return new ProblemError({
    status: 413,
    code: 'upload_too_large',
    title: 'Upload too large',
    detail: `An upload may have ${byteLimit(most)} at most.`,
  });
}

async function* bounded(parts: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const iterator = parts[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await iterator.next();
    } catch (cause) {
      const detail = 'The connection ended before the body did.';
      throw new ProblemError(
        { status: 400, code: 'incomplete_upload', title: 'Incomplete upload', detail },
        { cause },
      );
    }
    if (next.done === true) return;
    bytes += next.value.length;
    if (bytes > most) throw tooLarge(most);
    yield next.value;
  }
}
