/** The link over both transports, with a played gateway and a played clock. */
import { describe, expect, it } from 'vitest';
import type { ClientError } from '../../../src/browser.ts';
import {
  accepted,
  codeOf,
  json,
  link,
  PlayedGateway,
  result,
  settled,
  standing,
  streamable,
} from './support.ts';

describe('opening', () => {
  it('[PAGE-SENDS] shakes hands, then sends what waited, in order', async () => {
    const gateway = streamable(({ body }) =>
      body['method'] === 'add' ? json(result(body['id'], body['params'])) : undefined,
    );
    const at = link(gateway, { headers: { 'X-API-Key': 'slc_k' } });
    const waiting = [1, 2, 3].map((n) => at.link.request('add', { n }));
    const told = at.link.notify('notifications/x');
    expect(at.link.state).toBe('connecting');
    expect(await Promise.all(waiting)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await told;
    expect(gateway.asked.map(({ method, body }) => body['method'] ?? method)).toEqual([
      'initialize',
      'notifications/initialized',
      'GET',
      'add',
      'add',
      'add',
      'notifications/x',
    ]);
    expect(at.states).toEqual([['open', undefined]]);
    expect(at.link.server?.serverInfo?.name).toBe('played');
    for (const { headers, url } of gateway.asked) {
      expect(headers.get('x-api-key')).toBe('slc_k');
      expect(url.href).not.toContain('slc_k');
    }
    const last = gateway.asked.at(-1)?.headers;
    expect([last?.get('mcp-session-id'), last?.get('mcp-protocol-version')]).toEqual(['s1', '2025-11-25']);
  });

  it('[PAGE-SENDS] asks for headers each time, where a function gives them', async () => {
    let asked = 0;
    const gateway = streamable();
    link(gateway, { headers: async () => ({ authorization: `Bearer ${++asked}` }) });
    await settled();
    expect(gateway.asked.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
      'Bearer 3',
    ]);
  });

  it.each([401, 403, 404, 405, 415])(
    '[PAGE-ERRORS] gives up at once where trying again is useless: %i',
    async (status) => {
      const gateway = new PlayedGateway(() =>
        json({ error: { message: 'No.', data: { code: 'the_word' } } }, status),
      );
      const at = link(gateway);
      const error = await at.link.request('ping').catch((error: unknown) => error as ClientError);
      const code = { 401: 'unauthorized', 403: 'forbidden' }[status] ?? 'refused';
      expect(error).toMatchObject({ code, status, message: 'No.', word: 'the_word' });
      expect(at.states).toEqual([['closed', code]]);
      expect(await codeOf(at.link.request('ping'))).toBe(code);
      expect([gateway.asked.length, at.timing.timers]).toEqual([1, 0]);
    },
  );

  it('[PAGE-RECONNECT] tries again where that may help, not before it is asked to', async () => {
    let isReady = false;
    const gateway = streamable(() => (isReady ? undefined : json({}, 503, { 'retry-after': '5' })));
    const at = link(gateway);
    await settled();
    expect(at.states).toEqual([['connecting', 'refused']]);
    at.timing.advance(4_999);
    await settled();
    expect(gateway.asked).toHaveLength(1);
    isReady = true;
    at.timing.advance(1);
    await settled();
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-RECONNECT] gives up after so many tries, with the reason', async () => {
    const gateway = new PlayedGateway(() => Promise.reject(new TypeError('fetch failed')));
    const at = link(gateway, { reconnect: { attempts: 3 } });
    const code = codeOf(at.link.request('ping', {}, { timeoutMs: 1e6 }));
    for (let n = 0; n < 5; n++) {
      await settled();
      at.timing.advance(30_000);
    }
    expect(await code).toBe('unreachable');
    expect(at.states.at(-1)).toEqual(['closed', 'unreachable']);
    expect([gateway.asked.length, at.timing.timers]).toEqual([4, 0]);
  });

  it('[PAGE-TIMEOUT] does not wait for ever for a gateway that does not answer', async () => {
    const at = link(new PlayedGateway(() => undefined), { url: 'http://gateway.test/sse', connectMs: 1_000 });
    await settled();
    at.timing.advance(1_000);
    await settled();
    expect(at.states).toEqual([['connecting', 'unreachable']]);
  });

  it('[PAGE-TIMEOUT] waits no longer for an open link than a request may take, and says why', async () => {
    const at = link(new PlayedGateway(() => Promise.reject(new TypeError('fetch failed'))));
    const failed = at.link
      .request('ping', {}, { timeoutMs: 2_000 })
      .catch((error: unknown) => error as ClientError);
    await settled();
    at.timing.advance(2_000);
    const error = await failed;
    expect(error).toMatchObject({ code: 'timed-out' });
    expect((error as ClientError).message).toContain('No answer from http://gateway.test');
  });

  it('[PAGE-BOUNDED] lets so many wait and no more', async () => {
    const at = link(new PlayedGateway(() => undefined), { limits: { waiting: 2 } });
    const codes = [1, 2, 3].map(() => codeOf(at.link.request('x')));
    expect(await codes[2]).toBe('overloaded');
    at.link.close();
    expect(await Promise.all(codes)).toEqual(['closed', 'closed', 'overloaded']);
  });
});

