/** The two example pages, used as a person would. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Chromium, startChromium } from '../support/chromium.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';

const KEY = 'slc_page_key';

let chromium: Chromium;
let gateway: TestGateway;

beforeAll(async () => {
  chromium = await startChromium();
  gateway = await startTestGateway({ servers: { echo: echoStdio({ sharing: 'shared' }) }, apiKeys: [KEY] });
});

const PAGES = [
  { name: 'clg', path: '/sse', answer: 'mcp-response' },
  { name: 'rails', path: '/mcp/sse', answer: 'mcp_response' },
] as const;

async function opened(name: string, key: string, path: string, via: string): Promise<Page> {
  const page = await chromium.open(chromium.page(`/${name}.html`));
  // The page proposes the address of `npm start`.
  expect(await page.inputValue('#url')).toBe(`http://127.0.0.1:8808${path}`);
  await page.fill('#url', gateway.url + path);
  await page.fill('#key', key);
  await page.selectOption('#via', via);
  await page.click('#connect');
  return page;
}

const stateOf = (page: Page) => page.locator('#state');
const firstOf = (page: Page, list: string) => page.locator(`${list} li`).first();

describe.each(PAGES)('the page $name', ({ name, path, answer }) => {
  it.each(['fetch', 'eventsource'])(
    '[PAGE-EXAMPLES] connects, sends, shows and disconnects over %s',
    async (via) => {
      const page = await opened(name, KEY, path, via);
      await stateOf(page)
        .filter({ hasText: /^open$/ })
        .waitFor();
      await page.fill('#method', 'tools/call');
      await page.fill('#params', '{ "name": "echo", "arguments": { "text": "<b>hello</b>" } }');
      await page.click('#send');
      await firstOf(page, '#answers').filter({ hasText: '<b>hello</b>' }).waitFor();
      await firstOf(page, '#events')
        .filter({ hasText: `${answer}: ` })
        .waitFor();
      await page
        .locator('#events li')
        .filter({ hasText: /^connected: / })
        .waitFor();
      await page.fill('#method', 'nothing/at-all');
      await page.click('#send');
      await firstOf(page, '#answers').filter({ hasText: 'nothing/at-all: rpc: ' }).waitFor();
      await page.fill('#params', '{');
      await page.click('#send');
      await firstOf(page, '#answers').filter({ hasText: 'SyntaxError' }).waitFor();
      await page.click('#disconnect');
      await stateOf(page)
        .filter({ hasText: /^closed$/ })
        .waitFor();
      await page.fill('#params', '');
      await page.click('#send');
      await firstOf(page, '#answers').filter({ hasText: 'closed: The link was closed.' }).waitFor();
      await page.close();
    },
  );

  it('[PAGE-EXAMPLES] says why it is not connected', async () => {
    const page = await opened(name, 'slc_wrong', path, 'fetch');
    await stateOf(page).filter({ hasText: 'closed: A valid key is needed here.' }).waitFor();
    await page.fill('#url', 'no address');
    await page.click('#connect');
    await stateOf(page).filter({ hasText: 'closed: ' }).waitFor();
    await page.close();
  });
});
