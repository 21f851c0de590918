/** Many sessions on one link. */
import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/engine/ports.ts';
import {
  call,
  hello,
  message,
  notify,
  readySession,
  sseSession,
  turn,
  world,
  type Followed,
  type World,
  type WorldOptions,
} from './support.ts';

const shared = (options: WorldOptions = {}, sharing: Sharing = 'shared') =>
  world({ ...options, server: { ...options.server, sharing } });

async function members(at: World, count: number): Promise<Followed[]> {
  const all = await Promise.all(Array.from({ length: count }, () => readySession(at)));
  at.driver.link.raw.length = 0;
  return all;
}

const notices = ({ connection }: Followed) => connection.messages.filter(({ method }) => method);

describe('sessions that share a link', () => {
  it('open it once, in the name of the gateway, however many come at once', async () => {
    const at = shared();
    at.driver.isHeld = true;
    const all = Array.from({ length: 5 }, () => sseSession(at));
    for (const { session } of all) session.receive(hello());
    at.driver.release();
    await turn();
    expect(at.driver.opens).toBe(1);
    expect(at.driver.link.methods).toEqual(['initialize', 'notifications/initialized']);
    expect(at.driver.link.sent[0]?.params).toMatchObject({ capabilities: {} });
    for (const { connection } of all) expect(connection.messages).toMatchObject([{ id: 0, result: {} }]);
  });

  it('are each answered with the version they asked for, and without logging', async () => {
    const at = shared();
    const versions = ['2024-11-05', '2025-11-25', '2099-01-01'];
    const all = versions.map((version) => {
      const followed = sseSession(at);
      followed.session.receive(hello('h', version));
      return followed;
    });
    await turn();
    const results = all.map(({ connection }) => connection.messages[0]?.result);
    expect(results.map((result) => result?.protocolVersion)).toEqual([
      '2024-11-05',
      '2025-11-25',
      '2025-11-25',
    ]);
    for (const result of results) {
      expect(result?.capabilities).toEqual({ tools: {}, resources: { subscribe: true } });
      expect(result?.serverInfo).toEqual({ name: 'played', version: '1' });
    }
    expect(all.map(({ session }) => session.version)).toEqual(['2024-11-05', '2025-11-25', '2025-11-25']);
  });

  it('survive capabilities of the server that make no sense', async () => {
    for (const capabilities of ['text', 7, [], null, undefined]) {
      const at = shared();
      at.driver.handshake = { protocolVersion: '2025-11-25', capabilities };
      const { connection } = await readySession(at);
      expect(connection.messages).toMatchObject([{ id: 'hello', result: { protocolVersion: '2025-06-18' } }]);
    }
  });

  it('keep what is of one client alone from the server', async () => {
    const at = shared();
    const [one] = await members(at, 2);
    one?.session.receive(notify('notifications/initialized'));
    one?.session.receive(notify('notifications/roots/list_changed'));
    one?.session.receive(call(1, 'logging/setLevel', { level: 'debug' }));
    expect(at.driver.link.raw).toEqual([]);
    expect(one?.connection.messages.at(-1)?.error?.code).toBe(-32601);
  });

  it('hear of changes all, and of log lines nobody', async () => {
    const at = shared();
    const all = await members(at, 3);
    at.driver.link.notifies('notifications/tools/list_changed');
    at.driver.link.notifies('notifications/message', { level: 'info', data: 'whose?' });
    for (const one of all)
      expect(notices(one).map(({ method }) => method)).toEqual(['notifications/tools/list_changed']);
  });

  it('get what the driver relates to a call, on that call alone', async () => {
    const at = shared();
    const [one, two] = await members(at, 2);
    one?.session.receive(call(1));
    const { id } = at.driver.link.last;
    at.driver.link.notifies('notifications/message', { level: 'info', data: 'mine' }, Number(id));
    expect(one && notices(one)).toHaveLength(1);
    expect(two && notices(two)).toHaveLength(0);
  });

  it('are never asked anything: the server is told at once, and its pings are answered', async () => {
    const at = shared();
    const all = await members(at, 2);
    const { link } = at.driver;
    link.asks(7, 'sampling/createMessage');
    expect(link.last).toMatchObject({ id: 7, error: { code: -32601 } });
    link.asks('p', 'ping');
    expect(link.last).toEqual({ jsonrpc: '2.0', id: 'p', result: {} });
    for (const one of all) expect(notices(one)).toEqual([]);
  });

  it('cannot answer what was asked of others', async () => {
    const at = shared();
    const [one] = await members(at, 2);
    one?.session.receive(message({ jsonrpc: '2.0', id: 7, result: {} }));
    expect(at.driver.link.raw).toEqual([]);
    expect(at.notes.refusals).toEqual(['unknown_answer']);
  });

  it('cannot call off the calls of others', async () => {
    const at = shared();
    const [one, two] = await members(at, 2);
    one?.session.receive(call(1));
    two?.session.receive(notify('notifications/cancelled', { requestId: 1 }));
    expect(at.driver.link.methods).toEqual(['tools/call']);
    expect(one?.session.inFlight).toBe(1);
  });

  it('go on when one of them is too slow and cut off', async () => {
    const at = shared({ settings: { queuedBytes: 500 } });
    const [slow, other] = await members(at, 2);
    if (!slow || !other) throw new Error('There are two.');
    slow.connection.isStuck = true;
    for (let n = 0; n < 20; n++) at.driver.link.notifies('notifications/tools/list_changed', { n });
    expect(at.driver.link.isPaused).toBe(false);
    expect(slow.connection.closedBy).toBe('slow');
    expect(slow.session.isClosed).toBe(true);
    expect(notices(other)).toHaveLength(20);
    other.session.receive(call(1));
    at.driver.link.answers(at.driver.link.last.id);
    expect(other.connection.messages.at(-1)?.id).toBe(1);
  });

  it('have no way to fill the server with notifications', async () => {
    const at = shared({ settings: { upstreamQueuedBytes: 1_000 } });
    const [one] = await members(at, 2);
    at.driver.link.queued = 1_001;
    one?.session.receive(notify('notifications/x'));
    expect(at.driver.link.raw).toEqual([]);
    expect(at.notes.refusals).toEqual(['upstream_busy']);
  });

  it('are all answered when it ends, and open it once again', async () => {
    const at = shared();
    const all = await members(at, 3);
    for (const { session } of all) session.receive(call(1));
    const first = at.driver.link;
    first.end();
    for (const { connection, session } of all) {
      expect(connection.messages.at(-1)?.error?.data?.code).toBe('upstream_exited');
      session.receive(call(2));
    }
    await turn();
    expect(at.driver.opens).toBe(2);
    expect(at.driver.link.calls).toHaveLength(3);
  });

  it('are told of a failed start each, and the next call starts anew', async () => {
    const at = shared();
    at.driver.fault = { code: 'start-failed', message: 'No.' };
    const all = Array.from({ length: 3 }, () => sseSession(at));
    for (const { session } of all) {
      session.receive(hello());
      session.receive(call(1));
    }
    await turn();
    for (const { connection } of all) {
      expect(connection.messages.map(({ id, error }) => [id, error?.message])).toEqual([
        [0, 'No.'],
        [1, 'No.'],
      ]);
    }
    at.driver.fault = undefined;
    all[1]?.session.receive(call(2));
    await turn();
    expect(at.driver.opens).toBe(2);
    expect(at.driver.link.last.method).toBe('tools/call');
  });

  it('are told when the server refuses the gateway, and its link is closed', async () => {
    const at = shared();
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    session.receive(call(1));
    await turn();
    at.driver.link.says({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } });
    await turn();
    expect(connection.messages[0]?.error?.message).toBe('The server "srv" refused to be initialised.');
    expect(at.driver.alive).toBe(0);
  });

  it('get a new link when the old one died in the same breath in which it was opened', async () => {
    const at = shared();
    at.driver.answersHello = false;
    const { session } = sseSession(at);
    session.receive(call(1));
    await turn();
    at.driver.link.answers(1, at.driver.handshake);
    at.driver.link.end();
    await turn();
    at.driver.answersHello = true;
    session.receive(call(2));
    await turn();
    expect(at.driver.opens).toBe(2);
    expect(at.driver.link.last.method).toBe('tools/call');
  });
});

