const MIB = 2 ** 20;

/** A limit as a person takes it in: in MiB where it is a whole number of them, which limits that were chosen are. */
export function byteLimit(bytes: number): string {
  return bytes >= MIB && bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`;
}
