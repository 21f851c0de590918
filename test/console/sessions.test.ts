/** Sessions in the console: who is there, and what passes in one of them. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { axe, fits } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { pressOn, tabTo } from './support/keyboard.ts';
import { askModern, connect, type Peer } from './support/traffic.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});

/** The rows that are drawn, as a screen reader has them. */
const rows = (page: Page) => page.getByRole('listbox', { name: 'Messages' }).getByRole('option');
const labels = (page: Page) =>
  rows(page).evaluateAll((all) =>
    all
      .toSorted((a, b) => Number(a.getAttribute('aria-posinset')) - Number(b.getAttribute('aria-posinset')))
      .map((row) =>
        (row.textContent ?? '').replace(/^[\d:.]+ /, '').replace(/, after [\d.]+ m?s$/, ', after T'),
      ),
  );

/** Its timeline, open before anything is asked in it. */
async function watched(peer: Peer, options: Parameters<Desk['open']>[1] = {}): Promise<Page> {
  const { page, answered } = await desk.open(`#/sessions/${peer.session}`, options);
  // What is said is kept from then on.
  await expect.poll(() => answered.some((url) => /events\?.*messages/.test(url))).toBe(true);
  await page
    .getByRole('option', { name: /result of initialize/ })
    .last()
    .waitFor();
  return page;
}

it('[SESSIONS-LIST] lists who is connected, as it changes, and finds them', async () => {
  const ann = await connect(desk.gateway.mcp('fixture'), 'ann');
  await connect(desk.gateway.sse('aare'), 'bob');
  const { page } = await desk.open('#/sessions');
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  await row('ann 1.0').getByText('streamable').waitFor();
  await row('bob 1.0').getByText('aare').waitFor();
  await page.getByRole('status').filter({ hasText: '2 sessions open' }).waitFor();
  await page.getByLabel('Server', { exact: true }).selectOption('fixture');
  await row('bob').waitFor({ state: 'detached' });
  await page.getByLabel('Server', { exact: true }).selectOption('');
  await page.getByLabel('Search sessions').fill('bob');
  await row('ann').waitFor({ state: 'detached' });
  await page.getByLabel('Search sessions').fill('');
  const { client } = await connect(desk.gateway.mcp('everything'), 'carol');
  await row('carol').waitFor();
  await axe(page);
  await client.close();
  await row(ann.session).getByRole('link').click();
  await page.getByRole('heading', { name: new RegExp(`Session ${ann.session}`) }).waitFor();
  for (const fact of ['fixture', 'ann 1.0', '127.0.0.1', 'streamable', '2025-11-25 (legacy)'])
    await page.getByText(fact, { exact: true }).first().waitFor();
});

it('[SESSIONS-CLOSE] closes a session, by keyboard and once more asked, and says why it ended', async () => {
  const { session } = await connect(desk.gateway.mcp('fixture'), 'dora');
  const { page } = await desk.open(`#/sessions?q=${session}`);
  await pressOn(page, 'button', `Close session ${session}`);
  await pressOn(page, 'button', 'Close the session');
  await page.getByText('No session fits.').waitFor();
  await page.getByLabel('State').selectOption('closed');
  await page.getByRole('link', { name: session }).click();
  await page.getByText('Why it ended').waitFor();
  await page.getByText('operator', { exact: true }).waitFor();
});

it('[SESSIONS-TIMELINE] shows both directions in their order: progress, questions, errors, latencies', async () => {
  const peer = await connect(desk.gateway.mcp('fixture'), 'erin');
  const page = await watched(peer);
  await peer.call('progress', { steps: 2 });
  await peer.call('test_elicitation', { message: 'Who are you?' });
  await peer.call('error', { message: 'It broke.' });
  await peer.client.readResource({ uri: 'test://nothing' }).catch(() => undefined);
  await page.getByRole('option', { name: /gateway to client: error of test:\/\/nothing/ }).waitFor();
  const search = page.getByLabel('Search messages');
  await search.fill('progress');
  await expect
    .poll(() => labels(page))
    .toEqual([
      'client to gateway: tools/call progress',
      'gateway to server: tools/call progress',
      'server to gateway: progress 1 of 2',
      'gateway to client: progress 1 of 2',
      'server to gateway: progress 2 of 2',
      'gateway to client: progress 2 of 2',
      'server to gateway: result of progress, after T',
      'gateway to client: result of progress, after T',
    ]);
  await search.fill('');
  await page.getByLabel('Kind of messages').selectOption('question');
  await expect
    .poll(() => labels(page))
    .toEqual([
      'server to gateway: asks: elicitation/create Who are you?',
      'gateway to client: asks: elicitation/create Who are you?',
    ]);
  await page.getByLabel('Kind of messages').selectOption('error');
  await expect.poll(() => labels(page)).toHaveLength(2);
  await expect
    .poll(() => rows(page).first().innerText())
    .toMatch(/error of test:\/\/nothing -32002: .*There is no resource/);
  await page.getByLabel('Direction').selectOption('client');
  await expect.poll(() => labels(page)).toHaveLength(1);
  await page.getByLabel('Kind of messages').selectOption('all');
  await page.getByRole('option', { name: 'gateway to client: failed: error' }).waitFor();
  await axe(page);
});