describe('a link for each principal', () => {
  const perPrincipal = (options: WorldOptions = {}) => shared(options, 'principal');

  it('is never shared with another one', async () => {
    const at = perPrincipal();
    const [a1, a2, b] = [
      await readySession(at, { principal: 'a' }),
      await readySession(at, { principal: 'a' }),
      await readySession(at, { principal: 'b' }),
    ];
    expect(at.driver.opens).toBe(2);
    expect(at.driver.links.map(({ context }) => context.principal)).toEqual(['a', 'b']);
    at.driver.links[0]?.notifies('notifications/tools/list_changed');
    expect([a1, a2, b].map((each) => notices(each).length)).toEqual([1, 1, 0]);
  });

  it('ends with the last session, and not before', async () => {
    const at = perPrincipal();
    const [one, two] = [await readySession(at), await readySession(at)];
    one.session.close('test');
    expect(at.driver.alive).toBe(1);
    two.session.close('test');
    expect(at.driver.alive).toBe(0);
    await readySession(at);
    expect(at.driver.opens).toBe(2);
  });

  it('is not lost to those who wait for it when the first who asked for it goes away', async () => {
    const at = perPrincipal();
    at.driver.isHeld = true;
    const [first, second] = [sseSession(at), sseSession(at)];
    first.session.receive(call(1));
    second.session.receive(call(1));
    await turn();
    first.session.close('test');
    at.driver.release();
    await turn();
    expect(at.driver.opens).toBe(1);
    expect(at.driver.alive).toBe(1);
    at.driver.link.answers(at.driver.link.last.id);
    expect(second.connection.messages).toMatchObject([{ id: 1, result: {} }]);
  });

  it('is given up when all who wait for it go away', async () => {
    const at = perPrincipal();
    at.driver.isHeld = true;
    const { session } = sseSession(at);
    session.receive(call(1));
    await turn();
    session.close('test');
    at.driver.release();
    await turn();
    expect(at.driver.alive).toBe(0);
    await readySession(at);
    expect(at.driver.opens).toBe(2);
  });

  it('stays up without a session only where everybody shares it', async () => {
    const at = shared();
    const { session } = await readySession(at);
    session.close('test');
    expect(at.driver.alive).toBe(1);
    await at.gateway.close();
    expect(at.driver.alive).toBe(0);
  });
});
