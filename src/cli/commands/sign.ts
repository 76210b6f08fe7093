import { Option, type Command } from 'commander';
import { listOf } from '../../delivery/configuration.ts';
import { signUrl } from '../../delivery/signed-url.ts';
import type { SigningOptions } from '../../delivery/signed-url.ts';
import { UPLOAD_PARAMETERS } from '../../delivery/upload-policy.ts';
import { parseUrlKey } from '../../delivery/url-keys.ts';
import type { UrlKey } from '../../delivery/url-keys.ts';
import { duration, integer, mediaType } from '../arguments.ts';
import { print } from '../print.ts';

interface SignOptions {
  key?: string;
  /** Seconds. */
  expires?: number;
  upload?: true;
  delete?: true;
  maxBytes?: number;
  contentType?: string;
  json?: boolean;
}

/** A signed URL that allows writing is good for this long where nothing else is said, in seconds. */
const WRITING_SECONDS = 3600;
/** Stands for the host of a URL that has none: it is not signed. */
const NOWHERE = 'http://nowhere.invalid';

export function addSign(program: Command): void {
  program
    .command('sign')
    .description('sign the address of a picture, for an edge that wants addresses signed')
    .argument('<URL>', 'a URL of the edge, or its path and query: /images/a.exr?w=640')
    .option(
      '--key <id:secret>',
      "one of the edge's URL_KEYS; else the first of $URL_KEYS, which no process list shows",
    )
    .option('--expires <duration>', 'good for that long: 90s, 15m, 1h, 7d', duration)
    .addOption(
      new Option('--upload', 'sign a PUT, which uploads (for 1h if nothing is said)').conflicts('delete'),
    )
    .option('--delete', 'sign a DELETE (for 1h if nothing is said)')
    .option('--max-bytes <N>', 'with --upload: the largest body', integer(1, 999_999_999_999_999))
    .option('--content-type <type>', 'with --upload: what Content-Type must name', mediaType)
    .option('--json', 'the URL and when it ends as JSON')
    .action(async (text: string, options: SignOptions) => {
      const url = addressed(text, options);
      const seconds = options.expires ?? (isWriting(options) ? WRITING_SECONDS : undefined);
      const expires = seconds === undefined ? undefined : Math.floor(Date.now() / 1000) + seconds;
      const signed = await signUrl(url, {
        method: methodOf(options),
        key: keyOf(options),
        ...(expires === undefined ? {} : { expires }),
      });
      const shown = signed.origin === NOWHERE ? signed.pathname + signed.search : signed.href;
      const ends = expires === undefined ? null : new Date(expires * 1000).toISOString();
      print({ url: shown, method: methodOf(options), expires: ends }, [shown], options);
    });
}

/** The URL with the policy of an upload in its query. */
function addressed(text: string, { upload, maxBytes, contentType }: SignOptions): URL {
  if (upload !== true && (maxBytes !== undefined || contentType !== undefined)) {
    throw new Error('--max-bytes and --content-type are for --upload.');
  }
  let url: URL;
  try {
    url = new URL(text, NOWHERE);
  } catch {
    throw new Error(`${text} is neither a URL nor a path.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${text} is no http(s) URL.`);
  if (maxBytes !== undefined) url.searchParams.set(UPLOAD_PARAMETERS.maxBytes, String(maxBytes));
  if (contentType !== undefined) url.searchParams.set(UPLOAD_PARAMETERS.contentType, contentType);
  return url;
}

function keyOf({ key }: SignOptions): UrlKey {
  const [first] = listOf(key ?? process.env.URL_KEYS);
  if (first === undefined) throw new Error('There is no key: give --key id:secret, or set URL_KEYS.');
  return parseUrlKey(first);
}

function isWriting({ upload, delete: deletes }: SignOptions): boolean {
  return upload === true || deletes === true;
}

function methodOf({ upload, delete: deletes }: SignOptions): SigningOptions['method'] {
  return upload === true ? 'PUT' : deletes === true ? 'DELETE' : 'GET';
}
