/** What a response carries, whatever was asked for. */
export interface Sent {
  /** `hdr`: a file of another format than JPEG, with the HDR picture in it. */
  readonly representation: 'sdr' | 'layered' | 'gainmap' | 'hdr';
  /** Layers sent, and how many the rendition has; only for `layered`. */
  readonly layers?: number;
  readonly of?: number;
  /** The model that decodes the layers. */
  readonly model?: string;
  /** What was asked for is still being encoded; this is its base. */
  readonly pending?: boolean;
}

/** The `Afterglow` field: a structured-field item (RFC 9651 §3.3), e.g. `layered;layers=3;of=8;model="han2020"`. */
export function afterglowField({ representation, layers, of, model, pending }: Sent): string {
  let field: string = representation;
  if (layers !== undefined) field += `;layers=${layers}`;
  if (of !== undefined) field += `;of=${of}`;
  if (model !== undefined && isPrintable(model)) field += `;model="${model.replace(/["\\]/g, '\\$&')}"`;
  if (pending === true) field += ';pending';
  return field;
}

/** Structured-field strings are printable ASCII (RFC 9651 §3.3.3). */
function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
