import type { View } from './comparison.ts';

const VIEWS: readonly { readonly view: View; readonly label: string }[] = [
  { view: 'hdr', label: 'SDR | HDR' },
  { view: 'equal-bytes', label: 'Ultra HDR | Afterglow' },
  { view: 'luminance', label: 'SDR | Luminance' },
];
let groups = 0;

/** A picture's radio buttons for what is compared; without gain map there is nothing to compare layers with. */
export class ViewSwitch {
  readonly #fieldset: HTMLFieldSetElement;
  readonly #onChange: (view: View) => void;

  constructor(fieldset: HTMLFieldSetElement, onChange: (view: View) => void) {
    this.#fieldset = fieldset;
    this.#onChange = onChange;
    this.#fill();
  }

  /** Once the decode is there. */
  offer(hasGainMap: boolean): void {
    if (!hasGainMap) this.#fieldset.querySelector('[value=equal-bytes]')?.parentElement?.remove();
    this.#fieldset.disabled = false;
    this.#fieldset.hidden = false;
  }

  /** Where there is no decode, and none to come; until one is there after all. */
  withdraw(): void {
    this.#fieldset.hidden = this.#fieldset.disabled;
  }

  /** They have their place, and cannot be chosen yet: what is below would jump when they come. */
  #fill(): void {
    const name = `view-${++groups}`;
    for (const { view, label } of VIEWS) {
      const input = Object.assign(document.createElement('input'), { type: 'radio', name, value: view });
      input.checked = view === 'hdr';
      input.addEventListener('change', () => {
        this.#onChange(view);
      });
      const choice = this.#fieldset.appendChild(document.createElement('label'));
      choice.append(input, Object.assign(document.createElement('span'), { textContent: label }));
    }
  }

  /** Without telling anybody. */
  set view(view: View) {
    for (const input of this.#fieldset.querySelectorAll('input')) input.checked = input.value === view;
  }
}
