/** The way over an `EventSource`, with a played one. */
import { describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../../../src/browser.ts';
import { accepted, type Answer, type Asked, HELLO, json, link, PlayedGateway, settled } from './support.ts';

class FakeEventSource extends EventTarget {
  static all: FakeEventSource[] = [];
  readonly url: URL;
  isClosed = false;

  constructor(url: string | URL) {
    super();
    this.url = new URL(url);
    FakeEventSource.all.push(this);
  }

  close(): void {
    this.isClosed = true;
  }

  say(event: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }

  fail(): void {
    this.dispatchEvent(new Event('error'));
  }
}

function world(
  onTicket: (count: number) => Answer = (count) => json({ ticket: `t${count}`, expiresInMs: 1 }),
  options: Partial<ConnectOptions> = {},
) {
  FakeEventSource.all = [];
  let tickets = 0;
  const latest = () => {
    const source = FakeEventSource.all.at(-1);
    if (!source) throw new Error('No EventSource was opened.');
    return source;
  };
  const gateway = new PlayedGateway(({ url, body }: Asked) => {
    if (url.pathname.endsWith('/tickets')) return onTicket(++tickets);
    const answer = { jsonrpc: '2.0', id: body['id'], result: HELLO, connectionId: 'c1' };
    if (body['method'] === 'initialize') latest().say('mcp-response', answer);
    return accepted();
  });
  const at = link(gateway, {
    url: 'http://gateway.test/servers/a/sse?x=1',
    dialect: 'clg',
    via: 'eventsource',
    headers: { 'x-api-key': 'slc_k' },
    EventSource: FakeEventSource as never,
    ...options,
  });
  const open = async () => {
    await settled();
    latest().say('connected', { connectionId: 'c1' });
    await settled();
  };
  return { ...at, gateway, latest, open };
}

describe('an EventSource', () => {
  it('[PAGE-TICKET] is opened with a ticket, which is asked for with the key beside the stream', async () => {
    const at = world();
    await at.open();
    expect(at.link.state).toBe('open');
    const [asked] = at.gateway.asked;
    expect([asked?.method, asked?.url.href]).toEqual(['POST', 'http://gateway.test/servers/a/tickets']);
    expect(asked?.headers.get('x-api-key')).toBe('slc_k');
    expect(at.latest().url.href).toBe('http://gateway.test/servers/a/sse?x=1&ticket=t1');
    at.link.close();
    await settled();
    expect([at.latest().isClosed, at.timing.timers]).toEqual([true, 0]);
  });

  it('[PAGE-TICKET] that fails is closed, and another is opened with another ticket', async () => {
    const at = world();
    await at.open();
    const first = at.latest();
    first.fail();
    await settled();
    expect([first.isClosed, at.link.state]).toEqual([true, 'reconnecting']);
    at.timing.advance(500);
    await at.open();
    expect(at.link.state).toBe('open');
    expect(at.latest().url.searchParams.get('ticket')).toBe('t2');
  });

  it('does not fail by an event that a dialect calls `error`', async () => {
    const at = world();
    await at.open();
    at.latest().say('error', { message: 'of the dialect' });
    await settled();
    expect(at.link.state).toBe('open');
    expect(at.events.at(-1)).toEqual({ event: 'error', data: '{"message":"of the dialect"}' });
  });

  it('[PAGE-INACTIVE] hears silence by missing heartbeats, once there was one', async () => {
    const at = world();
    await at.open();
    at.timing.advance(500_000);
    await settled();
    expect(at.link.state).toBe('open');
    at.latest().say('heartbeat', { timestamp: 1 });
    at.timing.advance(45_000);
    await settled();
    expect(at.link.state).toBe('reconnecting');
  });
});

describe('a ticket', () => {
  it.each([404, 405])('is not used where none are given: %i', async (status) => {
    const at = world(() => new Response(null, { status }));
    await at.open();
    expect([at.link.state, at.latest().url.search]).toEqual(['open', '?x=1']);
  });

  it('[PAGE-ERRORS] that is refused for good closes the link; one that is not there yet is asked for again', async () => {
    const refused = world(() => json({}, 401));
    await settled();
    expect(refused.states).toEqual([['closed', 'unauthorized']]);
    const late = world((count) => (count === 1 ? json({}, 503) : json({ ticket: 't' })));
    await settled();
    expect(FakeEventSource.all).toEqual([]);
    late.timing.advance(500);
    await late.open();
    expect(late.link.state).toBe('open');
  });

  it.each(['', 'x', '{}', '{"ticket":7}'])('[PAGE-ERRORS] must be one: %j', async (text) => {
    const at = world(() => new Response(text));
    await settled();
    expect(at.states).toEqual([['connecting', 'bad-answer']]);
    expect(FakeEventSource.all).toEqual([]);
  });

  it('may come from the page itself, or from an address of its own', async () => {
    const own = world(undefined, { tickets: async () => 'mine' });
    await own.open();
    expect(own.latest().url.searchParams.get('ticket')).toBe('mine');
    const elsewhere = world(undefined, { tickets: '/elsewhere/tickets' });
    await elsewhere.open();
    expect(elsewhere.gateway.asked[0]?.url.href).toBe('http://gateway.test/elsewhere/tickets');
  });

  it.each([
    ['http://g.test/sse', '/tickets'],
    ['http://g.test/mcp/sse', '/tickets'],
    ['http://g.test/base/servers/a/mcp/sse/', '/base/servers/a/tickets'],
    ['http://g.test/projects/p/sse', '/projects/p/tickets'],
  ])('is asked for at the mount of the stream: %s', async (url, path) => {
    const at = world(undefined, { url });
    await settled();
    expect(at.gateway.asked[0]?.url.pathname).toBe(path);
  });
});

it('[PAGE-ERRORS] says at once where there is no EventSource', () => {
  const options = { via: 'eventsource', EventSource: undefined } as never;
  expect(() => link(new PlayedGateway(accepted), options)).toThrow('There is no EventSource here');
});