describe('requests', () => {
  it('[PAGE-TIMEOUT] called off are taken back at the server', async () => {
    const gateway = streamable();
    const at = link(gateway);
    await settled();
    const stop = new AbortController();
    const code = codeOf(at.link.request('slow', {}, { signal: stop.signal }));
    await settled();
    stop.abort();
    expect(await code).toBe('aborted');
    await settled();
    const [slow] = gateway.posts('slow');
    expect(slow?.signal.aborted).toBe(true);
    expect(gateway.posts('notifications/cancelled')[0]?.body['params']).toEqual({
      requestId: slow?.body['id'],
      reason: 'aborted',
    });
  });

  it('[PAGE-TIMEOUT] are told of progress, which renews their time', async () => {
    const gateway = standing();
    const at = link(gateway, { url: 'http://gateway.test/sse' });
    const told: unknown[] = [];
    const options = { timeoutMs: 1_000, onProgress: (progress: unknown) => told.push(progress) };
    const answer = at.link.request('slow', { _meta: { a: 1 }, n: 2 }, options);
    await settled();
    const { body } = gateway.posts('slow')[0] ?? {};
    const token = body?.['id'];
    expect(body?.['params']).toEqual({ n: 2, _meta: { a: 1, progressToken: token } });
    for (let progress = 1; progress <= 3; progress++) {
      at.timing.advance(900);
      const params = { progressToken: token, progress };
      gateway.latest.event('message', { jsonrpc: '2.0', method: 'notifications/progress', params });
      await settled();
    }
    gateway.latest.event('message', result(token, 'done'));
    expect(await answer).toBe('done');
    expect(told).toEqual([{ progress: 1 }, { progress: 2 }, { progress: 3 }]);
  });

  it('[PAGE-ERRORS] that are no JSON are refused as such', async () => {
    const at = link(streamable());
    await settled();
    expect(await codeOf(at.link.request('x', { n: 1n }))).toBe('bad-request');
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-ERRORS] that are refused fail alone', async () => {
    const gateway = streamable(({ body }) =>
      body['method'] === 'x' ? json({ error: 'Slowly.' }, 429) : undefined,
    );
    const at = link(gateway);
    const error = await at.link.request('x').catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'refused', status: 429, message: 'Slowly.' });
    expect(at.link.state).toBe('open');
  });

  it.each(['{', '', '[]', '"x"', '<html>'])(
    '[PAGE-ERRORS] whose answer is none are told so or time out: %j',
    async (text) => {
      const gateway = streamable(({ body }) => (body['method'] === 'x' ? new Response(text) : undefined));
      const at = link(gateway);
      const code = codeOf(at.link.request('x', {}, { timeoutMs: 100 }));
      await settled();
      at.timing.advance(100);
      expect(['bad-answer', 'timed-out']).toContain(await code);
      expect(at.link.state).toBe('open');
    },
  );

  it('[PAGE-BOUNDED] whose answer is too large fail alone', async () => {
    const large = JSON.stringify(result(1, 'x'.repeat(1_000)));
    const gateway = streamable(({ body }) => (body['method'] === 'x' ? new Response(large) : undefined));
    const at = link(gateway, { limits: { messageLength: 500 } });
    expect(await codeOf(at.link.request('x'))).toBe('bad-answer');
    expect(at.link.state).toBe('open');
  });
});

it('[PAGE-ERRORS] what the page throws when it is told something breaks nothing, and is not hidden', async () => {
  const thrown: unknown[] = [];
  const own = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => void thrown.push(error.message));
  try {
    const at = link(streamable(), {
      onState: () => {
        throw new Error('of the page');
      },
    });
    await settled();
    expect(at.link.state).toBe('open');
    expect(thrown).toEqual(['of the page']);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of own) process.on('uncaughtException', listener);
  }
});

it.each([
  [{ url: 'no address' }, '"no address" is no address.'],
  [{ url: 'http://a.test/mcp', dialect: 'klingon' }, 'There is no dialect "klingon"'],
  [{ url: 'http://a.test/mcp', dialect: 'streamable', via: 'eventsource' }, 'use `via: "fetch"`'],
])('[PAGE-ERRORS] says at once what options cannot work: %j', (options, message) => {
  expect(() => link(new PlayedGateway(accepted), options as never)).toThrow(message);
});
