import { ApiError } from './api.ts';
import { find } from './elements.ts';
import { formatBytes } from './format.ts';
import { followJob, upload } from './upload.ts';
import { keepToken, takeToken } from './upload-token.ts';

/** The form by which a picture of one's own is uploaded, chosen or dropped anywhere on the page. */
export class UploadForm {
  readonly #form: HTMLFormElement;
  readonly #file: HTMLInputElement;
  readonly #key: HTMLInputElement;
  readonly #token: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #state: HTMLElement;
  readonly #progress: HTMLProgressElement;
  readonly #status: HTMLElement;
  readonly #onDone: (key: string) => void;

  /** @param onDone told the key of a picture that is encoded */
  constructor(form: HTMLFormElement, onDone: (key: string) => void) {
    this.#form = form;
    this.#onDone = onDone;
    this.#file = find(form, '[name=file]', HTMLInputElement);
    this.#key = find(form, '[name=key]', HTMLInputElement);
    this.#token = find(form, '[name=token]', HTMLInputElement);
    this.#button = find(form, 'button', HTMLButtonElement);
    this.#state = find(form, '[data-upload-state]', HTMLElement);
    this.#progress = find(form, 'progress', HTMLProgressElement);
    this.#status = find(form, '[role=status]', HTMLElement);
    this.#token.value = takeToken();
    window.addEventListener('hashchange', () => {
      this.#token.value = takeToken();
    });
    this.#file.addEventListener('change', () => {
      this.#name();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.#acceptDrops();
  }

  #acceptDrops(): void {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    document.addEventListener('dragover', (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#form.classList.add('dropping');
    });
    document.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) this.#form.classList.remove('dropping');
    });
    document.addEventListener('drop', (event) => {
      if (!carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      this.#form.classList.remove('dropping');
      this.#file.files = event.dataTransfer.files;
      this.#name();
      this.#form.scrollIntoView({ block: 'center' });
    });
  }

  /** A chosen file gives the picture its name, which can be changed. */
  #name(): void {
    const file = this.#file.files?.[0];
    const label = find(this.#form, '[data-file-name]', HTMLElement);
    if (file === undefined) return;
    label.textContent = `${file.name} (${formatBytes(file.size)})`;
    this.#key.value = file.name;
  }

  async #send(): Promise<void> {
    const file = this.#file.files?.[0];
    if (file === undefined) return;
    const key = this.#key.value.trim();
    keepToken(this.#token.value);
    this.#button.disabled = true;
    try {
      this.#say('Uploading', 0);
      const job = await upload(file, key, this.#token.value, (share) => {
        // The server checks the file after its last byte, before it answers.
        if (share < 1) this.#say(`Uploading: ${Math.round(100 * share)} %`, share);
        else this.#say('Checking');
      });
      await followJob(job, ({ status, progress }) => {
        if (status === 'queued') this.#say('Waiting for the encoder');
        else this.#say(`Encoding: ${Math.round(100 * progress)} %`, progress);
      });
      this.#say('Done', 1);
      this.#onDone(key);
    } catch (error) {
      this.#say(describe(error), 0);
      this.#state.classList.add('error');
    } finally {
      this.#button.disabled = false;
    }
  }

  /** @param share 0…1; unknown if absent */
  #say(text: string, share?: number): void {
    this.#state.hidden = false;
    this.#state.classList.remove('error');
    this.#status.textContent = text;
    if (share === undefined) this.#progress.removeAttribute('value');
    else this.#progress.value = share;
  }
}

/** A refusal in the server's words, but for the one that tells a program, not a person, what to do. */
function describe(error: unknown): string {
  if (error instanceof ApiError && error.code === 'unauthorized') return 'This is not the upload token.';
  return error instanceof Error ? error.message : String(error);
}
