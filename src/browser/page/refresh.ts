import { pictureUrl } from './api.ts';

/**
 * Has the browser fetch a picture's plain JPEG anew, which it may keep for an hour: an `<img>` does not ask whether another
 * picture has been uploaded under the name since.
 */
export async function refresh(key: string): Promise<void> {
  const response = await fetch(`${pictureUrl(key)}?hdr=0`, { cache: 'reload' }).catch(() => undefined);
  // What cannot be had now is asked for again by whoever shows it.
  await response?.arrayBuffer().catch(() => undefined);
}
