import { describe, expect, it } from 'vitest';
import { type HandlerOptions, inprocess } from '../../../src/upstreams/inprocess.ts';
import type { HandlerContext } from '../../../src/upstreams/inprocess-call.ts';
import { bytes, call, context, Notes, Recorder } from './harness.ts';

async function opened(handler: HandlerOptions['handler'], options: Partial<HandlerOptions> = {}) {
  const notes = new Notes();
  const driver = inprocess({ name: 'h', observer: notes, handler, ...options });
  const events = new Recorder();
  const link = await driver.open(events, context('alice'));
  const ask = async (id: number, method: string, params: unknown = {}) => {
    link.send(call(id, method, params));
    return events.answer(id);
  };
  return { driver, link, events, notes, ask };
}

describe('a handler in process', () => {
  it('[INPROCESS-HANDLER] answers with what a function gives or resolves to', async () => {
    const { ask } = await opened({
      'tools/call': (params: { arguments: { a: number; b: number } }) => ({
        sum: params.arguments.a + params.arguments.b,
      }),
      slow: async () => ({ late: true }),
      empty: () => undefined,
      'empty/late': async () => undefined,
    });
    expect(await ask(0, 'tools/call', { arguments: { a: 1, b: 2 } })).toEqual({
      jsonrpc: '2.0',
      id: 0,
      result: { sum: 3 },
    });
    expect((await ask(1, 'slow')).result).toEqual({ late: true });
    expect((await ask(2, 'empty')).result).toEqual({});
    expect((await ask(3, 'empty/late')).result).toEqual({});
  });

  it('answers initialize and ping itself, with what the table implies and the revision of the client', async () => {
    const { ask } = await opened(
      {
        'tools/list': () => ({ tools: [] }),
        'resources/list': () => ({}),
        'resources/subscribe': () => ({}),
      },
      { version: '1.2.3', instructions: 'Be kind.' },
    );
    expect((await ask(1, 'initialize', { protocolVersion: '2024-11-05' })).result).toEqual({
      protocolVersion: '2024-11-05',
      capabilities: { tools: {}, resources: { subscribe: true } },
      serverInfo: { name: 'h', version: '1.2.3' },
      instructions: 'Be kind.',
    });
    expect((await ask(2, 'initialize', { protocolVersion: '1999' })).result).toMatchObject({
      protocolVersion: '2025-11-25',
    });
    expect((await ask(3, 'ping')).result).toEqual({});
  });

  it('knows no methods but those of the table, whatever their names', async () => {
    const { ask } = await opened({});
    for (const [id, method] of ['tools/list', 'constructor', '__proto__', 'toString'].entries()) {
      expect((await ask(id, method)).error).toEqual({ code: -32601, message: `Unknown method "${method}".` });
    }
  });

  it('serves all methods by one function, which need not know initialize and ping', async () => {
    const { ask } = await opened((request, { principal }) =>
      request.method === 'who' ? { principal, params: request.params, id: request.id } : undefined,
    );
    expect((await ask(7, 'who', { x: 1 })).result).toEqual({ principal: 'alice', params: { x: 1 }, id: 7 });
    expect((await ask(8, 'initialize')).result).toMatchObject({ serverInfo: { name: 'h' } });
    expect((await ask(9, 'else')).error?.code).toBe(-32601);
  });

  it('[INPROCESS-THROWS] tells errors with a number, and of others only that they happened', async () => {
    const { ask, notes } = await opened({
      told: () => {
        throw Object.assign(new Error('No such tool.'), { code: -32602, data: { tool: 'x' } });
      },
      hidden: async () => {
        throw Object.assign(new Error('password is hunter2'), { code: 'EPERM' });
      },
      thrown: () => {
        throw 'a text';
      },
      aborted: () => {
        throw new DOMException('inner words', 'AbortError');
      },
    });
    expect((await ask(1, 'told')).error).toEqual({
      code: -32602,
      message: 'No such tool.',
      data: { tool: 'x' },
    });
    for (const [id, method] of [
      [2, 'hidden'],
      [3, 'thrown'],
      [4, 'aborted'],
    ] as const) {
      expect((await ask(id, method)).error).toEqual({ code: -32603, message: 'The server "h" failed.' });
    }
    expect(notes.refusals.map(({ code }) => code)).toEqual([
      'handler_threw',
      'handler_threw',
      'handler_threw',
    ]);
    expect((await ask(5, 'ping')).result).toEqual({});
  });

  it('gives an error for a result that is no JSON or too large', async () => {
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    const { ask } = await opened(
      {
        circle: () => circle,
        big: () => ({ n: 1n }),
        large: () => 'x'.repeat(2_000),
        nothing: () => () => {},
      },
      { maxMessageBytes: 1_000 },
    );
    for (const [id, method] of ['circle', 'big', 'large'].entries()) {
      expect((await ask(id, method)).error).toMatchObject({
        code: -32603,
        message: 'The server "h" gave an answer that cannot be sent.',
      });
    }
    expect((await ask(9, 'nothing')).result).toEqual({});
  });

  it('sends progress and notifications of a call with its number, before its result and never after', async () => {
    let late: HandlerContext | undefined;
    const { events, link } = await opened({
      work: async (_: unknown, context_: HandlerContext) => {
        late = context_;
        await context_.progress(1, 2, 'half');
        await context_.notify('notifications/message', { level: 'info', data: 'x' });
        return { done: true };
      },
    });
    link.send(call(5, 'work', { _meta: { progressToken: 5 } }));
    await events.answer(5);
    await late?.progress(2, 2);
    expect(events.said.map(({ value, related }) => [value.method ?? 'result', related])).toEqual([
      ['notifications/progress', 5],
      ['notifications/message', 5],
      ['result', undefined],
    ]);
    expect(events.said[0]?.value.params).toEqual({
      progressToken: 5,
      progress: 1,
      total: 2,
      message: 'half',
    });
    link.send(call(6, 'work'));
    await events.answer(6);
    expect(events.said.map(({ value }) => value.method ?? 'result').slice(3)).toEqual([
      'notifications/message',
      'result',
    ]);
  });

  it('aborts a call that is cancelled, and does not answer it', async () => {
    const reasons: unknown[] = [];
    const hang = (_: unknown, { signal }: HandlerContext) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push((signal.reason as Error).message);
          reject(signal.reason);
        });
      });
    const { events, link, ask } = await opened({ hang });
    link.send(call(1, 'hang'));
    link.send(call(2, 'hang'));
    link.send(
      bytes({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'bored' } }),
    );
    link.send(bytes({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } }));
    await ask(3, 'ping');
    expect(reasons).toEqual(['bored']);
    await link.close();
    expect(reasons).toEqual(['bored', 'The link was closed.']);
    expect(events.said).toHaveLength(1);
    expect(events.faults).toEqual([{ code: 'closed', message: 'The link to the server "h" was closed.' }]);
  });

  it('shows an aborted signal to a handler that asks for it late', async () => {
    let seen: boolean | undefined;
    let go = (): void => {};
    const { link, ask } = await opened({
      wait: async (_: unknown, context_: HandlerContext) => {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        seen = context_.signal.aborted;
      },
    });
    link.send(call(1, 'wait'));
    link.send(bytes({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }));
    await ask(2, 'ping');
    go();
    await ask(3, 'ping');
    expect(seen).toBe(true);
  });

  it('gives notifications to the table and ignores those it does not know, and answers', async () => {
    const seen: unknown[] = [];
    const { link, events, ask, notes } = await opened({
      'notifications/initialized': (params: unknown) => void seen.push(params),
      'notifications/bad': () => {
        throw new Error('no');
      },
    });
    link.send(bytes({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    link.send(bytes({ jsonrpc: '2.0', method: 'notifications/bad' }));
    link.send(bytes({ jsonrpc: '2.0', method: 'notifications/else' }));
    link.send(bytes({ jsonrpc: '2.0', id: 5, result: {} }));
    await ask(1, 'ping');
    expect(seen).toEqual([undefined]);
    expect(events.said).toHaveLength(1);
    expect(notes.refusals.map(({ code }) => code)).toEqual(['handler_threw']);
  });

  it('refuses calls over its cap, and takes new ones when others are answered', async () => {
    const resolves: ((result: unknown) => void)[] = [];
    const { link, events, ask } = await opened(
      { hang: () => new Promise((resolve) => resolves.push(resolve)) },
      { maxCalls: 2 },
    );
    for (const id of [1, 2]) link.send(call(id, 'hang'));
    expect((await ask(3, 'hang')).error).toMatchObject({ code: -32000, data: { code: 'too_many_calls' } });
    resolves[0]?.({});
    await events.answer(1);
    expect((await ask(4, 'ping')).result).toEqual({});
  });

  it('never calls the gateway from within send', async () => {
    const { link, events } = await opened({});
    link.send(call(1, 'ping'));
    link.send(call(2, 'ping'));
    expect(events.said).toEqual([]);
    expect(link.queued).toBeGreaterThan(0);
    await events.answer(2);
    expect(link.queued).toBe(0);
    expect(events.said.map(({ value }) => value.id)).toEqual([1, 2]);
  });
});
