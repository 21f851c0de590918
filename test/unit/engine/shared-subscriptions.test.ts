/** Resources to which many sessions on one link subscribe. */
import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/engine/ports.ts';
import {
  call,
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

describe('subscriptions on a shared link', () => {
  const uri = 'file:///a';
  const updated = (at: World, of = uri) =>
    at.driver.link.notifies('notifications/resources/updated', { uri: of });

  async function subscribe(at: World, { session }: Followed, of = uri): Promise<void> {
    session.receive(call('sub', 'resources/subscribe', { uri: of }));
    at.driver.link.answers(at.driver.link.last.id);
    await turn();
  }

  it('bring updates to those who asked, and to nobody else', async () => {
    const at = shared();
    const [one, two, three] = await members(at, 3);
    if (!one || !two || !three) throw new Error('There are three.');
    await subscribe(at, one);
    await subscribe(at, two, 'file:///b');
    updated(at);
    expect([one, two, three].map((each) => notices(each).length)).toEqual([1, 0, 0]);
  });

  it.each([
    ['file:///a', 'file:///a', true],
    ['file:///a', 'file:///a/part', true],
    ['file:///a/', 'file:///a/part/of', true],
    ['file:///a', 'file:///a?x=1', true],
    ['file:///a', 'file:///a#x', true],
    ['file:///a', 'file:///ab', false],
    ['file:///a', 'file:///', false],
    ['', 'file:///a', false],
    ['f', 'file:///a', false],
    ['file:///secret', 'file:///secrets-of-others', false],
  ])('of %s hear of %s: %s', async (wanted, told, isHeard) => {
    const at = shared();
    const [one] = await members(at, 1);
    if (!one) throw new Error('There is one.');
    await subscribe(at, one, wanted);
    updated(at, told);
    expect(notices(one)).toHaveLength(isHeard ? 1 : 0);
  });

  it.each([
    ['a part with a long name', 'file:///a', `file:///a/${'x'.repeat(4_000)}`, true],
    ['a part with too long a name', 'file:///a', `file:///a/${'x'.repeat(5_000)}`, false],
    ['themselves, however long', `file:///${'x'.repeat(5_000)}`, `file:///${'x'.repeat(5_000)}`, true],
    ['a part deep down', 'file:///a', `file:///a${'/x'.repeat(63)}`, true],
    ['a part too deep down', 'file:///a', `file:///a${'/x'.repeat(65)}`, false],
  ])('are bounded: %s', async (_name, wanted, told, isHeard) => {
    const at = shared();
    const [one] = await members(at, 1);
    if (!one) throw new Error('There is one.');
    await subscribe(at, one, wanted);
    updated(at, told);
    expect(notices(one)).toHaveLength(isHeard ? 1 : 0);
  });

  it('are taken back at the server only with the last who wants them', async () => {
    const at = shared();
    const [one, two] = await members(at, 2);
    if (!one || !two) throw new Error('There are two.');
    await subscribe(at, one);
    await subscribe(at, two);
    at.driver.link.raw.length = 0;
    one.session.receive(call('u', 'resources/unsubscribe', { uri }));
    expect(one.connection.messages.at(-1)).toEqual({ jsonrpc: '2.0', id: 'u', result: {} });
    expect(at.driver.link.raw).toEqual([]);
    updated(at);
    expect([one, two].map((each) => notices(each).length)).toEqual([0, 1]);
    two.session.receive(call('u', 'resources/unsubscribe', { uri }));
    expect(at.driver.link.methods).toEqual(['resources/unsubscribe']);
  });

  it('are taken back for a session that closes, where nobody else wants them', async () => {
    const at = shared();
    const [one, two] = await members(at, 2);
    if (!one || !two) throw new Error('There are two.');
    await subscribe(at, one);
    await subscribe(at, two);
    await subscribe(at, one, 'file:///b');
    at.driver.link.raw.length = 0;
    one.session.close('test');
    expect(at.driver.link.sent.map(({ method, params }) => [method, params?.uri])).toEqual([
      ['resources/unsubscribe', 'file:///b'],
    ]);
  });

  it('are made again, once each, on the next link', async () => {
    const at = shared();
    const [one, two] = await members(at, 2);
    if (!one || !two) throw new Error('There are two.');
    await subscribe(at, one);
    await subscribe(at, two);
    await subscribe(at, two, 'file:///b');
    at.driver.link.end();
    one.session.receive(call(1));
    two.session.receive(call(2));
    await turn();
    const made = at.driver.link.sent.filter(({ method }) => method === 'resources/subscribe');
    expect(made.map(({ params }) => params?.uri)).toEqual([uri, 'file:///b']);
    updated(at);
    expect([one, two].map((each) => notices(each).length)).toEqual([1, 1]);
  });

  it('cost nothing on a server that never answers when they are taken back', async () => {
    const at = shared();
    const [stays] = await members(at, 1);
    if (!stays) throw new Error('There is one.');
    for (let n = 0; n < 3_000; n++) {
      const { session } = sseSession(at);
      session.receive(call(1, 'resources/subscribe', { uri: `file:///${n}` }));
      at.driver.link.answers(at.driver.link.last.id);
      session.close('test');
    }
    const told = at.driver.link.sent.filter(({ method }) => method === 'resources/unsubscribe');
    expect(told).toHaveLength(3_000);
    // Late answers to the oldest of them are unknown by now: they were let go.
    at.driver.link.answers(told.at(-1)?.id);
    expect(at.notes.refusals).toEqual([]);
    at.driver.link.answers(told[0]?.id);
    expect(at.notes.refusals).toEqual(['unknown_answer']);
  });
});
