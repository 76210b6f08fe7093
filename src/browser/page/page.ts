import { Decoder } from '../decoder.ts';
import { bestCanvasKind, isHighDynamicRange } from '../display/display.ts';
import { find } from './elements.ts';
import { loadGallery, ownEntry, type GalleryEntry } from './gallery.ts';
import { NetworkSwitch } from './network-switch.ts';
import { PictureCard } from './picture-card.ts';
import { refresh } from './refresh.ts';
import { UploadForm } from './upload-form.ts';

/** The page of the local stack and of the edge: pictures, and a form to upload one's own. */

const cards = new Set<PictureCard>();
const network = new NetworkSwitch(document, () => {
  for (const shown of cards) shown.replay();
});
const shared = { decoder: new Decoder(), comparing: new Decoder(), network };
const gallery = find(document, '[data-gallery]', HTMLElement);
const galleryStatus = find(document, '[data-gallery-status]', HTMLElement);

void showGallery();
void describeScreen();
matchMedia('(dynamic-range: high)').addEventListener('change', () => void describeScreen());
new UploadForm(find(document, '[data-upload]', HTMLFormElement), {
  taken: remember,
  done: showUploaded,
  failed: forget,
});

async function showGallery(): Promise<void> {
  try {
    const entries = await loadGallery(new URL(location.href));
    gallery.append(...entries.map(card));
    galleryStatus.textContent = 'There are no pictures yet: upload one below.';
    galleryStatus.hidden = entries.length > 0;
  } catch (error) {
    galleryStatus.textContent = error instanceof Error ? error.message : String(error);
    galleryStatus.classList.add('error');
  }
  gallery.removeAttribute('aria-busy');
}

/** Into the page's address, so that the picture is still there after a reload, also one while it is encoded. */
function remember(key: string): void {
  const address = new URL(location.href);
  address.searchParams.set('picture', key);
  history.replaceState(history.state, '', address);
}

function forget(key: string): void {
  const address = new URL(location.href);
  address.searchParams.delete('picture', key);
  history.replaceState(history.state, '', address);
}

/** Puts the picture first, in the place of what had its name. */
async function showUploaded(key: string): Promise<void> {
  await refresh(key);
  for (const shown of [...cards].filter((other) => other.key === key)) {
    shown.remove();
    cards.delete(shown);
  }
  const element = card(ownEntry(key));
  gallery.prepend(element);
  galleryStatus.hidden = true;
  element.scrollIntoView({ block: 'center' });
}

function card(entry: GalleryEntry): HTMLElement {
  const shown = new PictureCard(entry, shared);
  cards.add(shown);
  return shown.element;
}

/** An HDR screen is of no use to a page whose browser has no canvas for it. */
async function describeScreen(): Promise<void> {
  const rolledOff = 'the decode’s highlights are rolled off. Lower the exposure to look into them.';
  const screen = find(document, '[data-screen]', HTMLElement);
  if (!isHighDynamicRange()) screen.textContent = `This screen is SDR: ${rolledOff}`;
  else if ((await bestCanvasKind()) === '2d-standard')
    screen.textContent = `This screen is HDR, but this browser has no canvas that exceeds white: ${rolledOff}`;
  else screen.textContent = 'This screen is HDR: the decode is shown with all its light.';
}
