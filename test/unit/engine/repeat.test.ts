/** Calls whose answer was lost with the way to a server that lives on. */
import { describe, expect, it } from 'vitest';
import type { UpstreamFault } from '../../../src/engine/ports.ts';
import type { FakeLink } from './fake-driver.ts';
import { call, notify, readySession, turn, world, type World, type WorldOptions } from './support.ts';

const LOST: UpstreamFault = {
  code: 'session-lost',
  message: 'The server forgot the session.',
  isRecoverable: true,
};
const TOOLS = {
  tools: [
    { name: 'add', annotations: { idempotentHint: true } },
    { name: 'look', annotations: { readOnlyHint: true } },
    { name: 'pay', annotations: { idempotentHint: false } },
  ],
};

function network(options: WorldOptions = {}): World {
  const at = world(options);
  at.driver.mayRepeat = true;
  return at;
}

/** A session that has lived long enough to be worth opening again. */
async function lived(at: World, principal = 'anybody') {
  const followed = await readySession(at, { principal });
  at.runtime.advance(1_000);
  return followed;
}

function numbers(link: FakeLink, method: string): number[] {
  return link.sent.filter((wire) => wire.method === method).map(({ id }) => Number(id));
}

describe('a call whose way was lost', () => {
  it('[REPEAT-UNSENT] is sent again when it certainly did not reach the server', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call(5, 'tools/call', { name: 'pay', arguments: { sum: 1.0 } }));
    const first = at.driver.link;
    first.end({ ...LOST, unsent: new Set(numbers(first, 'tools/call')) });
    await turn();
    const second = at.driver.link;
    expect(second.methods).toEqual(['initialize', 'notifications/initialized', 'tools/call']);
    second.answers(second.last.id, { content: [] });
    expect(connection.messages.filter(({ id }) => id === 5)).toEqual([
      { jsonrpc: '2.0', id: 5, result: { content: [] } },
    ]);
  });

  it('[REPEAT-UNSENT] also on a link that stands', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call(5, 'tools/call', { name: 'pay' }));
    const link = at.driver.link;
    const [number] = numbers(link, 'tools/call');
    link.events.failed(number ?? 0, { code: 'refused', message: 'Refused.' }, true);
    expect(numbers(link, 'tools/call')).toHaveLength(2);
    link.answers(link.last.id);
    expect(connection.messages.filter(({ id }) => id === 5)).toHaveLength(1);
    expect(at.driver.opens).toBe(1);
  });

  it.each([
    ['tools/list', {}],
    ['resources/read', { uri: 'a:b' }],
    ['prompts/get', { name: 'p' }],
    ['completion/complete', {}],
  ])('[REPEAT-READS] %s is sent again', async (method, params) => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call('a', method, params));
    at.driver.link.end(LOST);
    await turn();
    at.driver.link.answers(at.driver.link.last.id, { ok: 1 });
    expect(connection.messages.filter(({ id }) => id === 'a')).toEqual([
      { jsonrpc: '2.0', id: 'a', result: { ok: 1 } },
    ]);
  });

  it('[REPEAT-SAFE-TOOL] [REPEAT-UNSAFE-TOOL] [REPEAT-ONE-LIST] is judged by what the server says of its tools', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    for (const name of ['add', 'look', 'pay', 'unheard-of'])
      session.receive(call(name, 'tools/call', { name }));
    at.driver.link.end(LOST);
    await turn();
    const second = at.driver.link;
    expect(numbers(second, 'tools/list')).toHaveLength(1);
    second.answers(numbers(second, 'tools/list')[0], TOOLS);
    for (const number of numbers(second, 'tools/call')) second.answers(number);
    expect(second.calls.filter(({ method }) => method === 'tools/call').map(({ params }) => params)).toEqual([
      { name: 'add' },
      { name: 'look' },
    ]);
    const told = connection.messages.filter(({ id }) => id === 'pay' || id === 'unheard-of');
    expect(told.map(({ error }) => (error as { data: { code: string } }).data.code)).toEqual([
      'may_have_run',
      'may_have_run',
    ]);
    expect(session.inFlight).toBe(0);
  });

  it('[REPEAT-UNSAFE-TOOL] is told when the server cannot be asked', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call(1, 'tools/call', { name: 'add' }));
    at.driver.fault = { code: 'unreachable', message: 'Nobody answers.' };
    at.driver.link.end(LOST);
    await turn();
    expect(JSON.stringify(connection.messages.at(-1))).toContain('may_have_run');
    expect(session.inFlight).toBe(0);
  });

  it('[REPEAT-CAP] is not sent more than twice over', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call(1, 'resources/read', { uri: 'a:b' }));
    for (let n = 0; n < 3; n++) {
      at.driver.link.end(LOST);
      await turn();
      at.runtime.advance(1_000);
      await turn();
    }
    expect(at.driver.links.flatMap((link) => numbers(link, 'resources/read'))).toHaveLength(3);
    expect(connection.messages.filter(({ id }) => id === 1)).toHaveLength(1);
  });

  it('[REPEAT-SAFE-TOOL] asks again later when the server is away just now, though the link stands', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call(1, 'tools/call', { name: 'add' }));
    const link = at.driver.link;
    const away = { code: 'unreachable', message: 'Nobody answers.', isRecoverable: true };
    link.events.failed(numbers(link, 'tools/call')[0] ?? 0, { ...away, code: 'cut' }, false);
    expect(numbers(link, 'tools/list')).toHaveLength(1);
    link.events.failed(numbers(link, 'tools/list')[0] ?? 0, away, true);
    expect(numbers(link, 'tools/list')).toHaveLength(1);
    at.runtime.advance(200);
    expect(numbers(link, 'tools/list')).toHaveLength(2);
    link.answers(numbers(link, 'tools/list')[1], TOOLS);
    link.answers(numbers(link, 'tools/call')[1], { content: [] });
    expect(connection.messages.filter(({ id }) => id === 1)).toEqual([
      { jsonrpc: '2.0', id: 1, result: { content: [] } },
    ]);
    session.receive(call(2, 'tools/call', { name: 'pay' }));
    for (let n = 0; n < 20; n++) {
      const number = Number(link.last.id);
      link.events.failed(number, away, link.last.method === 'tools/list');
      at.runtime.advance(1_000);
    }
    expect(JSON.stringify(connection.messages.filter(({ id }) => id === 2))).toContain('may_have_run');
    session.receive(call(3, 'tools/list', {}));
    session.close('gone');
    expect(at.runtime.nextIn).toBeGreaterThan(2_000);
  });

  it('[REPEAT-ONCE] fifty clients of a shared link cause one initialise', async () => {
    const at = network({ server: { sharing: 'shared' } });
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => lived(at, `p${n}`)));
    all.forEach(({ session }, n) => session.receive(call(n, 'tools/call', { name: n % 2 ? 'pay' : 'add' })));
    at.driver.link.end(LOST);
    await turn();
    expect(at.driver.opens).toBe(2);
    const second = at.driver.link;
    expect(numbers(second, 'initialize')).toHaveLength(1);
    second.answers(numbers(second, 'tools/list')[0], TOOLS);
    for (const number of numbers(second, 'tools/call')) second.answers(number, { number });
    expect(numbers(second, 'tools/list')).toHaveLength(1);
    for (const [n, { connection }] of all.entries()) {
      const mine = connection.messages.filter(({ id }) => id === n);
      expect(mine).toHaveLength(1);
      expect('error' in (mine[0] ?? {})).toBe(n % 2 === 1);
    }
  });

  it('[REPEAT-RESTART] waits for a server that restarts, and no longer than ten seconds', async () => {
    const at = network();
    const { session, connection } = await lived(at);
    session.receive(call(1, 'tools/list', {}));
    at.driver.fault = { code: 'unreachable', message: 'Nobody answers.', isRecoverable: true };
    at.driver.link.end(LOST);
    await turn();
    for (let n = 0; n < 3; n++) {
      at.runtime.advance(1_000);
      await turn();
    }
    expect(connection.messages.filter(({ id }) => id === 1)).toEqual([]);
    at.driver.fault = undefined;
    at.runtime.advance(4_000);
    await turn();
    at.driver.link.answers(at.driver.link.last.id);
    expect(connection.messages.filter(({ id }) => id === 1)).toHaveLength(1);

    at.runtime.advance(1_000);
    session.receive(call(2, 'tools/list', {}));
    at.driver.fault = { code: 'unreachable', message: 'Nobody answers.', isRecoverable: true };
    at.driver.link.end(LOST);
    await turn();
    for (let n = 0; n < 10; n++) {
      at.runtime.advance(1_000);
      await turn();
    }
    expect(JSON.stringify(connection.messages.at(-1))).toContain('Nobody answers.');
    expect(session.inFlight).toBe(0);
  });

  it('[REPEAT-RESTART] waits also where the link had hardly been opened', async () => {
    const at = network();
    const { session, connection } = await readySession(at);
    session.receive(call(1, 'tools/list', {}));
    at.driver.fault = { code: 'unreachable', message: 'Nobody answers.', isRecoverable: true };
    at.driver.link.end(LOST);
    await turn();
    expect(connection.messages.filter(({ id }) => id === 1)).toEqual([]);
    at.driver.fault = undefined;
    at.runtime.advance(1_000);
    await turn();
    at.driver.link.answers(at.driver.link.last.id);
    expect(connection.messages.filter(({ id }) => id === 1)).toHaveLength(1);
  });

  it('[REPEAT-CALLED-OFF] is not sent again when its client cancelled it meanwhile', async () => {
    const at = network();
    const { session } = await lived(at);
    session.receive(call(1, 'resources/read', { uri: 'a:b' }));
    at.driver.isHeld = true;
    at.driver.link.end(LOST);
    await turn();
    session.receive(notify('notifications/cancelled', { requestId: 1 }));
    at.driver.release();
    await turn();
    expect(numbers(at.driver.link, 'resources/read')).toEqual([]);
  });

  it('[REPEAT-LOCAL] is never sent again to a child of our own', async () => {
    const at = world();
    const { session, connection } = await lived(at);
    session.receive(call(1, 'tools/list', {}));
    at.driver.link.end();
    await turn();
    expect(at.driver.opens).toBe(1);
    expect(JSON.stringify(connection.messages.at(-1))).toContain('upstream_exited');
  });
});
