/** A session whose link is lost, and one whose reader is full. */
import { describe, expect, it } from 'vitest';
import {
  call,
  hello,
  message,
  notify,
  openSession,
  readySession,
  sseSession,
  turn,
  world,
  FakeConnection,
  type Wire,
} from './support.ts';

const said = (connection: FakeConnection): Wire[] =>
  connection.messages.filter(({ id }) => id !== 'hello' && id !== 0);

describe('a link that was lost', () => {
  it('[TRAFFIC-REOPENED] is opened again by the next call, with the words of the client, and told what it was told before', async () => {
    const at = world();
    const { session, connection } = sseSession(at);
    session.receive(hello(0, '2025-03-26'));
    await turn();
    session.receive(notify('notifications/initialized'));
    session.receive(call(1, 'logging/setLevel', { level: 'debug', _meta: { n: 1.5 } }));
    for (const uri of ['file:///a', 'file:///b', 'file:///c']) {
      session.receive(call(2, 'resources/subscribe', { uri }));
    }
    session.receive(call(3, 'resources/unsubscribe', { uri: 'file:///b' }));
    const first = at.driver.link;
    for (const { id } of first.calls) first.answers(id);
    first.end();
    expect(session.inFlight).toBe(0);
    const before = connection.messages.length;
    session.receive(call(9, 'tools/list', {}));
    await turn();
    const second = at.driver.link;
    expect(second).not.toBe(first);
    expect(second.sent.map(({ method, params }) => [method, params])).toEqual([
      ['initialize', first.sent[0]?.params],
      ['notifications/initialized', undefined],
      ['logging/setLevel', { level: 'debug', _meta: { n: 1.5 } }],
      ['resources/subscribe', { uri: 'file:///a' }],
      ['resources/subscribe', { uri: 'file:///c' }],
      ['tools/list', {}],
    ]);
    for (const { id } of second.calls) second.answers(id);
    expect(connection.messages.slice(before).map(({ id }) => id)).toEqual([9]);
    expect(at.notes.refusals).toEqual([]);
  });

  it('[TRAFFIC-LISTENER] is opened again by itself for a client that only listens, unless it died at once', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    session.receive(call(1, 'resources/subscribe', { uri: 'file:///a' }));
    const first = at.driver.link;
    first.answers(first.last.id);
    at.runtime.advance(1_000);
    first.end();
    at.runtime.advance(100);
    await turn();
    const second = at.driver.link;
    expect(second).not.toBe(first);
    expect(second.last).toMatchObject({ method: 'resources/subscribe', params: { uri: 'file:///a' } });
    second.says({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'file:///a' } });
    expect(connection.messages.at(-1)).toMatchObject({ params: { uri: 'file:///a' } });
    at.runtime.advance(500);
    second.end();
    at.runtime.advance(60_000);
    await turn();
    expect(at.driver.opens).toBe(2);
  });

  it('is not opened again for a session that is closed, nor for one that listens to nothing', async () => {
    const at = world();
    const [{ session: closed }, { session: idle }] = [await readySession(at), await readySession(at)];
    closed.receive(call(1, 'resources/subscribe', { uri: 'file:///a' }));
    at.runtime.advance(2_000);
    for (const link of at.driver.links) link.end();
    closed.close('deleted');
    at.runtime.advance(60_000);
    await turn();
    expect(at.driver.opens).toBe(2);
    expect(idle.isClosed).toBe(false);
  });

  it('does not restore what the server had refused', async () => {
    const at = world();
    const { session } = await readySession(at);
    session.receive(call(1, 'resources/subscribe', { uri: 'file:///no' }));
    const { link } = at.driver;
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32602, message: 'no' } });
    expect([...session.subscriptions]).toEqual([]);
    session.receive(call(1, 'resources/subscribe', { uri: 'file:///yes' }));
    link.answers(link.last.id);
    session.receive(call(1, 'resources/subscribe', { uri: 'file:///yes' }));
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32602, message: 'twice' } });
    expect([...session.subscriptions]).toEqual(['file:///yes']);
  });

  it('[TRAFFIC-QUESTION-OVER] tells the client of questions that nobody waits for any more', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    at.driver.link.asks('q', 'sampling/createMessage', {});
    const question = connection.messages.at(-1);
    at.driver.link.end();
    expect(connection.messages.at(-1)).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: question?.id },
    });
    session.receive(message({ jsonrpc: '2.0', id: question?.id, result: {} }));
    expect(at.notes.refusals).toEqual(['unknown_answer']);
  });

  it('is opened once for many calls, and leaves no link behind when it is lost many times', async () => {
    const at = world();
    const { session } = await readySession(at);
    for (let round = 0; round < 20; round++) {
      at.driver.link.end();
      session.receive(call(1));
      session.receive(call(2));
      await turn();
    }
    expect(at.driver.opens).toBe(21);
    session.close('test');
    expect(at.driver.alive).toBe(0);
  });

  it('that dies in the same breath in which it answered `initialize` fails what waits, and is opened again', async () => {
    const at = world();
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    session.receive(hello());
    session.receive(call(1));
    await turn();
    at.driver.link.answers(1, at.driver.handshake);
    at.driver.link.end();
    await turn();
    expect(connection.messages.map(({ id, error }) => [id, error?.data?.code])).toEqual([
      [0, undefined],
      [1, 'upstream_exited'],
    ]);
    at.driver.answersHello = true;
    session.receive(call(2));
    await turn();
    expect(at.driver.link.last.method).toBe('tools/call');
  });
});

