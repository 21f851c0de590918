/** Few conversations with a server, and callers who want all of them. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import { ask } from './modern/support.ts';
import { call, FakeDriver, hello, notify, openSession, turn, world, type World } from './support.ts';

/** A server of so many conversations, and callers who can be told apart. */
function few(maxLinks: number, isShared = true): World {
  const driver = new FakeDriver();
  driver.maxLinks = maxLinks;
  const at = world({ server: { driver } });
  const all = { all: {}, perCaller: {}, perAddress: {} };
  at.gateway.context.ledger.change({ gateway: all, projects: new Map(), isShared }, () => undefined);
  return { ...at, driver };
}

const alive = (at: World) => at.driver.links.filter(({ hasEnded }) => !hasEnded);
const holders = (at: World) => alive(at).map(({ context }) => context.principal);

/** A session that has begun its conversation, claimed by its client. */
async function begun(at: World, principal: string): Promise<Session> {
  const session = openSession(at, { principal });
  session.patience.awaitClaim();
  session.receive(hello());
  await turn();
  at.gateway.find(session.id, principal, at.server);
  session.receive(notify('notifications/initialized'));
  return session;
}

async function many(at: World, principal: string, count: number): Promise<Session[]> {
  const sessions: Session[] = [];
  for (let n = 0; n < count; n++) sessions.push(await begun(at, principal));
  return sessions;
}

describe('[FAIR-SHARE] a caller that takes all it can', () => {
  it('leaves some conversations to others, whatever it does with its own', async () => {
    const at = few(8);
    for (const session of await many(at, 'ann', 9)) session.receive(call(1));
    await turn();
    expect(holders(at)).toEqual(Array.from({ length: 6 }, () => 'ann'));
    await begun(at, 'ben');
    expect(holders(at)).toContain('ben');
  });

  it('takes as many by modern calls as by sessions, all in all', async () => {
    const at = few(8);
    for (const session of await many(at, 'ann', 4)) session.receive(call(1));
    for (let id = 0; id < 20; id++) {
      ask(at, { id, facts: { principal: 'ann' }, meta: { 'io.modelcontextprotocol/logLevel': 'info' } });
      await turn();
    }
    expect(holders(at)).toEqual(Array.from({ length: 6 }, () => 'ann'));
  });

  it('takes as many by a merge as by the server itself, all in all', async () => {
    const at = few(8);
    const other = at.gateway.addServer({ name: 'other', driver: new FakeDriver() });
    const members = [{ server: at.server }, { server: other }];
    const mount = at.gateway.merge({ name: 'both/', members });
    for (const session of await many(at, 'ann', 5)) session.receive(call(1));
    for (let n = 0; n < 9; n++) {
      const session = openSession(at, { principal: 'ann', mount });
      session.receive(hello());
      session.receive(call(1, 'tools/list', {}));
      await turn();
    }
    expect(holders(at)).toEqual(Array.from({ length: 6 }, () => 'ann'));
  });
});

it('[FAIR-ALONE] where everybody is one caller, it has all', async () => {
  const at = few(4, false);
  await many(at, 'anybody', 4);
  expect(alive(at)).toHaveLength(4);
});

describe('[FAIR-RESTED] where all conversations are taken', () => {
  it('the one that rests longest of who has most is ended for who has fewer, and begun again when it is needed', async () => {
    const at = few(4);
    const [first, second] = await many(at, 'ann', 3);
    at.runtime.advance(10);
    await begun(at, 'ben');
    at.runtime.advance(2_000);
    second?.receive(call(1));
    at.driver.link.answers(at.driver.links[1]?.last.id ?? 0);
    await turn();
    at.runtime.advance(500);
    await begun(at, 'cem');
    expect(at.driver.links.map(({ hasEnded }) => hasEnded)).toEqual([true, false, false, false, false]);
    expect(first?.isClosed).toBe(false);
    // Ann has two, Ben and Cem one each: nobody has one to spare for her, and she is told so by the server alone.
    first?.receive(call(7));
    await turn();
    expect(at.driver.links.slice(1, 5).some(({ hasEnded }) => hasEnded)).toBe(false);
    expect(at.driver.links[5]?.methods[0]).toBe('initialize');
  });

  it('[FAIR-BUSY] none is ended in which something is asked or listened for', async () => {
    const at = few(4);
    const [first, second, third] = await many(at, 'ann', 3);
    const other = await begun(at, 'ben');
    other.receive(call(4));
    first?.receive(call(1));
    second?.receive(call(2, 'resources/subscribe', { uri: 'file:///a' }));
    await turn();
    at.driver.links[1]?.answers(at.driver.links[1]?.last.id ?? 0);
    third?.receive(call(3));
    at.runtime.advance(60_000);
    await begun(at, 'cem');
    expect(at.driver.links.slice(0, 4).map(({ hasEnded }) => hasEnded)).toEqual([false, false, false, false]);
  });

  it('none is ended for a caller that has as many', async () => {
    const at = few(4);
    await many(at, 'ann', 2);
    await many(at, 'ben', 2);
    at.runtime.advance(60_000);
    await begun(at, 'ann');
    expect(at.driver.links.slice(0, 4).some(({ hasEnded }) => hasEnded)).toBe(false);
  });
});

it('[FAIR-UNCLAIMED] one whose client never came back is ended for anybody who needs its place', async () => {
  const at = few(2, false);
  for (let n = 0; n < 2; n++) {
    const silent = openSession(at);
    silent.patience.awaitClaim();
    silent.receive(hello());
    await turn();
  }
  at.runtime.advance(1_000);
  await begun(at, 'anybody');
  expect(at.driver.links.slice(0, 2).map(({ hasEnded }) => hasEnded)).toEqual([false, false]);
  at.runtime.advance(6_000);
  await begun(at, 'anybody');
  expect(at.driver.links.slice(0, 2).map(({ hasEnded }) => hasEnded)).toEqual([true, false]);
});
