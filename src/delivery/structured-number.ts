const KEY = '[a-z*][a-z0-9_.*-]*';
const BARE_ITEM = [
  '-?\\d{1,15}',
  '-?\\d{1,12}\\.\\d{1,3}',
  '"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\])*"',
  "[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*",
  ':[A-Za-z0-9+/=]*:',
  '\\?[01]',
].join('|');
const NUMBER_ITEM = new RegExp(
  `^ *(-?(?:\\d{1,12}\\.\\d{1,3}|\\d{1,15}))(?:; *${KEY}(?:=(?:${BARE_ITEM}))?)* *$`,
);

/**
 * Reads a structured field that is an integer or a decimal (RFC 9651 §4.2.4), whose parameters are ignored (§3.1.2). `undefined`
 * for anything else: a field that fails to parse is as if it were not there (§4.2), and so is one that comes in several lines,
 * which join to no item.
 */
export function parseNumberItem(field: string | null): number | undefined {
  const [, number] = NUMBER_ITEM.exec(field ?? '') ?? [];
  return number === undefined ? undefined : Number(number);
}