describe('what is observed of links', () => {
  it('comes in pairs: a start that failed is a refusal, not an end', async () => {
    const at = world();
    at.driver.fault = { code: 'start-failed', message: 'The server "srv" did not start: no.' };
    const { session } = sseSession(at);
    session.receive(call(1));
    await turn();
    at.driver.fault = undefined;
    session.receive(call(2));
    await turn();
    at.driver.link.end();
    expect(at.notes.named('linkOpened')).toHaveLength(1);
    expect(at.notes.named('linkClosed')).toEqual([
      { server: 'srv', code: 'exited', message: 'The server "srv" exited with code 1.' },
    ]);
    expect(at.notes.refusals).toEqual(['start-failed']);
  });
});

describe('pressure', () => {
  it('[LIMIT-BACKPRESSURE] pauses and resumes the link of its own', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    connection.isStuck = true;
    const { link } = at.driver;
    for (let n = 0; n < 3; n++) link.notifies('notifications/message', { level: 'info', data: n });
    expect(link.isPaused).toBe(true);
    connection.drain();
    expect(link.isPaused).toBe(false);
    expect(session.isClosed).toBe(false);
  });

  it('pauses a link that is opened while the reader is full', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    connection.isStuck = true;
    const { link } = at.driver;
    for (let n = 0; n < 3; n++) link.notifies('notifications/message', { level: 'info', data: n });
    link.end();
    session.receive(call(1));
    await turn();
    expect(at.driver.link).not.toBe(link);
    expect(at.driver.link.isPaused).toBe(true);
    connection.drain();
    expect(at.driver.link.isPaused).toBe(false);
  });

  it('lasts until the last full reader of the session has caught up', async () => {
    const at = world();
    const session = openSession(at);
    session.receive(hello());
    await turn();
    const { link } = at.driver;
    const streams = [session.openStream(), session.openStream()];
    const connections = streams.map((stream) => {
      const connection = new FakeConnection();
      connection.isStuck = true;
      stream?.follow(connection);
      stream?.publish(new Uint8Array(200));
      return connection;
    });
    expect(link.isPaused).toBe(true);
    connections[0]?.vanish();
    expect(link.isPaused).toBe(true);
    connections[1]?.drain();
    expect(link.isPaused).toBe(false);
  });

  it('is over when the full reader is cut off', async () => {
    const at = world({ settings: { queuedBytes: 300 } });
    const session = openSession(at);
    const connection = new FakeConnection();
    session.standing.follow(connection);
    session.receive(hello());
    await turn();
    connection.isStuck = true;
    const { link } = at.driver;
    for (let n = 0; n < 9; n++) link.notifies('notifications/resources/list_changed', { n });
    expect(connection.closedBy).toBe('slow');
    expect(link.isPaused).toBe(false);
    expect(said(connection).length).toBeGreaterThan(0);
  });
});
