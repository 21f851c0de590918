import { describe, expect, it } from 'vitest';
import { Exchange } from '../../../src/engine/exchange.ts';
import type { Bytes } from '../../../src/engine/ports.ts';
import { call, message, readySession, textOf, world, type FakeConnection, type Wire } from './support.ts';

const progressing = (id: number, token: number | string) =>
  call(id, 'tools/call', { name: 't', _meta: { progressToken: token } });

async function ready(options: Parameters<typeof world>[0] = {}) {
  const at = world(options);
  const { session, connection } = await readySession(at);
  return { ...at, session, connection, link: at.driver.link };
}

/** What arrived since the handshake. */
function said(connection: FakeConnection): Wire[] {
  return connection.messages.filter(({ id }) => id !== 'hello');
}

describe('an exchange', () => {
  const ways = ['answer', 'answerWith', 'fail', 'timeOut', 'cancel'] as const;

  function begin() {
    const ends: string[] = [];
    const sink = {
      event: () => void ends.push('event'),
      answer: (data: Bytes) => void ends.push(textOf(data)),
      cancelled: () => void ends.push('cancelled'),
      isFollowed: true,
    };
    const owner = { id: 's', serverName: 'srv', ended: () => void ends.push('ended'), calledOff: () => {} };
    const exchange = new Exchange(owner, progressing(1, 't'), sink, 0);
    const end = (how: (typeof ways)[number]) => {
      if (how === 'answer') exchange.answer(message({ jsonrpc: '2.0', id: 5, result: {} }));
      else if (how === 'answerWith') exchange.answerWith(new Uint8Array(1));
      else if (how === 'fail') exchange.fail('internal_error', 'no');
      else exchange[how]();
    };
    return { exchange, end, ends };
  }

  it.each(ways)('ends once, when the first end is: %s', (first) => {
    const { exchange, end, ends } = begin();
    end(first);
    expect(ends).toHaveLength(2);
    for (const next of ways) end(next);
    exchange.progress(message({ jsonrpc: '2.0', method: 'notifications/progress', params: {} }));
    expect(ends).toHaveLength(2);
  });
});

