/** Streams that are cut, fall silent or are forgotten, with a played gateway and a played clock. */
import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../src/browser.ts';
import { accepted, HELLO, json, link, settled, standing, streamable } from './support.ts';

const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', id, result: value });
const log = (n: number) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { data: n } });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof ClientError ? error.code : String(error)),
  );
const lastIds = (gateway: ReturnType<typeof streamable>) =>
  gateway.gets().map(({ headers }) => headers.get('last-event-id'));

describe('HTTP+SSE', () => {
  const url = 'http://gateway.test/sse';

  it('[PAGE-RECONNECT] [PAGE-LOST] opens another stream; what was under way is lost, what comes meanwhile waits', async () => {
    const gateway = standing();
    const at = link(gateway, { url });
    const code = codeOf(at.link.request('slow'));
    await settled();
    gateway.latest.cut();
    await settled();
    expect(await code).toBe('lost');
    expect(at.link.state).toBe('reconnecting');
    const later = at.link.request('later');
    at.timing.advance(500);
    await settled();
    expect(at.states.map(([state]) => state)).toEqual(['open', 'reconnecting', 'open']);
    expect([gateway.posts('slow').length, gateway.posts('initialize').length]).toEqual([1, 2]);
    const [asked] = gateway.posts('later');
    expect(asked?.url.search).toBe('?sessionId=2');
    gateway.latest.event('message', result(asked?.body['id'], 'yes'));
    expect(await later).toBe('yes');
  });

  it('[PAGE-INACTIVE] opens another stream when nothing comes for three heartbeats', async () => {
    const gateway = standing();
    const at = link(gateway, { url });
    await settled();
    for (let n = 0; n < 10; n++) {
      at.timing.advance(40_000);
      gateway.latest.write(': ping\n\n');
      await settled();
    }
    expect(at.link.state).toBe('open');
    at.timing.advance(45_000);
    await settled();
    expect(at.link.state).toBe('reconnecting');
    expect(gateway.streams[0]?.isCancelled).toBe(true);
    at.timing.advance(500);
    await settled();
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-RECONNECT] comes back when the path was away for a while', async () => {
    let isAway = false;
    const gateway = standing(() => (isAway ? json({ error: {} }, 404) : undefined));
    const at = link(gateway, { url });
    await settled();
    isAway = true;
    gateway.latest.cut();
    await settled();
    at.timing.advance(500);
    await settled();
    expect(at.states.at(-1)).toEqual(['reconnecting', 'refused']);
    isAway = false;
    at.timing.advance(1_000);
    await settled();
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-SENDS] what only reads is sent again in the next session when the gateway did not know the last one', async () => {
    const gateway = standing(({ body, url: { search } }) =>
      body['method'] === 'tools/list' && search === '?sessionId=1' ? json({ error: {} }, 404) : undefined,
    );
    const at = link(gateway, { url });
    await settled();
    const answer = at.link.request('tools/list');
    await settled();
    at.timing.advance(500);
    await settled();
    gateway.latest.event('message', result(gateway.posts('tools/list')[1]?.body['id'], 'yes'));
    expect(await answer).toBe('yes');
    expect(gateway.posts('tools/list').map(({ url: { search } }) => search)).toEqual([
      '?sessionId=1',
      '?sessionId=2',
    ]);
  });

  it('[PAGE-ORIGIN] sends nothing to an endpoint elsewhere, and gives up', async () => {
    const gateway = standing(({ method, signal }, self) => {
      if (method !== 'GET') return undefined;
      const response = self.stream(signal);
      self.latest.event('endpoint', 'https://evil.test/messages');
      return response;
    });
    const at = link(gateway, { url });
    await settled();
    expect(at.states).toEqual([['closed', 'bad-answer']]);
    expect(gateway.asked).toHaveLength(1);
    expect(gateway.asked[0]?.init.redirect).toBe('error');
  });

  it('[PAGE-SENDS] closed by the page, everything ends', async () => {
    const gateway = standing();
    const at = link(gateway, { url });
    await settled();
    const code = codeOf(at.link.request('x'));
    await settled();
    at.link.close();
    at.link.close();
    expect(await code).toBe('closed');
    await settled();
    expect(at.states).toEqual([
      ['open', undefined],
      ['closed', undefined],
    ]);
    expect(gateway.asked[0]?.signal.aborted).toBe(true);
    expect([at.timing.timers, at.link.state]).toEqual([0, 'closed']);
  });
});

