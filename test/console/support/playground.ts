/** What a person does in the playground. */
import type { Locator, Page } from 'playwright-core';

/** Goes to one of what the server offers. */
export async function pick(page: Page, name: string | RegExp): Promise<void> {
  const offers = page.getByRole('navigation', { name: 'What the server offers' });
  await offers
    .getByRole('link', { name, exact: typeof name === 'string' })
    .first()
    .click();
}

/** The control of an argument, by its label. */
export function fieldOf(page: Page, name: string): Locator {
  const pane = page.getByRole('region', { name: 'What is run' });
  return pane.getByLabel(new RegExp(`^${name}( ?required)?$`)).first();
}

export async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
}

/** Runs a tool with raw JSON, whatever its form is. */
export async function callTool(page: Page, name: string, args: object = {}): Promise<void> {
  await pick(page, name);
  const pane = page.getByRole('region', { name: 'What is run' });
  await pane.getByRole('heading', { name, exact: true }).waitFor();
  const raw = page.getByLabel('Arguments as JSON');
  if (!(await raw.isVisible())) await page.getByRole('button', { name: 'Write raw JSON' }).click();
  await raw.fill(JSON.stringify(args));
  await run(page);
}

/** What the last run gave. */
export function result(page: Page): Locator {
  return page.getByRole('region', { name: 'Result', exact: true });
}

/** The history, the newest first. */
export function runs(page: Page): Locator {
  return page.getByRole('list', { name: 'Runs' }).getByRole('listitem');
}

/** Waits until the last run gave something with these words, wherever in it they are. */
export async function gave(page: Page, words: string | RegExp): Promise<void> {
  await result(page).getByRole('tabpanel').filter({ hasText: words }).first().waitFor();
}
