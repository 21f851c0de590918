/** The console while something of it is still on its way: held back here, as by a slow network. */
import type { Page, Route } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { type Desk, startDesk } from './support/console.ts';
import { ADMIN_KEY } from './support/gateway.ts';
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

const count = (held: { readonly length: number }) => expect.poll(() => held.length);

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

it('[EARLY-AWAY] says that a form could not be loaded, and takes raw JSON', async () => {
  const { page } = await desk.open('#/settings', {
    expects: [/status of 404/, /module/, /could not be loaded/],
  });
  await page.route(FORM, (route) => route.fulfill({ status: 404 }));
  await page.goto(`${desk.gateway.url}/console/#/playground/everything`);
  await pick(page, 'Get Sum Tool');
  await page.getByText('its form could not be loaded; load the console again').waitFor();
  await page.getByLabel('Arguments as JSON').fill('{ "a": 1, "b": 2 }');
  await run(page);
  await gave(page, 'is 3');
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

it('[EARLY-FEED] gives up the one for the other where the gateway has no room for both', async () => {
  const { session } = await connect(desk.gateway.mcp('fixture'), 'noa');
  const { page } = await desk.open('#/settings', { expects: [/status of 503/] });
  await page.getByText('Live', { exact: true }).first().waitFor();
  const held = await hold(page, FEED);
  await page.evaluate((id) => {
    const seen = globalThis as unknown as { wasLost: boolean };
    seen.wasLost = false;
    new MutationObserver(() => {
      seen.wasLost ||= document.body.innerText.includes('Connection to the gateway lost');
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    location.hash = `#/sessions/${id}`;
  }, session);
  await count(held).toBe(1);
  await held[0]?.fulfill({ status: 503, json: { error: { code: 'too_many_streams', message: 'Full.' } } });
  await count(held).toBe(2);
  await held[1]?.continue();
  await page.getByText('Live', { exact: true }).first().waitFor();
  expect(await page.evaluate(() => (globalThis as unknown as { wasLost: boolean }).wasLost)).toBe(false);
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

it('[EARLY-ANSWER] shows what was told last, though an older answer comes later', async () => {
  const { page, answered } = await desk.open('#/settings');
  const answers: (() => Promise<void>)[] = [];
  await page.route('**/admin/api/servers', async (route) => {
    const response = await route.fetch();
    answers.push(() => route.fulfill({ response }).catch(() => undefined));
  });
  const told = await chunksOf(page, '/admin/api/events');
  await page.evaluate(() => void (location.hash = '#/servers'));
  await expect.poll(() => answered.some((url) => /events\?.*servers/.test(url))).toBe(true);
  // When it is there, and once more when the feed is.
  await count(answers).toBeGreaterThan(1);
  await operate('servers/aare/disable');
  const before = told();
  // It is among these: samples come once a second, what happens ten times.
  await expect.poll(() => told() - before).toBeGreaterThan(3);
  for (const answer of answers) await answer();
  const card = page.getByRole('article', { name: 'Server aare', exact: true });
  await card.getByText('Disabled', { exact: true }).waitFor();
  await operate('servers/aare/enable');
});

it('[EARLY-ONCE] sends a form once, however often Enter is pressed', async () => {
  const { page } = await desk.open('#/keys', { expects: [/status of 503/] });
  const held: Route[] = [];
  await page.route('**/admin/api/keys', (route) =>
    route.request().method() === 'POST' ? void held.push(route) : route.continue(),
  );
  await page.getByRole('button', { name: 'New key' }).click();
  const name = page.getByLabel('Name');
  await name.fill('once');
  await name.press('Enter');
  await count(held).toBe(1);
  await name.press('Enter');
  // What that would have sent is sent by now.
  await page.evaluate(() => fetch('../admin/api/me'));
  expect(held.length).toBe(1);
  await held[0]?.fulfill({ status: 503, json: { error: { code: 'overloaded', message: 'Not now.' } } });
  await page.getByText('Not now.').waitFor();
});

it('[EARLY-PAUSED] asks for what passed while the charts stood still', async () => {
  const { page, urls } = await desk.open('#/overview');
  const asked = () => urls.filter((url) => url.includes('/admin/api/stats'));
  await page.getByText('Messages in').first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const before = asked().length;
  await page.getByRole('button', { name: 'Paused' }).click();
  await count({
    get length() {
      return asked().length;
    },
  }).toBeGreaterThan(before);
});

async function operate(path: string): Promise<void> {
  const head = { authorization: `Bearer ${ADMIN_KEY}` };
  const done = await fetch(`${desk.gateway.url}/admin/api/${path}`, { method: 'POST', headers: head });
  expect(done.status).toBe(200);
}

/** @returns how many pieces of the answers to such requests came since */
async function chunksOf(page: Page, path: string): Promise<() => number> {
  const cdp = await page.context().newCDPSession(page);
  const wanted = new Set<string>();
  let pieces = 0;
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (request.url.includes(path)) wanted.add(requestId);
  });
  cdp.on('Network.dataReceived', ({ requestId }) => {
    if (wanted.has(requestId)) pieces += 1;
  });
  await cdp.send('Network.enable');
  return () => pieces;
}
