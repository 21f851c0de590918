/** What a server asks of a page. */
import { describe, expect, it } from 'vitest';
import { link, settled, standing } from './support.ts';

describe('the server asks', () => {
  const ask = (id: unknown, method: string) => ({ jsonrpc: '2.0', id, method, params: { a: 1 } });

  it('[PAGE-ASKED] and the page answers, or the link for it', async () => {
    const gateway = standing();
    const onRequest = (method: string, params: unknown) => {
      if (method === 'good') return Promise.resolve({ seen: params });
      if (method === 'void') return undefined;
      throw Object.assign(new Error('Not now.'), method === 'own' ? { code: -1 } : {});
    };
    link(gateway, { url: 'http://gateway.test/sse', onRequest });
    await settled();
    for (const [n, method] of ['ping', 'good', 'void', 'bad', 'own'].entries())
      gateway.latest.event('message', ask(`q${n}`, method));
    await settled();
    expect(
      gateway.asked.filter(({ body }) => String(body['id']).startsWith('q')).map(({ body }) => body),
    ).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 'q0', result: {} },
        { jsonrpc: '2.0', id: 'q1', result: { seen: { a: 1 } } },
        { jsonrpc: '2.0', id: 'q2', result: {} },
        { jsonrpc: '2.0', id: 'q3', error: { code: -32_603, message: 'Not now.' } },
        { jsonrpc: '2.0', id: 'q4', error: { code: -1, message: 'Not now.' } },
      ]),
    );
  });

  it('[PAGE-ASKED] is told when the server calls it off, and sends nothing then', async () => {
    const gateway = standing();
    const signals: AbortSignal[] = [];
    link(gateway, {
      url: 'http://gateway.test/sse',
      onRequest: (_method, _params, signal) =>
        new Promise((resolve) => {
          signals.push(signal);
          signal.addEventListener('abort', () => resolve({}));
        }),
    });
    await settled();
    for (const id of ['q1', 'q2']) gateway.latest.event('message', ask(id, 'sampling/createMessage'));
    const off = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'q1' } };
    gateway.latest.event('message', off);
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(gateway.asked.some(({ body }) => body['id'] === 'q1')).toBe(false);
    gateway.latest.cut();
    await settled();
    expect(signals[1]?.aborted).toBe(true);
  });

  it('[PAGE-ASKED] [PAGE-BOUNDED] what no page answers, and more than it can, is refused', async () => {
    const gateway = standing();
    link(gateway, { url: 'http://gateway.test/sse' });
    const busy = standing();
    link(busy, {
      url: 'http://gateway.test/sse',
      limits: { requests: 2 },
      onRequest: () => new Promise(() => {}),
    });
    await settled();
    gateway.latest.event('message', ask('q', 'roots/list'));
    for (const id of ['a', 'b', 'c']) busy.latest.event('message', ask(id, 'roots/list'));
    await settled();
    expect(gateway.asked.at(-1)?.body['error']).toMatchObject({ code: -32_601 });
    expect(busy.asked.at(-1)?.body).toMatchObject({ id: 'c', error: { code: -32_000 } });
  });
});
