/** The console when what it looks at goes away, or changes under it. */
import { beforeAll, expect, it } from 'vitest';
import { type Desk, startDesk } from './support/console.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
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
