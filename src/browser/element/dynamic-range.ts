import { isHighDynamicRange } from '../display/display.ts';

export type DynamicRange = 'auto' | 'high' | 'standard';

/** Below this many GiB, as `navigator.deviceMemory` rounds them, a page has no room for decoding. */
const ENOUGH_MEMORY = 2;

/** What browsers say of the device and its network where they do. */
interface Device extends Navigator {
  readonly deviceMemory?: number;
  readonly connection?: { readonly saveData?: boolean };
}

/**
 * Whether an element asks for layers: where its attribute says nothing else, if the screen shows them, the style sheet lets
 * them be seen (CSS Color HDR, `dynamic-range-limit`), and neither memory nor the user's data are scarce.
 */
export function wantsLayers(element: Element, choice: DynamicRange): boolean {
  if (choice !== 'auto') return choice === 'high';
  const { deviceMemory = ENOUGH_MEMORY, connection } = navigator as Device;
  return (
    isHighDynamicRange() &&
    deviceMemory >= ENOUGH_MEMORY &&
    connection?.saveData !== true &&
    getComputedStyle(element).getPropertyValue('dynamic-range-limit') !== 'standard'
  );
}

export function parseDynamicRange(value: string | null): DynamicRange {
  return value === 'high' || value === 'standard' ? value : 'auto';
}
