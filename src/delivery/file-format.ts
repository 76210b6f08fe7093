/** What a picture can be sent as instead of JPEG: a file of its own, with the HDR picture in it. */
export const FILE_FORMATS = {
  avif: { mediaType: 'image/avif', extensions: ['avif'] },
  png: { mediaType: 'image/png', extensions: ['png'] },
  exr: { mediaType: 'image/x-exr', extensions: ['exr'] },
} as const satisfies Record<string, MediaFormat>;

export type FileFormat = keyof typeof FILE_FORMATS;

export interface MediaFormat {
  readonly mediaType: string;
  /** What names of such files end in; the first is the one that is added to a name without any. */
  readonly extensions: readonly string[];
}

export const JPEG: MediaFormat = { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'] };

/** How an answer is labelled; absent: JPEG. */
export function mediaFormat(format: FileFormat | undefined): MediaFormat {
  return format === undefined ? JPEG : FILE_FORMATS[format];
}

/** The format of its own that a value of `format` asks for, if it does. */
export function fileFormat(format: string | undefined): FileFormat | undefined {
  return format !== undefined && Object.hasOwn(FILE_FORMATS, format) ? (format as FileFormat) : undefined;
}
