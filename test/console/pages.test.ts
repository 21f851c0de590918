/** The pages for operators, used as a person would, against a gateway with real servers and real calls. */
import type { Client } from '@modelcontextprotocol/client';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { axe, fits } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { pressOn } from './support/keyboard.ts';
import { callTools, connectTo } from './support/calls.ts';

/** Nobody listens there. */
const AWAY = 'http://127.0.0.1:9/mcp';

let desk: Desk;
let client: Client;
beforeAll(async () => {
  desk = await startDesk({
    config: { audit: { enabled: true, arguments: 'full' } },
    servers: { gone: { url: AWAY, description: '\u202Egnp.exe <img src=x onerror=alert(1)> \u001b[31m' } },
  });
  client = await callTools(desk.gateway);
  await connectTo(desk.gateway, 'gone').catch(() => undefined);
});

const card = (page: Page, name: string) => page.getByRole('article', { name: `Server ${name}`, exact: true });
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

describe('the overview', () => {
  it('[DESK-OVERVIEW] shows what happens as it happens, as charts and tables', async () => {
    const { page } = await desk.open('#/overview');
    await expect.poll(() => page.locator('.uplot canvas').count()).toBe(5);
    await client.callTool({ name: 'echo', arguments: { text: 'one more' } });
    const sessions = page.getByRole('region', { name: 'Sessions by dialect' });
    const all = sessions.getByRole('listitem').filter({ hasText: 'All' });
    await expect.poll(() => all.innerText()).toMatch(/[1-9]/);
    const calls = page.getByRole('region', { name: 'Throughput, a second' });
    await calls.getByText('As a table').focus();
    await page.keyboard.press('Enter');
    await calls.getByRole('columnheader', { name: 'Calls ended' }).waitFor();
    const counted = () => calls.locator('tbody td:last-child').allInnerTexts();
    await expect.poll(async () => (await counted()).some((text) => Number(text) > 0)).toBe(true);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Paused' }).waitFor();
    await page.getByLabel('Time shown').selectOption('15 minutes');
  });

  it('[DESK-TROUBLES] shows what is wrong, and leads to the server', async () => {
    const { page } = await desk.open('#/overview');
    const troubles = page.getByRole('region', { name: 'Not well' });
    await troubles.getByRole('link', { name: 'gone' }).click();
    await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor();
    expect(page.url()).toMatch(/#\/servers\/gone$/);
  });
});

describe('the servers', () => {
  it('[DESK-SERVERS] [FOREIGN-TEXT] have cards, and what others wrote is text', async () => {
    const { page } = await desk.open('#/servers', { width: 360, colorScheme: 'dark' });
    await card(page, 'everything').getByText('stdio', { exact: true }).waitFor();
    const gone = card(page, 'gone');
    await gone.getByText('U+202E').waitFor();
    await gone.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await gone
      .getByText(/upstream_|unreachable|refused/i)
      .first()
      .waitFor();
    await fits(page);
    await page.getByLabel('Find a server').fill('fixt');
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
    await page.getByLabel('Find a server').fill('');
    await page.getByLabel('State').selectOption('Not well');
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
  });

  it('[DESK-ACTIONS] are disabled, enabled and restarted by keyboard, after a question', async () => {
    const { page } = await desk.open('#/servers?find=aare');
    const state = (word: string) => card(page, 'aare').getByText(word, { exact: true }).waitFor();
    await pressOn(page, 'button', 'Disable');
    await page.getByRole('dialog', { name: 'Disable aare?' }).waitFor();
    await axe(page);
    // The safe answer has the focus.
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await pressOn(page, 'button', 'Disable');
    await page.getByRole('dialog', { name: 'Disable aare?' }).waitFor();
    await pressOn(page, 'button', 'Disable');
    await state('Disabled');
    await expect(connectTo(desk.gateway, 'aare')).rejects.toThrow();
    await pressOn(page, 'button', 'Enable');
    await card(page, 'aare').getByText('Disabled').waitFor({ state: 'detached' });
    const again = await connectTo(desk.gateway, 'aare');
    await again.close();
    await pressOn(page, 'button', 'Restart');
    await page.getByRole('dialog').waitFor();
    await pressOn(page, 'button', 'Restart');
    await page.getByText('aare is started anew.').waitFor();
  });

  it('[DESK-SETUP] tell what to paste into clients', async () => {
    const { page } = await desk.open('#/servers?find=everything');
    await pressOn(page, 'button', 'Connect a client');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('claude mcp add --transport http everything').waitFor();
    await axe(page);
    await pressOn(page, 'button', 'Copy the set-up for Claude Code');
    await expect
      .poll(() => copied(page))
      .toBe(`claude mcp add --transport http everything ${desk.gateway.mcp('everything')}`);
    await pressOn(page, 'tab', 'Claude Code', 'ArrowRight');
    await dialog.getByText('claude_desktop_config.json').waitFor();
    await dialog.getByLabel('Transport').selectOption('sse');
    await dialog.getByText('sse-only').waitFor();
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe('Connect a client');
  });
});

/** Rows of calls of `echo` at the fixture that are written: that takes a moment. */
async function echoed(page: Page): Promise<number> {
  const query = 'server=fixture&tool=echo&limit=1000';
  const answer = await page.request.get(`${desk.gateway.url}/admin/api/audit?${query}`);
  return ((await answer.json()) as { rows: readonly object[] }).rows.length;
}

describe('what was', () => {
  it('[DESK-AUDIT] is read in the audit trail, page by page and filtered', async () => {
    const { page } = await desk.open('#/audit');
    const rows = page.locator('tbody tr');
    await page.getByRole('cell', { name: 'tools/call error' }).waitFor();
    for (let call = 0; call < 110; call++)
      await client.callTool({ name: 'echo', arguments: { text: `call ${call}` } });
    await expect.poll(() => echoed(page)).toBeGreaterThan(109);
    await pressOn(page, 'button', 'Newest');
    await expect.poll(() => rows.count()).toBe(100);
    await pressOn(page, 'button', 'Older');
    await expect.poll(() => rows.count()).toBeGreaterThan(110);
    await page.getByRole('textbox', { name: 'Tool' }).fill('add');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toContain('tool=add');
    await pressOn(page, 'button', 'Clear');
    await page.getByLabel('Outcome').selectOption('Failed');
    await pressOn(page, 'button', 'Filter');
    await expect.poll(() => rows.count()).toBeLessThan(20);
  });

  it('[DESK-LOGS] is followed in the log, filtered, opened and paused', async () => {
    const { page } = await desk.open('#/logs');
    const log = page.getByRole('log');
    await log.getByRole('button').first().waitFor();
    await page.getByLabel('Find in the lines').fill('session fixture');
    const own = await connectTo(desk.gateway, 'fixture');
    await own.close();
    await expect.poll(() => log.getByRole('button').count()).toBeGreaterThan(0);
    await log.getByRole('button').last().focus();
    await page.keyboard.press('Enter');
    await log.getByText('message', { exact: true }).waitFor();
    await page.getByLabel('Level').selectOption('fatal');
    await page.getByText('No line fits the filter.').waitFor();
    await page.getByLabel('Level').selectOption('trace');
    await pressOn(page, 'button', 'Pause');
    await page.getByText('Lines that come now').waitFor();
    await pressOn(page, 'button', 'Copy the lines shown');
    await expect.poll(() => copied(page)).toMatch(/^\{/);
    expect((await copied(page)).split('\n').every((line) => 'message' in (JSON.parse(line) as object))).toBe(
      true,
    );
  });

  it('[DESK-SETTINGS] is in force, with its source and no secret', async () => {
    const { page } = await desk.open('#/settings');
    const row = page.getByRole('row', { name: /^audit\.enabled/ });
    await row.getByText('file', { exact: true }).waitFor();
    await page.getByLabel('Find a setting').fill('admin.key');
    await page.getByRole('row', { name: /admin\.key/ }).waitFor();
    expect(await page.content()).not.toContain('operator-key-of-the-tests');
    await page.getByLabel('Which values').selectOption('Only what was set');
    await page.getByLabel('Find a setting').fill('timeouts');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  });
});

// Last: once there is a key, nobody gets in without one.
describe('the keys', () => {
  it('[DESK-KEYS] are made, shown once, used, and revoked', async () => {
    const { page } = await desk.open('#/keys', { expects: [/status of 409/] });
    await pressOn(page, 'button', 'New key');
    await page.getByLabel('Name').fill('laptop');
    await page.getByLabel('Ends').selectOption('In a week');
    await page.getByRole('checkbox').check();
    await axe(page);
    await pressOn(page, 'button', 'Make the key');
    await page.getByText('shown this once').waitFor();
    await page.getByRole('button', { name: 'Copy the key' }).click();
    await expect.poll(() => copied(page)).toMatch(/^slc_/);
    const key = await copied(page);
    await (await connectTo(desk.gateway, 'everything', { Authorization: `Bearer ${key}` })).close();
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(key);
    const row = page.getByRole('row', { name: /laptop/ });
    await row.getByText('active').waitFor();
    // A second page in which the same key can be seen.
    const { page: other } = await desk.open('#/keys', { expects: [/status of 409/] });
    await other.getByRole('button', { name: 'Revoke laptop' }).waitFor();
    await pressOn(page, 'button', 'Revoke laptop');
    await page.getByRole('dialog').waitFor();
    await pressOn(page, 'button', 'Revoke');
    await row.getByText('revoked', { exact: true }).waitFor();
    await other.getByRole('button', { name: 'Revoke laptop' }).click();
    await other.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await other.getByText('Somebody else has revoked it already.').waitFor();
  });
});
