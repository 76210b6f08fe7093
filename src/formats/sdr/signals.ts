import { ContainerError, readLayout } from '../../container/index.ts';

/** Whether a JPEG has our header after its end, whole or not. */
export function isLayered(jpeg: Uint8Array): boolean {
  try {
    const layout = readLayout(jpeg);
    return layout.kind === 'layered' || layout.truncatedHeader;
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    return false;
  }
}
