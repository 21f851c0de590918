/** What somebody does who has no mouse. */
import type { Page } from 'playwright-core';

/** More controls than any page has. */
const MOST_STEPS = 150;

/**
 * Presses Tab until the control of this name has the focus, and sees that the focus shows.
 *
 * @param role as ARIA names it, like `button`
 * @param name the whole of it, or a pattern
 * @throws Error that lists what was met instead
 */
export async function tabTo(page: Page, role: Role, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: typeof name === 'string' }).first();
  await wanted.waitFor();
  const met: string[] = [];
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return seen(page);
    await page.keyboard.press('Tab');
    met.push(await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80) ?? ''));
  }
  throw new Error(`The Tab key does not reach ${role} ${name}; it met:\n${[...new Set(met)].join('\n')}`);
}

type Role = Parameters<Page['getByRole']>[0];

/** Goes to a control by keyboard and presses Enter on it. */
export async function pressOn(page: Page, role: Role, name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press(key);
}

async function seen(page: Page): Promise<void> {
  const isSeen = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  });
  if (!isSeen) throw new Error('Nothing shows where the focus is.');
}