describe('Streamable HTTP', () => {
  it('[PAGE-RESUME] takes the standing stream up after its last whole event', async () => {
    const gateway = streamable();
    const at = link(gateway);
    await settled();
    gateway.latest.event('message', log(1), 'a-1');
    gateway.latest.event('message', log(2), 'a-2');
    gateway.latest.write('id: a-3\ndata: {"jsonrpc"');
    await settled();
    gateway.latest.cut();
    await settled();
    expect(at.states.at(-1)).toEqual(['reconnecting', 'unreachable']);
    at.timing.advance(500);
    await settled();
    gateway.latest.event('message', log(3), 'a-3');
    await settled();
    expect(at.told.map(([, params]) => (params as { data: number }).data)).toEqual([1, 2, 3]);
    expect(lastIds(gateway)).toEqual([null, 'a-2']);
    expect(at.link.state).toBe('open');
    expect(gateway.posts('initialize')).toHaveLength(1);
  });

  it('[PAGE-INACTIVE] opens the standing stream anew when nothing comes at all', async () => {
    const gateway = streamable();
    const at = link(gateway);
    await settled();
    at.timing.advance(45_000);
    await settled();
    expect(at.states.at(-1)).toEqual(['reconnecting', 'unreachable']);
    at.timing.advance(500);
    await settled();
    expect([gateway.streams.length, at.link.state]).toEqual([2, 'open']);
  });

  it('[PAGE-RESUME] an end in good order is no interruption', async () => {
    const gateway = streamable();
    const at = link(gateway);
    await settled();
    gateway.latest.write('id: a-1\nretry: 2000\ndata:\n\n');
    await settled();
    gateway.latest.end();
    await settled();
    at.timing.advance(1_999);
    await settled();
    expect(gateway.streams).toHaveLength(1);
    at.timing.advance(1);
    await settled();
    expect(lastIds(gateway)).toEqual([null, 'a-1']);
    expect(at.states).toEqual([['open', undefined]]);
  });

  it('[PAGE-RESUME] takes the stream of a call up as often as it is cut', async () => {
    let call = 0;
    const gateway = streamable(({ body, signal, headers, method }, self) => {
      if (body['method'] === 'slow') {
        const response = self.stream(signal);
        self.latest.event('message', log(call), `c-${call}`);
        return response;
      }
      if (method !== 'GET' || !headers.get('last-event-id')?.startsWith('c-')) return undefined;
      const response = self.stream(signal);
      self.latest.event('message', log(++call), `c-${call}`);
      return response;
    });
    const at = link(gateway);
    const answer = at.link.request('slow', {}, { timeoutMs: 1e6 });
    await settled();
    const id = gateway.posts('slow')[0]?.body['id'];
    for (let n = 0; n < 4; n++) {
      if (n % 2 === 0) gateway.latest.cut();
      else gateway.latest.end();
      await settled();
      at.timing.advance(30_000);
      await settled();
    }
    gateway.latest.event('message', result(id, 'yes'), 'c-9');
    expect(await answer).toBe('yes');
    const { timers } = at.timing;
    gateway.latest.end();
    await settled();
    // The watch of this stream is gone, and no other wait has begun.
    expect(at.timing.timers).toBe(timers - 1);
    expect(at.told.map(([, params]) => (params as { data: number }).data)).toEqual([0, 1, 2, 3, 4]);
    expect(gateway.posts('slow')).toHaveLength(1);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['is kept no more', () => json({ error: { message: 'No.' } }, 400)],
    ['has ended', () => new Response(null, { status: 204 })],
    ['belongs to a session that is gone', () => json({}, 404)],
    ['cannot be reached any more', () => Promise.reject(new TypeError('fetch failed'))],
  ])('[PAGE-LOST] a call whose stream %s is lost, and not sent again', async (_name, again) => {
    const gateway = streamable(({ body, signal, headers }, self) => {
      if (body['method'] !== 'slow') return headers.has('last-event-id') ? again() : undefined;
      const response = self.stream(signal);
      self.latest.write('id: c-0\ndata:\n\n');
      return response;
    });
    const at = link(gateway, { reconnect: { attempts: 3 } });
    const code = codeOf(at.link.request('slow', {}, { timeoutMs: 1e6 }));
    await settled();
    gateway.latest.cut();
    for (let n = 0; n < 5; n++) {
      await settled();
      at.timing.advance(30_000);
    }
    expect(await code).toBe('lost');
    expect(gateway.posts('slow')).toHaveLength(1);
  });

  it('[PAGE-LOST] a call whose stream gave no id, or whose POST broke, is lost', async () => {
    const gateway = streamable(({ body, signal }, self) => {
      if (body['method'] === 'broken') return Promise.reject(new TypeError('fetch failed'));
      return body['method'] === 'slow' ? self.stream(signal) : undefined;
    });
    const at = link(gateway);
    await settled();
    const code = codeOf(at.link.request('slow'));
    await settled();
    gateway.latest.cut();
    expect([await code, await codeOf(at.link.request('broken'))]).toEqual(['lost', 'lost']);
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-RESTART] [PAGE-LOST] a gateway that was restarted gets a new session, and again what only reads', async () => {
    let sessions = 0;
    let current = 's1';
    const gateway = streamable(({ body, headers }) => {
      if (body['method'] === 'initialize') {
        current = `s${++sessions}`;
        return json(result(body['id'], HELLO), 200, { 'mcp-session-id': current });
      }
      if (headers.get('mcp-session-id') !== current) return json({ error: {} }, 404);
      if (body['method'] === 'ping') return json(result(body['id'], current));
      return body['method'] === undefined ? undefined : accepted();
    });
    const at = link(gateway);
    await settled();
    current = 'none';
    const call = codeOf(at.link.request('tools/call', { name: 'x' }));
    const answers = [at.link.request('ping'), at.link.request('ping')];
    await settled();
    at.timing.advance(500);
    expect(await Promise.all(answers)).toEqual(['s2', 's2']);
    expect([await call, gateway.posts('tools/call').length]).toEqual(['lost', 1]);
    expect([sessions, gateway.posts('ping').length]).toEqual([2, 4]);
    expect(at.states.map(([state]) => state)).toEqual(['open', 'reconnecting', 'open']);
  });

  it('[PAGE-RESUME] goes on live where the history of the standing stream is kept no more', async () => {
    const gateway = streamable(({ headers }) =>
      headers.has('last-event-id') ? json({ error: {} }, 400) : undefined,
    );
    const at = link(gateway);
    await settled();
    gateway.latest.event('message', log(1), 'a-1');
    await settled();
    gateway.latest.cut();
    for (let n = 0; n < 3; n++) {
      await settled();
      at.timing.advance(2_000);
    }
    await settled();
    expect(lastIds(gateway)).toEqual([null, 'a-1', null]);
    expect(at.link.state).toBe('open');
  });

  it('serves without a standing stream where there is none, and without a session', async () => {
    const none = streamable(({ method }) =>
      method === 'GET' ? new Response(null, { status: 405 }) : undefined,
    );
    const at = link(none);
    await settled();
    at.timing.advance(60_000);
    await settled();
    expect([none.gets().length, at.link.state]).toEqual([1, 'open']);
    const bare = streamable(({ body }) =>
      body['method'] === 'initialize' ? json(result(body['id'], HELLO)) : undefined,
    );
    link(bare);
    await settled();
    expect(bare.gets()).toEqual([]);
  });

  it('says farewell to its session, and waits for nothing', async () => {
    const gateway = streamable();
    const at = link(gateway);
    await settled();
    at.link.close();
    await settled();
    const last = gateway.asked.at(-1);
    expect([last?.method, last?.headers.get('mcp-session-id'), last?.init.keepalive]).toEqual([
      'DELETE',
      's1',
      true,
    ]);
    expect(at.timing.timers).toBe(0);
  });
});
