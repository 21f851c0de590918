/** Which pages a browser lets call, and what a ticket is worth in a real `EventSource`. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Chromium, startChromium, type Tab } from '../support/chromium.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { CuttingProxy } from '../support/raw-proxy.ts';
import { send } from '../support/raw.ts';

const KEY = 'slc_page_key';
const headers = { 'X-API-Key': KEY };

let chromium: Chromium;
let gateway: TestGateway;
let tab: Tab;

beforeAll(async () => {
  chromium = await startChromium();
  tab = await chromium.tab('app.example');
  gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    apiKeys: [KEY],
    allowedOrigins: [new URL(tab.page.url()).origin],
  });
});

const WAYS = [
  { leg: 'mcp', via: 'fetch' },
  { leg: 'sse', via: 'fetch' },
  { leg: 'sse', via: 'eventsource' },
] as const;

describe.each(WAYS)('/$leg over $via', ({ leg, via }) => {
  it('[PAGE-CORS] serves a page of an origin that is allowed', async () => {
    await tab.connect({ url: `${gateway.url}/${leg}`, via, headers });
    expect(await tab.call('echo', { text: 'hello' })).toBe('hello');
    await tab.close();
  });

  it('[PAGE-CORS] serves no page of another', async () => {
    const other = await chromium.tab('other.example');
    const before = gateway.recorder.of('refused').length;
    const sessions = gateway.recorder.of('sessionOpened').length;
    await other.connect({ url: `${gateway.url}/${leg}`, via, headers, reconnect: { attempts: 0 } });
    expect(await other.request('ping')).toMatchObject({ error: { code: 'unreachable' } });
    await other.until('closed');
    const refused = gateway.recorder.of('refused').slice(before);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['forbidden_origin']));
    expect(gateway.recorder.of('sessionOpened').length).toBe(sessions);
    await other.page.close();
  });

  it('[PAGE-ERRORS] tells a page with a wrong key so, and does not try again', async () => {
    await tab.connect({ url: `${gateway.url}/${leg}`, via, headers: { 'X-API-Key': 'slc_wrong' } });
    expect(await tab.request('ping')).toMatchObject({ error: { code: 'unauthorized', status: 401 } });
    expect(await tab.states()).toEqual([['closed', 'unauthorized']]);
  });
});

/** Opens a plain `EventSource`; resolves with whether it opened, or was refused for good. */
function plainEventSource(url: string): Promise<'open' | 'refused'> {
  return tab.page.evaluate(
    (address) =>
      new Promise<'open' | 'refused'>((resolve) => {
        const source = new EventSource(address);
        (globalThis as { source?: EventSource }).source = source;
        source.onopen = () => resolve('open');
        source.onerror = () => {
          if (source.readyState === EventSource.CLOSED) resolve('refused');
        };
      }),
    url,
  );
}

async function ticketAt(url: string): Promise<string> {
  const { ticket } = await (await send(`${url}/tickets`, { method: 'POST', headers })).json<{
    ticket: string;
  }>();
  return ticket;
}

describe('an EventSource of the browser', () => {
  it('[TICKET-OPENS] [TICKET-ONCE] opens with a ticket once, and not without one', async () => {
    const url = `${gateway.url}/sse?ticket=${await ticketAt(gateway.url)}`;
    expect(await plainEventSource(`${gateway.url}/sse`)).toBe('refused');
    expect(await plainEventSource(url)).toBe('open');
    expect(await plainEventSource(url)).toBe('refused');
  });

  it('[TICKET-ORIGIN] opens with a ticket that its page asked for, and not with one of another page', async () => {
    const given = (origin: string) =>
      send(`${gateway.url}/tickets`, { method: 'POST', headers: { ...headers, origin } }).then((reply) =>
        reply.json<{ ticket: string }>(),
      );
    const own = await given(new URL(tab.page.url()).origin);
    // One that is allowed, and not this page's.
    const local = await given('http://localhost:3000');
    expect(await plainEventSource(`${gateway.url}/sse?ticket=${local.ticket}`)).toBe('refused');
    expect(await plainEventSource(`${gateway.url}/sse?ticket=${own.ticket}`)).toBe('open');
  });

  it('[WHERE-NAMELESS] a page of another origin cannot open a stream by a request that names no origin', async () => {
    const other = await chromium.tab('other.example');
    const before = gateway.recorder.of('refused').length;
    await other.page.evaluate(
      (url) => fetch(url, { mode: 'no-cors', headers: { accept: 'text/event-stream' } }).then(() => {}),
      `${gateway.url}/sse`,
    );
    const codes = gateway.recorder
      .of('refused')
      .slice(before)
      .map(({ code }) => code);
    expect(codes).toEqual(['forbidden_origin']);
    await other.page.close();
  });

  it('[TICKET-ONCE] comes back with the same ticket when it is cut, and is refused', async () => {
    const proxy = await CuttingProxy.start(gateway.port);
    try {
      expect(await plainEventSource(`${proxy.url}/sse?ticket=${await ticketAt(gateway.url)}`)).toBe('open');
      proxy.cut();
      await tab.page.waitForFunction(
        () => (globalThis as { source?: EventSource }).source?.readyState === EventSource.CLOSED,
      );
    } finally {
      await proxy.close();
    }
  });
});

/** Opens a plain `WebSocket`; resolves with what it answered to `ping`, or that it was refused. */
function plainWebSocket(url: string): Promise<string> {
  return tab.page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(address, 'mcp');
        socket.onopen = () => socket.send('{"jsonrpc":"2.0","id":1,"method":"ping"}');
        socket.onmessage = ({ data }) => {
          resolve(String(data));
          socket.close();
        };
        socket.onerror = () => resolve('refused');
      }),
    url,
  );
}

it('[TICKET-OPENS] [TICKET-ONCE] a WebSocket of the browser opens with a ticket once, and not without one', async () => {
  const address = `${gateway.url.replace('http:', 'ws:')}/ws`;
  const url = `${address}?ticket=${await ticketAt(gateway.url)}`;
  expect(await plainWebSocket(address)).toBe('refused');
  expect(JSON.parse(await plainWebSocket(url))).toMatchObject({ id: 1, result: {} });
  expect(await plainWebSocket(url)).toBe('refused');
});