it('[SESSIONS-DETAIL] shows a message whole, its answer, and lets time stand still, by keyboard alone', async () => {
  const peer = await connect(desk.gateway.mcp('everything'), 'fay');
  const page = await watched(peer, { colorScheme: 'dark' });
  await peer.call('echo', { message: 'hello there' });
  await page.getByRole('option', { name: 'gateway to client: result of echo' }).waitFor();
  await tabTo(page, 'listbox', 'Messages');
  await page.keyboard.press('End');
  const detail = page.getByRole('region', { name: 'Message', exact: true });
  await detail.getByRole('heading', { name: 'result of echo' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await detail.getByRole('heading', { name: 'tools/call echo' }).waitFor();
  await detail.getByText('hello there').waitFor();
  await page.keyboard.press('Enter');
  await pressOn(page, 'button', 'Copy the payload');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain('tools/call');
  expect(JSON.parse(await copied())).toMatchObject({ method: 'tools/call', params: { name: 'echo' } });
  await pressOn(page, 'tab', 'Tree', 'ArrowRight');
  await detail.getByRole('tabpanel', { name: 'Text' }).getByText('"message": "hello there"').waitFor();
  await axe(page);
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  await pressOn(page, 'button', 'Pause');
  await peer.call('get-sum', { a: 1, b: 2 });
  await page.getByRole('button', { name: 'Go on (4 waiting)' }).waitFor();
  expect(await page.getByRole('option', { name: /get-sum/ }).count()).toBe(0);
  await page.getByRole('button', { name: /^Go on/ }).click();
  await page.getByRole('option', { name: 'gateway to client: result of get-sum' }).waitFor();
});

it('[SESSIONS-REPLAY] asks once more, as it was and changed, in a session of its own', async () => {
  const peer = await connect(desk.gateway.mcp('fixture'), 'gus');
  const page = await watched(peer);
  await peer.call('echo', { text: 'first' });
  await page.getByRole('option', { name: 'client to gateway: tools/call echo' }).click();
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The same answer').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Edit and replay' }).click();
  await dialog.getByLabel('Parameters').fill('{ "name": "echo", "arguments": { "text": "second" }');
  await dialog.getByText('This is no JSON').waitFor();
  await dialog.getByLabel('Parameters').fill('{ "name": "echo", "arguments": { "text": "second" } }');
  await axe(page);
  await dialog.getByRole('button', { name: 'Send' }).click();
  await dialog.getByText('Another answer').waitFor();
  await dialog.getByRole('region', { name: /^Then/ }).getByText('first').waitFor();
  await dialog.getByRole('region', { name: /^Now/ }).getByText('second').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Search messages').fill('tools/call');
  await page.getByLabel('Kind of messages').selectOption('request');
  await expect.poll(() => labels(page)).toHaveLength(2);
});

/** What a stranger may call himself, and put into a text. */
const HOSTILE = '<img src=x onerror=complain(1)>\u202e\u001b[31m</script><script>complain(2)</script>';

