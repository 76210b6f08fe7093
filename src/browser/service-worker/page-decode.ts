import type { DecodeAnswer, DecodeMessage } from './protocol.ts';
import type { PageClient } from './scope.ts';

/** Milliseconds without a word from a page after which it is taken for gone, closed or stuck. */
const SILENCE = 10_000;
/** Milliseconds for one picture: browsers end a service worker whose event takes five minutes. */
const LONGEST = 240_000;

/** The page has not said a word: no script of it decodes, or it is gone. */
export class SilentPageError extends Error {}

/** Has a page decode a file. Throws an Error where it fails or closes, SilentPageError where it says nothing. */
export function decodeInPage(page: PageClient, file: Blob): Promise<Blob> {
  const { port1: port, port2 } = new MessageChannel();
  return new Promise<Blob>((resolve, reject) => {
    const giveUp = (): void => {
      reject(new Error('The page does not answer.'));
    };
    const longest = setTimeout(giveUp, LONGEST);
    let silence = setTimeout(() => {
      reject(new SilentPageError('The page has never answered.'));
    }, SILENCE);
    port.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => {
      clearTimeout(silence);
      if (data.type === 'working') {
        silence = setTimeout(giveUp, SILENCE);
        return;
      }
      clearTimeout(longest);
      if (data.type === 'made') resolve(data.jpeg);
      else reject(new Error(`The page cannot decode the picture: ${data.code}.`));
    };
    const message: DecodeMessage = { type: 'afterglow-decode', file };
    page.postMessage(message, [port2]);
  }).finally(() => {
    // A page that still decodes hears of it, and stops.
    port.postMessage(null);
    port.close();
  });
}
