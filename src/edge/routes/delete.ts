import type { Routed } from '../env.ts';
import { authorizeWrite } from '../authorize.ts';
import { withdraw } from '../publish.ts';
import { requireWritable } from '../preconditions.ts';
import { pointerOf } from './picture.ts';

/** `DELETE /images/{key}`: the pointer first, then master and renditions; a job at work notices and clears up. */
export async function deletePicture(c: Routed, key: string): Promise<Response> {
  await authorizeWrite(c);
  requireWritable(c.req.raw.headers, await pointerOf(c, key));
  await withdraw(c.env, key);
  return new Response(null, { status: 204 });
}
