/** Around the pages: signing in, moving, themes, lost connections. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { axe } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { ADMIN_KEY, ConsoleGateway } from './support/gateway.ts';
import { pressOn, tabTo } from './support/keyboard.ts';

const REFUSED = /status of 401/;
/** While nobody listens there. */
const AWAY =
  /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|NETWORK_CHANGED/;

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});

const headingOf = (page: Page) => page.locator('main h1');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const live = (page: Page) => page.getByText('Live', { exact: true }).first();

describe('signing in', () => {
  it('[CONSOLE-TOKEN] by the printed address, once', async () => {
    const { page } = await desk.open('', { isStranger: true, expects: [REFUSED] });
    await page.goto(desk.gateway.entry);
    await headingOf(page).filter({ hasText: 'Overview' }).waitFor();
    expect(page.url()).not.toContain('token');
    expect(
      await page.evaluate(() => JSON.stringify(performance.getEntriesByType('navigation'))),
    ).not.toContain('token=');
    await live(page).waitFor();

    const { page: second } = await desk.open('', { isStranger: true, expects: [REFUSED] });
    await second.goto(desk.gateway.entry);
    await second.getByRole('dialog').getByText('has been used, or is too old').waitFor();
    expect(second.url()).not.toContain('token');
  });

  it('[CONSOLE-SIGN-IN] by the admin key, by keyboard, after a wrong one, and out again', async () => {
    const { page } = await desk.open('#/keys', { isStranger: true, expects: [REFUSED] });
    await page.getByLabel('Admin key').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('not the key');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.inputValue('input[type=password]')).toBe('not the key');
    await tabTo(page, 'textbox', 'Admin key');
    await page.keyboard.press('Control+a');
    await page.keyboard.type(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await headingOf(page).filter({ hasText: 'Keys' }).waitFor();
    await pressOn(page, 'button', 'Sign out');
    await page.getByRole('dialog').getByText('You signed out.').waitFor();
    await page.reload();
    await page.getByLabel('Admin key').waitFor();
  });

  it('[CONSOLE-EXPIRED] again over the page, which has kept what was typed', async () => {
    const { page } = await desk.open('#/keys', { expects: [REFUSED] });
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('typed-before');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('You were signed out').waitFor();
    await page.getByLabel('Admin key').fill(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await page.getByText('You were signed out').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').inputValue()).toBe('typed-before');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Copy it now').waitFor();
  });
});

describe('the way to the gateway', () => {
  it('[CONSOLE-LOST] is lost, told, tried again, and told when it is back', async () => {
    const other = await ConsoleGateway.start();
    const before = desk.gateway;
    desk.gateway = other;
    const { page } = await desk.open('#/settings', { expects: [AWAY, REFUSED] });
    await live(page).waitFor();
    await other.stop();
    await page.getByText('Connection to the gateway lost').waitFor();
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    await axe(page);
    const again = await ConsoleGateway.start({ port: Number(new URL(other.url).port) });
    // Another run knows nobody who was signed in at the one before.
    await page.getByText('You were signed out').waitFor();
    await page.getByLabel('Admin key').fill(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await page.getByText('Connected again. The gateway was restarted').waitFor();
    await live(page).waitFor();
    desk.gateway = before;
    await page.close();
    await again.stop();
  });
});

describe('moving', () => {
  it('[CONSOLE-KEYBOARD] with keys, the palette and the skip link', async () => {
    const { page } = await desk.open('#/overview');
    for (const [key, title] of [
      ['v', 'Servers'],
      ['k', 'Keys'],
      ['a', 'Audit'],
      ['l', 'Logs'],
      ['c', 'Settings'],
      ['o', 'Overview'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await headingOf(page).filter({ hasText: title }).waitFor();
      await expect.poll(() => focused(page)).toBe(title);
      await expect.poll(() => page.title()).toBe(`${title} · Sluice`);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')))
      .toBe('combobox');
    await page.keyboard.type('server ever');
    await page.getByRole('option', { name: 'Server: everything' }).waitFor();
    await page.keyboard.press('Enter');
    await headingOf(page).filter({ hasText: 'Servers' }).waitFor();
    expect(page.url()).toMatch(/#\/servers\/everything$/);
    await page.keyboard.press('/');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Find a server');
    // Where one types, letters are letters.
    await page.keyboard.type('g?');
    expect(await page.getByLabel('Find a server').inputValue()).toBe('g?');
    await page.reload();
    await headingOf(page).waitFor();
    await pressOn(page, 'button', 'Skip to the page');
    await expect.poll(() => focused(page)).toBe('Servers');
  });

  it('[CONSOLE-KEYBOARD] with single keys switched off', async () => {
    const { page } = await desk.open('#/settings');
    await pressOn(page, 'checkbox', /Single keys/, 'Space');
    await headingOf(page).focus();
    await page.keyboard.press('?');
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Go to…' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(page.url()).toContain('#/settings');
  });

  it('[CONSOLE-BROKEN] to where nothing is, and to what cannot be had', async () => {
    const { page } = await desk.open('#/nowhere/at%E0%A4%A', { expects: [/status of 404/, /module/] });
    await page.getByText('There is no such page.').waitFor();
    await page.route('**/assets/page-*.js', (route) => route.fulfill({ status: 404 }));
    await page.goto(`${desk.gateway.url}/console/#/audit`);
    await page.getByRole('heading', { name: 'This page broke' }).waitFor();
    await page.getByRole('button', { name: 'Load the console again' }).waitFor();
    await page.unroute('**/assets/page-*.js');
    await page.getByRole('link', { name: 'Servers', exact: true }).click();
    await headingOf(page).filter({ hasText: 'Servers' }).waitFor();
  });
});

describe('the look', () => {
  const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  it('[CONSOLE-THEME] follows the system, or the reader', async () => {
    const { page } = await desk.open('#/settings', { colorScheme: 'dark' });
    const dark = await ground(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => ground(page)).not.toBe(dark);
    const light = await ground(page);
    await pressOn(page, 'button', 'Dark');
    await expect.poll(() => ground(page)).toBe(dark);
    await page.reload();
    await headingOf(page).waitFor();
    await expect.poll(() => ground(page)).toBe(dark);
    await pressOn(page, 'button', 'As the system');
    await expect.poll(() => ground(page)).toBe(light);
  });
});