describe('requests in flight', () => {
  it('[ANSWER-SAME-ID] with the same id in one session each get their own answer', async () => {
    const { session, link, connection } = await ready();
    session.receive(call(1, 'tools/call', { name: 'first' }));
    session.receive(call(1, 'tools/call', { name: 'second' }));
    const [first, second] = link.calls;
    expect(first?.id).not.toBe(second?.id);
    link.answers(second?.id, { for: 'second' });
    link.answers(first?.id, { for: 'first' });
    expect(said(connection)).toEqual([
      { jsonrpc: '2.0', id: 1, result: { for: 'second' } },
      { jsonrpc: '2.0', id: 1, result: { for: 'first' } },
    ]);
  });

  it('with the same id in many sessions are answered in their own', async () => {
    const at = world({ server: { sharing: 'shared' } });
    const all = await Promise.all([1, 2, 3].map(() => readySession(at)));
    for (const [index, { session }] of all.entries()) session.receive(call(1, 'tools/call', { of: index }));
    for (const { id, params } of at.driver.link.calls.reverse()) at.driver.link.answers(id, params);
    for (const [index, { connection }] of all.entries()) {
      expect(said(connection).map(({ id, result }) => [id, result?.of])).toEqual([[1, index]]);
    }
  });

  it.each(['0', '""', '-1', '1.0', '9007199254740993', '1e3', '"1"', '"\\u00e9\\"\\\\"', '"a b"'])(
    '[ANSWER-ID-KEPT] get their id back as it was written: %s',
    async (id) => {
      const { session, link, connection } = await ready();
      session.receive(message(`{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`));
      expect(link.last.id).toBeTypeOf('number');
      link.answers(link.last.id, { x: 1 });
      expect(connection.frames.at(-1)?.data).toBe(`{"jsonrpc":"2.0","id":${id},"result":{"x":1}}`);
    },
  );

  it('[ANSWER-BYTES-KEPT] [ANSWER-OWN-ID] reach the server with all else as it was written', async () => {
    const { session, link } = await ready();
    session.receive(
      message(
        '{ "params" : {"a":1.0,"big":12345678901234567890,"_meta":{"x":"\\u0041"}}, "id":"k","method":"tools/call", "jsonrpc":"2.0" }',
      ),
    );
    expect(link.raw.at(-1)).toBe(
      `{ "params" : {"a":1.0,"big":12345678901234567890,"_meta":{"x":"\\u0041"}}, "id":${link.last.id},"method":"tools/call", "jsonrpc":"2.0" }`,
    );
  });

  it('[ANSWER-BYTES-KEPT] get the error of the server, byte for byte but the id', async () => {
    const { session, link, connection } = await ready();
    session.receive(call('k'));
    link.says(
      `{"jsonrpc":"2.0","id":${link.last.id},"error":{"code":-32000,"message":"m","data":[1.0,{"a":null}]}}`,
    );
    expect(connection.frames.at(-1)?.data).toBe(
      '{"jsonrpc":"2.0","id":"k","error":{"code":-32000,"message":"m","data":[1.0,{"a":null}]}}',
    );
  });

  it('[ANSWER-ONCE] are answered once, whatever else the server says to them', async () => {
    const { session, link, connection, notes } = await ready();
    session.receive(call(7));
    const { id } = link.last;
    link.answers(id, { n: 1 });
    link.answers(id, { n: 2 });
    link.says({ jsonrpc: '2.0', id, error: { code: 1, message: 'no' } });
    expect(said(connection)).toHaveLength(1);
    expect(notes.refusals).toEqual(['unknown_answer', 'unknown_answer']);
  });

  it('are not answered by what names no request of ours', async () => {
    const { session, link, connection, notes } = await ready();
    session.receive(call(1));
    const { id } = link.last;
    for (const other of [0, 1_000, -1, String(id), `0${String(id)}`, 'x', 2 ** 60]) link.answers(other);
    link.says({ jsonrpc: '2.0', error: { code: -32700, message: 'Parse error' } });
    link.says({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } });
    expect(said(connection)).toEqual([]);
    expect(notes.refusals.every((code) => code === 'unknown_answer')).toBe(true);
    expect(session.inFlight).toBe(1);
  });

  it('[LIMIT-UPSTREAM-QUEUE] are refused while the server takes no more input', async () => {
    const { session, link, connection } = await ready({ settings: { upstreamQueuedBytes: 1_000 } });
    link.queued = 1_001;
    session.receive(call(1));
    expect(said(connection)[0]?.error?.data?.code).toBe('upstream_busy');
    link.queued = 1_000;
    session.receive(call(2));
    expect(link.last.method).toBe('tools/call');
  });
});

describe('progress', () => {
  it('[TRAFFIC-PROGRESS-TOKEN] comes back with the token of the client, in order and before the result', async () => {
    const { session, link, connection } = await ready();
    session.receive(progressing(1, 'mine'));
    const { id, params } = link.last;
    expect(params).toMatchObject({ _meta: { progressToken: id } });
    for (const progress of [1, 2])
      link.notifies('notifications/progress', { progressToken: id, progress, total: 2 });
    link.answers(id);
    expect(said(connection).map(({ method, params: told, id: of }) => told ?? [method, of])).toEqual([
      { progressToken: 'mine', progress: 1, total: 2 },
      { progressToken: 'mine', progress: 2, total: 2 },
      [undefined, 1],
    ]);
  });

  it('of two requests with the same token goes to each by our number', async () => {
    const { session, link, connection } = await ready();
    session.receive(progressing(1, 5));
    session.receive(progressing(2, 5));
    const [first, second] = link.calls;
    link.notifies('notifications/progress', { progressToken: second?.id, progress: 2 });
    link.notifies('notifications/progress', { progressToken: first?.id, progress: 1 });
    expect(said(connection).map(({ params }) => params)).toEqual([
      { progressToken: 5, progress: 2 },
      { progressToken: 5, progress: 1 },
    ]);
  });

  it('[TRAFFIC-PROGRESS-LATE] after the result is dropped and noted', async () => {
    const { session, link, connection, notes } = await ready();
    session.receive(progressing(1, 'mine'));
    const { id } = link.last;
    link.answers(id);
    link.notifies('notifications/progress', { progressToken: id, progress: 1 });
    expect(said(connection)).toHaveLength(1);
    expect(notes.refusals).toEqual(['unknown_progress']);
  });

  it('that nobody asked for is dropped', async () => {
    const { session, link, connection } = await ready();
    session.receive(call(1));
    link.notifies('notifications/progress', { progressToken: link.last.id, progress: 1 });
    link.notifies('notifications/progress', { progressToken: 'mine', progress: 1 });
    link.notifies('notifications/progress', { progress: 1 });
    expect(said(connection)).toEqual([]);
  });
});

