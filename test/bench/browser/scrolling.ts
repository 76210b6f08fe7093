// A page of 30 pictures, scrolled through on a CPU of a quarter of the speed while they are decoded: long frames, and how much of them
// is ours. `node scripts/build.js && node test/bench/browser/scrolling.ts [WIDTH HEIGHT]`, on a machine that does nothing else.
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from '../../browser/chromium.ts';
import { openPictures, shownAt } from '../../browser/many-pictures.ts';

/** Of the Long Animation Frames API, which says whose scripts they were. */
interface LongAnimationFrame {
  readonly duration: number;
  readonly scripts: readonly {
    readonly duration: number;
    readonly sourceURL: string;
    readonly invoker: string;
    readonly sourceFunctionName: string;
  }[];
}
interface LongFrame {
  readonly duration: number;
  /** Of the longest task of ours in it. */
  readonly ours: number;
  readonly what: string;
}

const COUNT = 30;
const [width = 320, height = 200] = process.argv.slice(2).map(Number);

const browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
try {
  await using opened = await openPictures(browser, COUNT, [width, height]);
  const { page, cdp } = opened;
  await shownAt(page, 0);
  await page.evaluate(() => {
    Object.assign(window, { frames: [] });
    new PerformanceObserver((list) => {
      const { frames } = window as unknown as { frames: LongFrame[] };
      for (const { duration, scripts } of list.getEntries() as unknown as LongAnimationFrame[]) {
        const ours = scripts.filter(({ sourceURL }) => sourceURL.includes('/lib/'));
        const [longest] = ours.toSorted((a, b) => b.duration - a.duration);
        const what = `${longest?.invoker ?? ''} ${longest?.sourceFunctionName ?? ''}`;
        frames.push({ duration, ours: longest?.duration ?? 0, what });
      }
    }).observe({ type: 'long-animation-frame' });
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  for (let i = 1; i < COUNT; i++) {
    await page.evaluate((to) => {
      document.querySelector(`#p${to}`)!.scrollIntoView({ block: 'center' });
    }, i);
    if (i % 5 === 0) await shownAt(page, i);
    else await page.waitForTimeout(50);
  }
  const frames = await page.evaluate(() => (window as unknown as { frames: LongFrame[] }).frames);
  const listed = frames.map(({ duration, ours }) => `${duration.toFixed(0)} (${ours.toFixed(0)})`);
  console.log(
    `Milliseconds of long frames, and of the longest of our tasks in them: ${listed.join(', ') || 'none'}`,
  );
  const longest = frames.toSorted((a, b) => b.ours - a.ours).slice(0, 5);
  for (const { ours, what } of longest) console.log(`${ours.toFixed(0).padStart(4)} ms  ${what}`);
} finally {
  await browser.close();
}
