/** The console when what it looks at goes away, or changes under it. */
import { beforeAll, expect, it } from 'vitest';
import { type Desk, startDesk } from './support/console.ts';
import { ADMIN_KEY } from './support/gateway.ts';
import { callTool, gave, pick } from './support/playground.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});

it('[TORN-SESSION] asks a new session for what was watched in the one before', async () => {
  const { page } = await desk.open('#/playground/fixture', { expects: [/status of 404/] });
  const uri = 'test://watched-resource';
  const own = async () => {
    const answer = await page.request.get(`${desk.gateway.url}/admin/api/sessions?state=open&server=fixture`);
    const { sessions } = (await answer.json()) as { sessions: { id: string }[] };
    return sessions.map(({ id }) => id).join();
  };
  await pick(page, /watched-resource/);
  await page.getByRole('button', { name: 'Watch', exact: true }).click();
  await page.getByRole('button', { name: 'Stop watching' }).waitFor();
  const before = await own();
  const closed = await page.request.delete(`${desk.gateway.url}/admin/api/sessions/${before}`, {
    headers: { origin: desk.gateway.url },
  });
  expect(closed.status()).toBe(204);
  await expect.poll(own).toMatch(new RegExp(`^(?!${before})[\\w-]{8}$`));
  await page.getByText('connected', { exact: true }).waitFor();
  await callTool(page, 'touch_resource', { uri });
  await gave(page, `Said that ${uri} was updated.`);
});

it('[TORN-QUIET] leaves a server that went away alone', async () => {
  const { page, urls } = await desk.open('#/playground/fixture/tool/echo', { expects: [/status of 40[04]/] });
  await page.getByText('connected', { exact: true }).waitFor();
  const disabled = await page.request.post(`${desk.gateway.url}/admin/api/servers/fixture/disable`, {
    headers: { origin: desk.gateway.url },
  });
  expect(disabled.status()).toBe(200);
  await page.getByText('not connected', { exact: true }).waitFor();
  const asked = () => urls.filter((url) => url.includes('/admin/servers/fixture/mcp')).length;
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();
  const before = asked();
  // As long as some questions of it would take.
  for (let turn = 0; turn < 20; turn++) await page.request.get(`${desk.gateway.url}/admin/api/me`);
  expect(asked() - before).toBeLessThan(2);
});

it('[TORN-SERVERS] shows what others do with servers', async () => {
  const { page } = await desk.open('#/servers');
  const card = (name: string) => page.getByRole('article', { name: `Server ${name}`, exact: true });
  await card('everything').getByText('Idle').waitFor();
  const done = await page.request.post(`${desk.gateway.url}/admin/api/servers/everything/disable`, {
    headers: { origin: desk.gateway.url },
  });
  expect(done.status()).toBe(200);
  await card('everything').getByText('Disabled', { exact: true }).waitFor();

  desk.gateway.reconfigure({ servers: { another: { builtin: 'aare' } }, config: { default: 'fixture' } });
  await card('another').waitFor();
  desk.gateway.reconfigure({});
  await card('another').waitFor({ state: 'detached' });
});

it('[TORN-TABS] signs in and out in all pages at once', async () => {
  const { page } = await desk.open('#/keys', { expects: [/status of 401/] });
  const opening = page.waitForEvent('popup');
  await page.evaluate(() => void open('#/settings'));
  const other = await opening;
  await other.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await other.getByText('You signed out.').waitFor();
  await page.getByLabel('Admin key').fill(ADMIN_KEY);
  await page.keyboard.press('Enter');
  await other.getByRole('dialog').waitFor({ state: 'detached' });
  await other.close();
});

it('[TORN-FOCUS] keeps the focus where somebody was', async () => {
  const { page } = await desk.open('#/servers/aare');
  const card = page.getByRole('article', { name: 'Server aare', exact: true });
  const hasFocus = () => card.evaluate((element) => element.contains(document.activeElement));
  await card.getByRole('button', { name: 'Disable' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).press('Enter');
  await card.getByRole('button', { name: 'Enable' }).waitFor();
  await expect.poll(hasFocus).toBe(true);
  await card.getByRole('button', { name: 'Enable' }).press('Enter');
  await card.getByRole('button', { name: 'Disable' }).waitFor();
  await expect.poll(hasFocus).toBe(true);
});

it('[TORN-FORCED] shows what is chosen, and lines apart, in the colours of the system', async () => {
  const { page } = await desk.open('#/servers');
  await page.emulateMedia({ forcedColors: 'active' });
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('link', { name: 'Overview' }).click();
  const outline = (name: string) =>
    pages.getByRole('link', { name }).evaluate((link) => getComputedStyle(link).outlineStyle);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await expect
    .poll(async () => [await outline('Overview'), await outline('Keys')])
    .toEqual(['solid', 'none']);
  await page.getByText('Messages in').waitFor();
  const colours = () =>
    page
      .locator('main li [data-colour]')
      .evaluateAll((all) => all.map((each) => getComputedStyle(each).backgroundColor));
  await expect.poll(async () => new Set((await colours()).slice(0, 2)).size).toBe(2);
});

it('[TORN-KEY-NAME] says which names keys have', async () => {
  const { page, urls } = await desk.open('#/keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByText('As soon as there is a key, calls without one are refused.').waitFor();
  const name = page.getByRole('dialog').getByLabel('Name');
  await name.fill('of the laptop');
  await name.press('Enter');
  expect(await name.evaluate((input: HTMLInputElement) => input.validity.patternMismatch)).toBe(true);
  await page.getByText('letters, digits and . _ - @ +').waitFor();
  await name.fill('me@laptop-1.home+x_y');
  await name.press('Enter');
  await page.getByText('The key of me@laptop-1.home+x_y').waitFor();
  expect(urls.filter((url) => url.endsWith('/admin/api/keys')).length).toBeLessThan(5);
});