describe('a request that takes too long', () => {
  it('[ANSWER-TIMED-OUT] is answered, and the server is told to stop', async () => {
    const { session, link, connection, runtime } = await ready({ settings: { requestMs: 10_000 } });
    session.receive(call(1));
    const { id } = link.last;
    runtime.advance(9_999);
    expect(said(connection)).toEqual([]);
    runtime.advance(1);
    expect(said(connection)).toMatchObject([{ id: 1, error: { code: -32001, data: { code: 'timed_out' } } }]);
    expect(link.calls).toMatchObject([
      { id },
      { method: 'notifications/cancelled', params: { requestId: id } },
      { method: 'ping' },
    ]);
    link.answers(id);
    expect(said(connection)).toHaveLength(1);
    expect(session.inFlight).toBe(0);
  });

  it('[ANSWER-TIME-ANEW] has its time anew with each progress', async () => {
    const { session, link, connection, runtime } = await ready({ settings: { requestMs: 10_000 } });
    session.receive(progressing(1, 't'));
    const { id } = link.last;
    for (let step = 1; step <= 5; step++) {
      runtime.advance(9_000);
      link.notifies('notifications/progress', { progressToken: id, progress: step });
    }
    expect(said(connection).filter(({ error }) => error)).toEqual([]);
    runtime.advance(10_000);
    expect(said(connection).at(-1)?.error?.data?.code).toBe('timed_out');
  });

  it('may take longer where its server says so', async () => {
    const { session, connection, runtime } = await ready({
      settings: { requestMs: 10_000 },
      server: { requestMs: 60_000 },
    });
    session.receive(call(1));
    runtime.advance(59_000);
    expect(said(connection)).toEqual([]);
    runtime.advance(1_000);
    expect(said(connection)).toHaveLength(1);
  });
});

describe('the end of the link', () => {
  it('[ANSWER-SERVER-DIES] answers everything in flight, once, with the reason', async () => {
    const { session, link, connection } = await ready();
    for (const id of [1, 2, 3]) session.receive(call(id));
    link.end({ code: 'exited', message: 'The server "srv" exited with code 9.', retryAfterMs: 250 });
    expect(said(connection).map(({ id }) => id)).toEqual([1, 2, 3]);
    for (const { error } of said(connection)) {
      expect(error).toMatchObject({
        message: 'The server "srv" exited with code 9.',
        data: { code: 'upstream_exited', retryAfterMs: 250 },
      });
    }
    link.events.closed({ code: 'exited', message: 'Twice.' });
    expect(said(connection)).toHaveLength(3);
  });

  it('is no end for what comes after it: late words of the old link are not heard', async () => {
    const { session, link, connection } = await ready();
    session.receive(call(1));
    const { id } = link.last;
    link.events.closed({ code: 'closed', message: 'Gone.' });
    link.events.message(message({ jsonrpc: '2.0', id, result: {} }));
    link.events.message(message({ jsonrpc: '2.0', method: 'notifications/message', params: {} }));
    expect(said(connection)).toHaveLength(1);
  });

  it.each([
    ['exited', 'upstream_exited'],
    ['backoff', 'upstream_backoff'],
    ['start-failed', 'upstream_start_failed'],
    ['start-timeout', 'upstream_start_timeout'],
    ['too-many-processes', 'upstream_busy'],
    ['closed', 'upstream_failed'],
    ['constructor', 'upstream_failed'],
  ])('with the fault %s is told as %s', async (code, word) => {
    const { session, link, connection } = await ready();
    session.receive(call(1));
    link.end({ code, message: 'It is so.' });
    expect(said(connection)[0]?.error?.data?.code).toBe(word);
  });
});
