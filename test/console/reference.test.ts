/** What the admin API can do, as somebody reads it who wants to use it. */
import { beforeAll, expect, it } from 'vitest';
import { axe, fits } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { ADMIN_KEY } from './support/gateway.ts';
import { pressOn } from './support/keyboard.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});

interface Document {
  readonly paths: Readonly<Record<string, object>>;
}

async function documentOf(): Promise<Document> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const answer = await fetch(`${desk.gateway.url}/admin/api/openapi.json`, { headers });
  return (await answer.json()) as Document;
}

it('[REFERENCE-DOCUMENT] shows every operation, its parameters, schemas, an example and a command', async () => {
  const { page } = await desk.open('#/reference');
  const { paths } = await documentOf();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const cards = page.locator('main details').filter({ has: page.locator('> summary code') });
  await expect.poll(() => cards.count()).toBe(operations.length);
  const heads = await page.locator('main details > summary').allInnerTexts();
  for (const operation of operations) {
    expect(heads.some((head) => head.replaceAll(/\s+/g, ' ').startsWith(operation))).toBe(true);
  }
  const login = cards.filter({ has: page.getByText('/admin/api/login', { exact: true }) });
  await login.locator('summary').first().click();
  await login.getByText('The admin key.').waitFor();
  await login.getByText('An example').first().click();
  const command = await login.locator('pre', { hasText: 'curl' }).innerText();
  expect(command).toContain(`-X POST -H "Authorization: Bearer $ADMIN_KEY"`);
  expect(command).toContain(`'${desk.gateway.url}/admin/api/login'`);
  await login.getByRole('button', { name: /^Copy the command/ }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(command);
});

it('[REFERENCE-TRY] tries what only reads, and nothing else', async () => {
  const { page } = await desk.open('#/reference');
  const overview = page.locator('main details', {
    has: page.getByText('/admin/api/overview', { exact: true }),
  });
  await overview.locator('summary').first().click();
  await overview.getByRole('button', { name: 'Send' }).click();
  await overview
    .getByRole('status')
    .filter({ hasText: /200 after [\d.]+ ms/ })
    .waitFor();
  expect(JSON.parse(await overview.getByRole('region', { name: 'Answer' }).innerText())).toMatchObject({
    status: 'healthy',
    servers: 3,
  });
  const logout = page.locator('main details', { has: page.getByText('/admin/api/logout', { exact: true }) });
  await logout.locator('summary').first().click();
  await logout.getByText('In a terminal').waitFor();
  expect(await logout.getByRole('button', { name: 'Send' }).count()).toBe(0);
});

it('[REFERENCE-KEYS] is read by keyboard, by screen readers and on a phone', async () => {
  const { page } = await desk.open('#/reference', { colorScheme: 'dark' });
  await page.locator('main details').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('configuration in force');
  await page
    .getByRole('status')
    .filter({ hasText: /^1 operation$/ })
    .waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await pressOn(page, 'button', 'Send');
  await page.getByRole('region', { name: 'Answer' }).waitFor();
  await axe(page);
  const { page: phone } = await desk.open('#/reference', { width: 360, height: 740 });
  await phone.locator('main details').first().waitFor();
  for (const summary of await phone.locator('main section > div > details > summary').all())
    await summary.click();
  await axe(phone);
  await fits(phone);
});
