/** Pages in Chromium whose streams are cut, and whose gateway is restarted. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Chromium, startChromium, type Tab } from '../support/chromium.ts';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { CuttingProxy } from '../support/raw-proxy.ts';
import { eventually, send } from '../support/raw.ts';

const KEY = 'slc_page_key';
const QUICK = { headers: { 'X-API-Key': KEY }, reconnect: { firstMs: 20, maxMs: 100 } };

let chromium: Chromium;
let gateway: TestGateway;
let proxy: CuttingProxy;
let tab: Tab;

const start = () =>
  startTestGateway({ servers: { fixture: fixtureInprocess() }, apiKeys: [KEY], settings: { retryMs: 20 } });

beforeAll(async () => {
  chromium = await startChromium();
  tab = await chromium.tab();
});
beforeEach(async () => {
  gateway = await start();
  proxy = await CuttingProxy.start(gateway.port);
});
afterEach(async () => {
  await tab.close();
  await proxy.close();
  await gateway.close();
});

/** Cuts every connection each time the page has heard so many more of these. */
async function cutWhileHearing(method: string, step: number, times: number): Promise<void> {
  for (let n = 1; n <= times; n++) {
    const enough = async () => (await tab.told(method)).length >= n * step;
    await eventually(`the page heard ${n * step} times of ${method}`, enough);
    proxy.cut();
  }
}

async function callsAt({ url }: TestGateway): Promise<number> {
  const { calls } = await (await send(`${url}/health`, QUICK)).json<{ calls: number }>();
  return calls;
}

const WAYS = [
  { leg: 'mcp', via: 'fetch' },
  { leg: 'sse', via: 'fetch' },
  { leg: 'sse', via: 'eventsource' },
] as const;

describe.each(WAYS)('/$leg over $via', ({ leg, via }) => {
  it('[PAGE-RECONNECT] [PAGE-TICKET] comes back when it is cut, and calls what waited', async () => {
    await tab.connect({ url: `${proxy.url}/${leg}`, via, ...QUICK });
    expect(await tab.call('echo', { text: 'one' })).toContain('one');
    for (let n = 0; n < 2; n++) {
      await eventually('the stream is open', () => gateway.recorder.of('streamOpened').length > n);
      proxy.cut();
      await eventually('the cut is noticed', async () => (await tab.states()).length >= 3 + 2 * n);
      expect(await tab.call('echo', { text: `${n}` })).toContain(`${n}`);
    }
    expect((await tab.states()).map(([state]) => state)).toEqual([
      'open',
      'reconnecting',
      'open',
      'reconnecting',
      'open',
    ]);
    const tickets = tab.urls.flatMap((url) => new URL(url).searchParams.get('ticket') ?? []);
    expect(new Set(tickets).size).toBe(via === 'eventsource' ? 3 : 0);
  });

  it('[PAGE-RESTART] [PAGE-LOST] goes on with the next gateway; what was under way is lost', async () => {
    await tab.connect({ url: `${proxy.url}/${leg}`, via, ...QUICK });
    expect(await tab.call('echo', { text: 'one' })).toContain('one');
    const hanging = tab.request('tools/call', { name: 'hang', arguments: {} });
    await eventually('the call is under way', async () => (await callsAt(gateway)) === 1);
    const next = await start();
    proxy.redirect(next.port);
    await gateway.close();
    proxy.cut();
    expect(await hanging).toMatchObject({ error: { code: 'lost' } });
    expect(await tab.call('echo', { text: 'two' })).toContain('two');
    expect(await tab.state()).toBe('open');
    await next.close();
  });
});

describe('Streamable HTTP', () => {
  it('[PAGE-RESUME] a call whose stream is cut again and again hears each word once, in order', async () => {
    await tab.connect({ url: `${proxy.url}/mcp`, ...QUICK });
    const params = { name: 'progress', arguments: { steps: 200, delayMs: 5 }, _meta: { progressToken: 't' } };
    const [outcome] = await Promise.all([
      tab.request('tools/call', params),
      cutWhileHearing('notifications/progress', 30, 5),
    ]);
    expect(outcome).toMatchObject({ value: { content: [{ text: 'Took 200 steps.' }] } });
    const told = (await tab.told('notifications/progress')) as { progress: number }[];
    expect(told.map(({ progress }) => progress)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(proxy.cuts).toBe(5);
  });

  it('[PAGE-RESUME] what comes on the standing stream while it is cut comes once', async () => {
    const changed = 'notifications/tools/list_changed';
    await tab.connect({ url: `${proxy.url}/mcp`, ...QUICK });
    const change = async () => {
      for (let n = 0; n < 12; n++) {
        // The POST itself may be cut: then nobody knows whether it was carried out.
        await tab.request('tools/call', { name: 'change_list', arguments: { kind: 'tools' } });
      }
    };
    await Promise.all([change(), cutWhileHearing(changed, 3, 3)]);
    await tab.until('open');
    const last = await tab.call('change_list', { kind: 'tools' });
    const added = Number(/added_tool_(\d+)/.exec(last)?.[1]);
    expect(added).toBeGreaterThanOrEqual(9);
    await eventually('every change was told', async () => (await tab.told(changed)).length >= added);
    expect(await tab.told(changed)).toHaveLength(added);
  });
});
