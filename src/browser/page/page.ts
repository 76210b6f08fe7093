import { Decoder } from '../decoder.ts';
import { isHighDynamicRange } from '../display/display.ts';
import { find } from './elements.ts';
import { loadGallery, ownEntry, type GalleryEntry } from './gallery.ts';
import { NetworkSwitch } from './network-switch.ts';
import { PictureCard } from './picture-card.ts';
import { UploadForm } from './upload-form.ts';

/** The page of the local stack and of the edge: pictures, and a form to upload one's own. */

const cards: PictureCard[] = [];
const network = new NetworkSwitch(document, () => {
  for (const shown of cards) shown.replay();
});
const shared = { decoder: new Decoder(), comparing: new Decoder(), network };
const gallery = find(document, '[data-gallery]', HTMLElement);
const galleryStatus = find(document, '[data-gallery-status]', HTMLElement);

void showGallery();
describeScreen();
matchMedia('(dynamic-range: high)').addEventListener('change', describeScreen);
new UploadForm(find(document, '[data-upload]', HTMLFormElement), showUploaded);

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
}

/** Puts the picture first, and into the page's address, so that it is still there after a reload. */
function showUploaded(key: string): void {
  const address = new URL(location.href);
  address.searchParams.set('picture', key);
  history.replaceState(history.state, '', address);
  const shown = card(ownEntry(key));
  gallery.prepend(shown);
  galleryStatus.hidden = true;
  shown.scrollIntoView({ block: 'center' });
}

function card(entry: GalleryEntry): HTMLElement {
  const shown = new PictureCard(entry, shared);
  cards.push(shown);
  return shown.element;
}

function describeScreen(): void {
  find(document, '[data-screen]', HTMLElement).textContent = isHighDynamicRange()
    ? 'This screen is HDR: the decode is shown with all its light.'
    : 'This screen is SDR: the decode’s highlights are rolled off. Lower the exposure to look into them.';
}
