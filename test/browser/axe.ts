import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const AXE = await readFile('node_modules/axe-core/axe.min.js', 'utf8');

/** The rules of WCAG 2.2 AA and axe's own best practices that are broken, with the elements that break them. */
export async function complaints(page: Page): Promise<string[]> {
  // As a console does it: the page's own policy need not allow it.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
