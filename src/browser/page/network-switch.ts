import { find } from './elements.ts';

/** How fast the page reads pictures' layers: a choice for all of them. */
export class NetworkSwitch {
  readonly #select: HTMLSelectElement;

  /** @param onChange told of every other choice */
  constructor(root: ParentNode, onChange: () => void) {
    this.#select = find(root, '[data-network]', HTMLSelectElement);
    this.#select.addEventListener('change', onChange);
  }

  /** Bytes a second. The choices are in kbit/s; 0 stands for no limit. */
  get rate(): number {
    const kilobits = Number(this.#select.value);
    return kilobits === 0 ? Infinity : (1000 * kilobits) / 8;
  }
}
