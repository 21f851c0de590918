/** The console while something of it is still on its way: held back here, as by a slow network. */
import type { Page, Route } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { type Desk, startDesk } from './support/console.ts';
import { fieldOf, gave, pick, run } from './support/playground.ts';
import { connect } from './support/traffic.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});

const FORM = '**/assets/SchemaForm-*.js';
const MESSAGES = /\/admin\/api\/messages\?/;
const FEED = /\/admin\/api\/events\?.*messages/;

/** Holds back what asks for this. @returns what waits, in its order */
async function hold(page: Page, what: string | RegExp): Promise<Route[]> {
  const held: Route[] = [];
  await page.route(what, (route) => void held.push(route));
  return held;
}

const count = (held: readonly unknown[]) => expect.poll(() => held.length);

it('[EARLY-FORM] does what was pressed before the form was there', async () => {
  const { page } = await desk.open('#/settings');
  const held = await hold(page, FORM);
  await page.goto(`${desk.gateway.url}/console/#/playground/everything`);
  await pick(page, 'Get Sum Tool');
  await run(page);
  await count(held).toBe(1);
  await held[0]?.continue();
  await page.getByText('2 fields need other values.').waitFor();
  await fieldOf(page, 'a').fill('20');
  await fieldOf(page, 'b').fill('22');
  // Once, and not again for what is typed.
  expect(await page.getByRole('list', { name: 'Runs' }).getByRole('listitem').count()).toBe(0);
  await run(page);
  await gave(page, '42');
});

it('[EARLY-FEED] follows what it followed until it is told of what it follows now', async () => {
  const { session } = await connect(desk.gateway.mcp('fixture'), 'lea');
  const { page } = await desk.open('#/settings');
  await page.getByText('Live', { exact: true }).first().waitFor();
  const held = await hold(page, FEED);
  const ended: string[] = [];
  page.on('requestfailed', (request) => {
    if (request.url().includes('/admin/api/events')) ended.push(request.url());
  });
  // Without loading the page anew.
  await page.evaluate((id) => void (location.hash = `#/sessions/${id}`), session);
  await count(held).toBe(1);
  await page
    .getByRole('option', { name: /result of initialize/ })
    .last()
    .waitFor();
  const before = ended.length;
  await page.getByText('Live', { exact: true }).first().waitFor();
  expect(ended.length).toBe(before);
  await held[0]?.continue();
  await count(ended).toBe(before + 1);
  await page.getByText('Live', { exact: true }).first().waitFor();
});

it('[EARLY-PAST] shows what passed while the past was asked for', async () => {
  const { session, call } = await connect(desk.gateway.mcp('fixture'), 'max');
  const { page } = await desk.open('#/settings');
  const feeds = await hold(page, FEED);
  const asked: Route[] = [];
  const answers: (() => Promise<void>)[] = [];
  await page.route(MESSAGES, async (route) => {
    asked.push(route);
    // As it is now; given later.
    const response = await route.fetch();
    answers.push(() => route.fulfill({ response }).catch(() => undefined));
  });
  await page.goto(`${desk.gateway.url}/console/#/sessions/${session}`);
  await count(answers).toBeGreaterThan(0);
  await count(feeds).toBe(1);
  await call('echo', { text: 'first' });
  const before = answers.length;
  await feeds[0]?.continue();
  await count(answers).toBeGreaterThan(before);
  for (const answer of answers.slice(0, before)) await answer();
  await call('echo', { text: 'second' });
  // The feed has told of all of it, though nothing of it may be shown yet.
  await page.request.delete(`${desk.gateway.url}/admin/api/sessions/${session}`, {
    headers: { origin: desk.gateway.url },
  });
  await page.getByText('Why it ended').waitFor();
  for (const answer of answers.slice(before)) await answer();
  const calls = page.getByRole('option', { name: 'client to gateway: tools/call echo' });
  await expect.poll(() => calls.count()).toBe(2);
});
