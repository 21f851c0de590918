/** A page in Chromium speaks every dialect a browser can speak, both ways, with a key that is in no URL. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/browser.ts';
import { type Chromium, startChromium, type Tab } from '../support/chromium.ts';
import {
  fixtureInprocess,
  type ServerEntry,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';

const KEY = 'slc_page_key';
const STREAMS = ['http-sse', 'superset', 'clg', 'rails', 'rare4n', 'aareguru-json', 'orch-data'] as const;

/** The events that make up a conversation, in each dialect: what opens it, and what carries answers. */
const WORDS: Readonly<Record<(typeof STREAMS)[number], readonly [string, string]>> = {
  'http-sse': ['endpoint', 'message'],
  superset: ['endpoint', 'message'],
  clg: ['connected', 'mcp-response'],
  rails: ['connected', 'mcp_response'],
  rare4n: ['endpoint', 'message'],
  'aareguru-json': ['endpoint', 'message'],
  'orch-data': ['endpoint', 'message'],
};

let chromium: Chromium;
let gateway: TestGateway;
/** One page, which connects anew for each dialect. */
let tab: Tab;

function speaking(dialect: (typeof STREAMS)[number]): ServerEntry {
  return async (at) => ({ ...(await fixtureInprocess()(at)), dialect });
}

beforeAll(async () => {
  const servers = Object.fromEntries(STREAMS.map((dialect) => [dialect, speaking(dialect)]));
  gateway = await startTestGateway({ servers, apiKeys: [KEY] });
  chromium = await startChromium();
  tab = await chromium.tab();
});

const headers = { 'X-API-Key': KEY };
const addressOf = (dialect: string) =>
  `${gateway.url}/servers/${dialect === 'rails' ? 'rails/mcp' : dialect}/sse`;

const CELLS = STREAMS.flatMap((dialect) =>
  (['fetch', 'eventsource'] as const).map((via) => ({ dialect, via })),
);

describe.each(CELLS)('$dialect over $via', ({ dialect, via }) => {
  it('[PAGE-DIALECTS] [PAGE-TICKET] calls tools, hears what the server tells, and ends', async () => {
    await tab.connect({ url: addressOf(dialect), dialect, via, headers });
    expect(await tab.call('echo', { text: 'grüezi 🙂\r\n' })).toContain('grüezi 🙂');
    await tab.request('logging/setLevel', { level: 'info' });
    expect(await tab.call('flood', { lines: 20 })).toBe('Sent 20 messages.');
    expect(await tab.told('notifications/message')).toHaveLength(20);
    expect(await tab.request('nothing/at-all')).toMatchObject({ error: { code: 'rpc' } });
    const [opening, answer] = WORDS[dialect];
    const names = (await tab.events()).map(({ event }) => event);
    expect(names[0]).toBe(opening);
    expect(names).toContain(answer);
    expect(tab.urls.join('\n')).not.toContain(KEY);
    expect(tab.urls.filter((url) => url.endsWith('/tickets'))).toHaveLength(via === 'eventsource' ? 1 : 0);
    expect(tab.urls.filter((url) => url.includes('ticket='))).toHaveLength(via === 'eventsource' ? 1 : 0);
    await tab.close();
    expect(await tab.states()).toEqual([
      ['open', undefined],
      ['closed', undefined],
    ]);
  });
});

it('[PAGE-DIALECTS] streamable over fetch calls tools and hears what the server tells', async () => {
  await tab.connect({ url: gateway.mcp('superset'), headers });
  expect(await tab.call('echo', { text: 'grüezi' })).toContain('grüezi');
  await tab.request('logging/setLevel', { level: 'info' });
  expect(await tab.call('flood', { lines: 20 })).toBe('Sent 20 messages.');
  expect(await tab.told('notifications/message')).toHaveLength(20);
  await tab.close();
});

it('[PAGE-DIALECTS] one superset route serves pages of three dialects and both ways at once', async () => {
  const url = addressOf('superset');
  const cells: [DialectName, 'fetch' | 'eventsource'][] = [
    ['superset', 'fetch'],
    ['clg', 'eventsource'],
    ['rails', 'fetch'],
    ['clg', 'fetch'],
    ['rails', 'eventsource'],
    ['streamable', 'fetch'],
  ];
  const tabs = await Promise.all(
    cells.map(async ([dialect, via]) => {
      const tab = await chromium.tab();
      await tab.connect({ url, dialect, via, headers });
      return tab;
    }),
  );
  const calls = tabs.map((tab, n) =>
    Promise.all([1, 2, 3].map((m) => tab.call('echo', { text: `${n}.${m}` }))),
  );
  for (const [n, texts] of (await Promise.all(calls)).entries()) {
    expect(texts).toEqual([1, 2, 3].map((m) => expect.stringContaining(`${n}.${m}`) as string));
  }
  await Promise.all(tabs.map((tab) => tab.page.close()));
});
