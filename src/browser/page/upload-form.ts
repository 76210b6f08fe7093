import { ApiError } from './api.ts';
import { find } from './elements.ts';
import { formatBytes } from './format.ts';
import { followJob, requireContent, requireName, upload } from './upload.ts';
import { keepToken, takeToken } from './upload-token.ts';

/** Told the key of a picture. */
export interface UploadEvents {
  /** The server has it, and will encode it. */
  readonly taken: (key: string) => void;
  /** It is encoded. */
  readonly done: (key: string) => void | Promise<void>;
  /** It will not be encoded. */
  readonly failed: (key: string) => void;
}

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
  readonly #events: UploadEvents;

  constructor(form: HTMLFormElement, events: UploadEvents) {
    this.#form = form;
    this.#events = events;
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
      this.#choose([...event.dataTransfer.files]);
      this.#form.scrollIntoView({ block: 'center' });
    });
  }

  /** The first of several: each has a name of its own to be given. */
  #choose([file, ...others]: File[]): void {
    if (file === undefined) return;
    const one = new DataTransfer();
    one.items.add(file);
    this.#file.files = one.files;
    this.#name();
    if (others.length === 0 || this.#button.disabled) return;
    this.#say(`One picture at a time: ${file.name} is chosen; drop the others after it.`, 0);
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
    let taken = false;
    try {
      requireName(key);
      await requireContent(file);
      this.#say('Uploading', 0);
      window.addEventListener('beforeunload', askBeforeLeaving);
      const job = await upload(file, key, this.#token.value, (share) => {
        // The server checks the file after its last byte, before it answers.
        if (share < 1) this.#say(`Uploading: ${Math.round(100 * share)} %`, share);
        else this.#say('Checking');
      }).finally(() => {
        window.removeEventListener('beforeunload', askBeforeLeaving);
      });
      taken = true;
      this.#events.taken(key);
      await followJob(job, (state) => {
        if (state === 'unreachable') this.#say('The server cannot be reached; trying again');
        else if (state.status === 'queued') this.#say('Waiting for the encoder');
        else this.#say(`Encoding: ${Math.round(100 * state.progress)} %`, state.progress);
      });
      await this.#events.done(key);
      this.#say('Done', 1);
    } catch (error) {
      if (taken) this.#events.failed(key);
      this.#say(describe(error), 0);
      this.#state.classList.add('error');
    } finally {
      this.#button.disabled = false;
    }
  }

  /** @param share 0…1; unknown if absent */
  #say(text: string, share?: number): void {
    const appears = this.#state.hidden;
    this.#state.hidden = false;
    this.#state.classList.remove('error');
    this.#status.textContent = text;
    if (share === undefined) this.#progress.removeAttribute('value');
    else this.#progress.value = share;
    // Below the button, and on many screens below the window.
    if (appears) this.#state.scrollIntoView({ block: 'nearest' });
  }
}

/** What has not arrived is lost with the page. */
function askBeforeLeaving(event: Event): void {
  event.preventDefault();
}

/** A refusal in the server's words, but for the one that tells a program, not a person, what to do. */
function describe(error: unknown): string {
  if (error instanceof ApiError && error.code === 'unauthorized')
    return 'This is not the upload token. `npm start` prints it, and an address that brings it; elsewhere whoever runs the server has it.';
  return error instanceof Error ? error.message : String(error);
}
