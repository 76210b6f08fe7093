/** A JSON document kept as an object of a bucket, with the entity tag that a conditional write needs. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

/** Reads a document that this worker wrote; `null` if there is none. */
export async function readJson<T>(bucket: R2Bucket, name: string): Promise<Stored<T> | null> {
  const object = await bucket.get(name);
  return object === null ? null : { value: await object.json<T>(), etag: object.etag };
}

/**
 * Writes a document only if what is stored still is what was read (`null`: nothing). `null`: somebody else was first.
 */
export async function writeJson<T>(
  bucket: R2Bucket,
  name: string,
  value: T,
  previous: Stored<T> | null,
): Promise<Stored<T> | null> {
  const onlyIf: R2Conditional =
    previous === null ? { etagDoesNotMatch: '*' } : { etagMatches: previous.etag };
  const object = await bucket.put(name, JSON.stringify(value), {
    onlyIf,
    httpMetadata: { contentType: 'application/json' },
  });
  return object === null ? null : { value, etag: object.etag };
}

/**
 * Changes a document as if nobody else did: reads, changes, writes, and again if another writer came between. `change`
 * returns `undefined` to leave it as it is. Answers what was there before, and what is there now.
 */
export async function changeJson<T>(
  bucket: R2Bucket,
  name: string,
  change: (value: T | null) => T | undefined,
): Promise<{ before: T | null; after: Stored<T> | null }> {
  for (;;) {
    const before = await readJson<T>(bucket, name);
    const changed = change(before?.value ?? null);
    if (changed === undefined) return { before: before?.value ?? null, after: before };
    const after = await writeJson(bucket, name, changed, before);
    if (after !== null) return { before: before?.value ?? null, after };
  }
}
