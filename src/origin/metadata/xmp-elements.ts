/** Where a tag begins, its slash if it closes an element, and its name. */
const TAG = /<(\/?)((?:[\w.-]+:)?[\w.-]+)(?=[ \t\r\n/>])/g;

/**
 * XML without the elements of some names and all that is in them. Goes over the text once; an element that is never closed, which no
 * XML has, goes up to the end.
 */
export function withoutElements(xml: string, name: RegExp): string {
  let kept = '';
  let from = 0;
  /** The name of the element that is being left out, and how many of that name are open. */
  let left: { readonly name: string; open: number } | null = null;
  TAG.lastIndex = 0;
  for (let tag = TAG.exec(xml); tag; tag = TAG.exec(xml)) {
    const end = xml.indexOf('>', TAG.lastIndex);
    if (end < 0) break;
    TAG.lastIndex = end + 1;
    const found = tag[2]!;
    const closes = tag[1] === '/';
    const whole = xml[end - 1] === '/';
    if (left === null) {
      if (closes || !name.test(found)) continue;
      kept += xml.slice(from, tag.index);
      from = end + 1;
      if (!whole) left = { name: found, open: 1 };
    } else if (found === left.name && !whole) {
      left.open += closes ? -1 : 1;
      from = end + 1;
      if (left.open === 0) left = null;
    }
  }
  return left === null ? kept + xml.slice(from) : kept;
}
