/** Streamable HTTP whose streams are cut, fall silent or are forgotten, with a played gateway and a played clock. */
import { describe, expect, it } from 'vitest';
import { accepted, codeOf, HELLO, json, link, log, result, settled, streamable } from './support.ts';

const lastIds = (gateway: ReturnType<typeof streamable>) =>
  gateway.gets().map(({ headers }) => headers.get('last-event-id'));

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
