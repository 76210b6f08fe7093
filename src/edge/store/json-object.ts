/** A JSON document kept as an object of a bucket, with the entity tag that a conditional write needs. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

/** What is kept beside a document, for those who list the bucket and read none of it. */
export type Labels = Record<string, string>;

/** Reads a document that this worker wrote; `null` if there is none. */
export async function readJson<T>(bucket: R2Bucket, name: string): Promise<Stored<T> | null> {
  const object = await bucket.get(name);
  return object === null ? null : { value: await object.json<T>(), etag: object.etag };
}

/**
 * Writes a document only if what is stored still is what was read (`null`: nothing). `null`: somebody else was first. A write
 * that was made, and whose answer got lost, finds its own document when it is made again, and counts as made.
 */
export async function writeJson<T>(
  bucket: R2Bucket,
  name: string,
  value: T,
  previous: Stored<T> | null,
  labels: Labels = {},
): Promise<Stored<T> | null> {
  const onlyIf: R2Conditional =
    previous === null ? { etagDoesNotMatch: '*' } : { etagMatches: previous.etag };
  const text = JSON.stringify(value);
  const object = await bucket.put(name, text, {
    onlyIf,
    httpMetadata: { contentType: 'application/json' },
    customMetadata: labels,
  });
  if (object !== null) return { value, etag: object.etag };
  const now = await bucket.get(name);
  return now !== null && (await now.text()) === text ? { value, etag: now.etag } : null;
}

/**
 * Changes a document as if nobody else did: reads, changes, writes, and again if another writer came between. `change`
 * returns `undefined` to leave it as it is. Answers what was there before, and what is there now.
 */
export async function changeJson<T>(
  bucket: R2Bucket,
  name: string,
  change: (value: T | null) => T | undefined,
  labelsOf: (value: T) => Labels = () => ({}),
): Promise<{ before: T | null; after: Stored<T> | null }> {
  for (;;) {
    const before = await readJson<T>(bucket, name);
    const changed = change(before?.value ?? null);
    if (changed === undefined) return { before: before?.value ?? null, after: before };
    const after = await writeJson(bucket, name, changed, before, labelsOf(changed));
    if (after !== null) return { before: before?.value ?? null, after };
  }
}
