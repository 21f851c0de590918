/** One `superset` route, and every kind of client on it at the same time, among them real pages in Chromium. */
import { it } from 'vitest';
import type { ConnectOptions, Link, WireEvent } from '../../src/browser.ts';
import { startChromium, type Tab } from '../support/chromium.ts';
import { echoStdio, startTestGateway } from '../support/gateway.ts';
import { type Caller, callTogether, straysIn } from '../support/together.ts';

interface InPage {
  readonly sluice: { connect(options: ConnectOptions): Link };
  links: { link: Link; events: WireEvent[] }[];
}

/** A link of a page, every other one over an `EventSource`. */
async function caller(tab: Tab, url: string, index: number): Promise<Caller> {
  const via = index % 2 === 0 ? 'fetch' : 'eventsource';
  const place = await tab.page.evaluate(
    async (given) => {
      const page = globalThis as unknown as InPage;
      const events: WireEvent[] = [];
      const link = page.sluice.connect({ ...given, onEvent: (event) => void events.push(event) });
      page.links ??= [];
      const at = page.links.push({ link, events }) - 1;
      await link.request('ping');
      return at;
    },
    { url, via, dialect: 'superset' } as const,
  );
  return {
    kind: 'page',
    call: (_id, text) =>
      tab.page.evaluate(
        async ([at, given]) => {
          const params = { name: 'echo', arguments: { text: given } };
          const { link } = (globalThis as unknown as InPage).links[at] as InPage['links'][0];
          const { content } = await link.request<{ content: { text: string }[] }>('tools/call', params);
          return content[0]?.text ?? '';
        },
        [place, text] as const,
      ),
    strays: async () => {
      const events = await tab.page.evaluate(
        (at) => (globalThis as unknown as InPage).links[at]?.events,
        place,
      );
      return straysIn(events ?? [], 'message');
    },
    close: () => tab.page.evaluate((at) => (globalThis as unknown as InPage).links[at]?.link.close(), place),
  };
}

it('[PAGE-TOGETHER] 20 of each of six kinds of client make 1,000 calls, and every answer reaches its asker', async () => {
  const gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: { heartbeatMs: 200 },
    allowedHosts: ['*'],
  });
  const chromium = await startChromium();
  const tab = await chromium.tab();
  // A browser opens six connections to one host and no more: each link calls the gateway by a name of its own.
  const urlOf = (index: number) => `http://page-${index}.example:${gateway.port}/sse`;
  await callTogether(gateway, { page: (_gateway, index) => caller(tab, urlOf(index), index) });
});
