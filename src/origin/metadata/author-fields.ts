/** Who made a picture and whose it is. */
export interface Author {
  readonly artist?: string;
  readonly copyright?: string;
}

/** Of either; what is longer says more than a name. */
export const MOST_CHARACTERS = 1000;

/** Without what is not said, or said by nothing. */
export function authorOfFields(artist: string | undefined, copyright: string | undefined): Author {
  return { ...(artist ? { artist } : {}), ...(copyright ? { copyright } : {}) };
}
