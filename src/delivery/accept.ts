/** One member of an `Accept` field, lower-cased (RFC 9110 §12.5.1). */
export interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** Whether it has parameters of the media type itself, besides `q`. */
  readonly parameterised: boolean;
  /** 0…1 in steps of 0.001. */
  readonly q: number;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const RANGE = new RegExp(`^(${TOKEN})/(${TOKEN})((?:[ \\t]*;[^]*)?)$`);
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(?:(${TOKEN})=(${TOKEN}|"(?:[^"\\\\]|\\\\[^])*"))?`, 'y');
/** RFC 9110 §12.4.2. */
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Reads an `Accept` field; several lines come joined by commas (RFC 9110 §5.3). A malformed member is dropped and the
 * rest still counts: a client that errs in one place meant the others.
 */
export function parseAccept(field: string | null): readonly MediaRange[] {
  return splitList(field ?? '').flatMap((member) => parseRange(member) ?? []);
}

/**
 * The quality that a field gives to a media type without parameters: that of the most specific range that matches it
 * (RFC 9110 §12.5.1), the highest if several are as specific. 0 if none does.
 */
export function qualityOf(ranges: readonly MediaRange[], mediaType: string): number {
  const [type, subtype] = mediaType.split('/');
  let specificity = 0;
  let quality = 0;
  for (const range of ranges) {
    if (range.parameterised) continue;
    const matched =
      range.type === '*'
        ? 1
        : range.type !== type
          ? 0
          : range.subtype === '*'
            ? 2
            : range.subtype === subtype
              ? 3
              : 0;
    if (matched === 0 || matched < specificity) continue;
    quality = matched > specificity ? range.q : Math.max(quality, range.q);
    specificity = matched;
  }
  return quality;
}

/** Whether a field names a media type itself; a wildcard does not name it. */
export function names(ranges: readonly MediaRange[], mediaType: string): boolean {
  return ranges.some((range) => !range.parameterised && `${range.type}/${range.subtype}` === mediaType);
}

function parseRange(member: string): MediaRange | undefined {
  const [, type, subtype, tail] = RANGE.exec(member) ?? [];
  if (type === undefined || subtype === undefined || tail === undefined) return undefined;
  if (type === '*' && subtype !== '*') return undefined;
  let q = 1;
  let parameterised = false;
  for (PARAMETER.lastIndex = 0; PARAMETER.lastIndex < tail.length;) {
    const [all, name, value] = PARAMETER.exec(tail) ?? [];
    if (all === undefined) return undefined;
    if (name === undefined || value === undefined) continue;
    if (name.toLowerCase() !== 'q') {
      parameterised = true;
    } else if (QVALUE.test(value)) {
      q = Number(value);
    } else {
      return undefined;
    }
  }
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), parameterised, q };
}

/** Splits at the commas outside quoted strings (RFC 9110 §5.6.1, §5.6.4); empty members are allowed and dropped. */
function splitList(field: string): string[] {
  const members = field.match(/(?:[^",]|"(?:[^"\\]|\\[^])*(?:"|$))+/g) ?? [];
  return members.map((member) => member.trim()).filter((member) => member !== '');
}