it('[SESSIONS-HOSTILE] shows what strangers wrote as text, wherever it stands', async () => {
  const agent = { 'user-agent': '<b>agent</b>' };
  const peer = await connect(desk.gateway.mcp('fixture'), HOSTILE, agent);
  const page = await watched(peer);
  await peer.call('echo', { text: HOSTILE });
  await peer.call(HOSTILE).catch(() => undefined);
  await page.getByRole('option', { name: /gateway to client: .*onerror=complain/ }).click();
  await page.getByRole('region', { name: 'Message', exact: true }).getByText('<img src=x').first().waitFor();
  await page.getByText('<b>agent</b>').waitFor();
  await page.getByText('U+202E').first().waitFor();
  expect(await page.locator('main :is(img, script, b)').count()).toBe(0);
  await page.goto(`${desk.gateway.url}/console/#/sessions`);
  await page.getByRole('row').filter({ hasText: '<img src=x' }).getByText('ESC').waitFor();
  expect(await page.locator('main :is(img, script, b)').count()).toBe(0);
});

it('[SESSIONS-EXPORT] saves what is shown, as lines and as requests with their answers', async () => {
  const peer = await connect(desk.gateway.mcp('fixture'), 'ida');
  const page = await watched(peer);
  await peer.call('echo', { text: 'to be kept' });
  await page.getByRole('option', { name: 'gateway to client: result of echo' }).waitFor();
  await page.getByLabel('Search messages').fill('echo');
  await expect.poll(() => labels(page)).toHaveLength(4);
  const saved = async (button: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
  };
  const lines = await saved('NDJSON');
  expect(lines.name).toBe(`sluice-${peer.session}.ndjson`);
  expect(
    lines.text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { leg: string }).leg),
  ).toEqual(['from-client', 'to-server', 'from-server', 'to-client']);
  const { log } = JSON.parse((await saved('JSON log')).text) as { log: { entries: object[] } };
  expect(log.entries).toMatchObject([
    { leg: 'from-client', method: 'tools/call', target: 'echo', time: expect.any(Number) },
    { leg: 'to-server', response: { isError: false } },
  ]);
});

it('[SESSIONS-FLOOD] stays quick in a flood, fills in bursts, and says what it left out', async () => {
  const peer = await connect(desk.gateway.mcp('fixture'), 'jo');
  const page = await watched(peer);
  await peer.call('progress', { steps: 100 });
  await page.getByRole('option', { name: 'gateway to client: result of progress' }).waitFor();
  await page.getByLabel('Direction').selectOption('client');
  await page.getByText(/^10[0-9] of \d+ messages$/).waitFor();
  await page.evaluate(() => {
    const kept = globalThis as unknown as { longest: number };
    kept.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) kept.longest = Math.max(kept.longest, duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  await peer.call('progress', { steps: 3_500 });
  await page.getByRole('option', { name: 'gateway to client: result of progress' }).last().waitFor();
  await page.getByLabel('Direction').selectOption('all');
  const gap = /[\d,]+ messages? not shown/;
  await page.getByText(/[\d,]{3,} (?:of [\d,]+ )?messages$/).waitFor();
  await tabTo(page, 'listbox', 'Messages');
  for (let tries = 0; tries < 40 && (await page.getByText(gap).count()) === 0; tries++) {
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
  }
  await page.getByText(gap).first().waitFor();
  expect(await rows(page).count()).toBeLessThan(80);
  const longest = await page.evaluate(() => (globalThis as unknown as { longest: number }).longest);
  // How long it is on a machine that has time is measured by `npm run console-load`.
  expect(longest).toBeLessThan(3_000);
});

it('[SESSIONS-MODERN] shows requests that belong to no session', async () => {
  const { page } = await desk.open('#/sessions/modern');
  await page.getByText('Nothing has passed yet.').waitFor();
  await askModern(desk.gateway.mcp('fixture'), 7, 'tools/call', { name: 'echo', arguments: { text: 'hi' } });
  await page.getByRole('option', { name: 'client to gateway: tools/call echo' }).waitFor();
  await page.getByRole('option', { name: 'gateway to client: result of echo' }).waitFor();
});

it('[SESSIONS-PHONE] is used on a phone', async () => {
  const peer = await connect(desk.gateway.mcp('fixture'), 'hal');
  const page = await watched(peer, { width: 360, height: 740 });
  await peer.call('echo', { text: 'x'.repeat(300) });
  await page.getByRole('option', { name: 'gateway to client: result of echo' }).click();
  await page.getByRole('button', { name: 'Go to its request' }).click();
  await page.getByRole('heading', { name: 'tools/call echo' }).waitFor();
  await axe(page);
  await fits(page);
});
