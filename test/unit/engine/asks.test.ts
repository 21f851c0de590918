/** What a server asks of its client. */
import { describe, expect, it } from 'vitest';
import { CallReply } from '../../../src/engine/call-reply.ts';
import {
  call,
  FakeResponder,
  hello,
  message,
  notify,
  openSession,
  readySession,
  turn,
  world,
  type WorldOptions,
} from './support.ts';

async function ready(options: WorldOptions = {}) {
  const at = world(options);
  const { session, connection } = await readySession(at);
  at.driver.link.raw.length = 0;
  return { ...at, session, connection, link: at.driver.link };
}

describe('a question of the server', () => {
  it('reaches the client with our number, and its answer the server with its own id', async () => {
    const { session, connection, link } = await ready();
    for (const id of ['a', 0, '', 7.5]) {
      link.says(
        `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"sampling/createMessage","params":{"x":1.0}}`,
      );
      const question = connection.messages.at(-1);
      expect(question?.method).toBe('sampling/createMessage');
      expect(connection.frames.at(-1)?.data).toContain('"x":1.0');
      expect(question?.id).toBeTypeOf('number');
      session.receive(message(`{"jsonrpc":"2.0","id":${question?.id},"result":{"y":2.0}}`));
      expect(link.raw.at(-1)).toBe(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"y":2.0}}`);
    }
  });

  it('is answered with the error of the client', async () => {
    const { session, connection, link } = await ready();
    link.asks('q', 'elicitation/create');
    session.receive(
      message({ jsonrpc: '2.0', id: connection.messages.at(-1)?.id, error: { code: -1, message: 'no' } }),
    );
    expect(link.last).toEqual({ jsonrpc: '2.0', id: 'q', error: { code: -1, message: 'no' } });
  });

  it('is answered once; other answers are dropped and noted', async () => {
    const { session, connection, link, notes } = await ready();
    link.asks('q', 'roots/list');
    const id = connection.messages.at(-1)?.id;
    for (const other of [Number(id) + 1, String(id), 'q']) {
      session.receive(message({ jsonrpc: '2.0', id: other, result: {} }));
    }
    expect(link.raw).toEqual([]);
    session.receive(message({ jsonrpc: '2.0', id, result: { n: 1 } }));
    session.receive(message({ jsonrpc: '2.0', id, result: { n: 2 } }));
    expect(link.sent).toEqual([{ jsonrpc: '2.0', id: 'q', result: { n: 1 } }]);
    expect(notes.refusals).toHaveLength(4);
  });

  it('of one session cannot be answered by another, even with the right number', async () => {
    const at = world();
    const [one, two] = [await readySession(at), await readySession(at)];
    const [link] = at.driver.links;
    link?.asks('q', 'roots/list');
    two.session.receive(
      message({ jsonrpc: '2.0', id: one.connection.messages.at(-1)?.id, result: { of: 'two' } }),
    );
    expect(link?.sent.filter(({ id }) => id === 'q')).toEqual([]);
    expect(two.connection.messages.filter(({ method }) => method)).toEqual([]);
  });

  it('has its progress and its cancellation brought to the right side', async () => {
    const { session, connection, link } = await ready();
    link.asks('q', 'sampling/createMessage', { _meta: { progressToken: 'theirs' } });
    const question = connection.messages.at(-1);
    expect(question?.params?._meta).toEqual({ progressToken: question?.id });
    session.receive(notify('notifications/progress', { progressToken: question?.id, progress: 1 }));
    expect(link.last.params).toEqual({ progressToken: 'theirs', progress: 1 });
    link.notifies('notifications/cancelled', { requestId: 'q', reason: 'enough' });
    expect(connection.messages.at(-1)).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: question?.id, reason: 'enough' },
    });
    link.raw.length = 0;
    session.receive(message({ jsonrpc: '2.0', id: question?.id, result: {} }));
    session.receive(notify('notifications/progress', { progressToken: question?.id, progress: 2 }));
    expect(link.raw).toEqual([]);
  });

  it('is refused over the cap, and asked again when there is room', async () => {
    const { session, connection, link } = await ready({ settings: { exchangesPerSession: 2 } });
    for (const id of [1, 2, 3]) link.asks(id, 'roots/list');
    expect(link.sent).toMatchObject([{ id: 3, error: { data: { code: 'too_many_calls' } } }]);
    expect(session.asks.size).toBe(2);
    session.receive(message({ jsonrpc: '2.0', id: connection.messages.at(-1)?.id, result: {} }));
    link.asks(4, 'roots/list');
    expect(session.asks.size).toBe(2);
  });

  it('that the client never answers is answered for it, and called off', async () => {
    const { session, connection, link, runtime } = await ready({ settings: { requestMs: 10_000 } });
    link.asks('q', 'elicitation/create');
    const question = connection.messages.at(-1);
    runtime.advance(10_000);
    expect(link.sent).toMatchObject([{ id: 'q', error: { data: { code: 'timed_out' } } }]);
    expect(connection.messages.at(-1)).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: question?.id },
    });
    expect(session.asks.size).toBe(0);
    session.receive(message({ jsonrpc: '2.0', id: question?.id, result: {} }));
    expect(link.raw).toHaveLength(1);
  });

  it('has its time anew with each progress of the client', async () => {
    const { session, connection, link, runtime } = await ready({ settings: { requestMs: 10_000 } });
    link.asks('q', 'sampling/createMessage', { _meta: { progressToken: 1 } });
    const id = connection.messages.at(-1)?.id;
    for (let step = 0; step < 5; step++) {
      runtime.advance(9_000);
      session.receive(notify('notifications/progress', { progressToken: id, progress: step }));
    }
    expect(session.asks.size).toBe(1);
  });

  it('does not fill the table of a client that does not listen', async () => {
    const { session, link, runtime } = await ready({
      settings: { requestMs: 10_000, exchangesPerSession: 5 },
    });
    for (let n = 0; n < 50; n++) {
      link.asks(`p${n}`, 'ping');
      runtime.advance(5_000);
    }
    expect(session.asks.size).toBeLessThan(5);
    expect(link.sent.filter(({ error }) => error?.data?.code === 'too_many_calls')).toEqual([]);
  });

  it('keeps no timer for a session that is closed', async () => {
    const { session, link, runtime } = await ready();
    link.asks('q', 'roots/list');
    session.close('test');
    expect(session.asks.size).toBe(0);
    runtime.advance(3_600_000);
    expect(runtime.timers).toBe(0);
    expect(link.raw).toEqual([]);
  });
});

describe('where a server speaks on Streamable HTTP', () => {
  async function streaming() {
    const at = world();
    const session = openSession(at);
    session.receive(hello(), { event() {}, answer() {}, cancelled() {}, isFollowed: true });
    await turn();
    const post = (id: number) => {
      const responder = new FakeResponder();
      const reply = new CallReply(session, responder, at.gateway.context, {
        requests: 1,
        isBatch: false,
        prefersStream: false,
        primes: false,
      });
      session.receive(call(id), reply);
      reply.start();
      return { responder, number: at.driver.link.last.id };
    };
    return { ...at, session, link: at.driver.link, post };
  }

  it('goes to the call it belongs to, where the driver knows it', async () => {
    const { link, post } = await streaming();
    const [first, second] = [post(1), post(2)];
    link.asks('q', 'sampling/createMessage', {}, Number(first.number));
    expect(first.responder.connection?.messages).toHaveLength(1);
    expect(second.responder.answers).toBe(0);
  });

  it('goes to the call that runs, where nobody knows', async () => {
    const { link, post } = await streaming();
    const { responder } = post(1);
    link.asks('q', 'elicitation/create');
    link.notifies('notifications/message', { data: 1 });
    expect(responder.connection?.messages.map(({ method }) => method)).toEqual([
      'elicitation/create',
      'notifications/message',
    ]);
  });

  it('goes to the standing stream when no call runs, or its reader is gone', async () => {
    const { link, post, session } = await streaming();
    link.notifies('notifications/message', { data: 1 });
    expect(session.standing.history.published).toBe(1);
    const { responder } = post(1);
    responder.abort();
    link.asks('q', 'elicitation/create');
    expect(session.standing.history.published).toBe(2);
  });

  it('announces changes on the standing stream alone', async () => {
    const { link, post, session } = await streaming();
    const { responder } = post(1);
    for (const method of [
      'tools/list_changed',
      'prompts/list_changed',
      'resources/list_changed',
      'resources/updated',
    ])
      link.notifies(`notifications/${method}`);
    expect(responder.answers).toBe(0);
    expect(session.standing.history.published).toBe(4);
  });
});
