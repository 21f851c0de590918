import { describe, expect, test } from 'vitest';
import {
  ACCEPTED,
  ALL,
  asks,
  Caller,
  comesBack,
  FORM,
  QUESTION,
  seatWorld,
  sentOf,
  turn,
} from './support.ts';

const LIST = { method: 'tools/list', params: {} };

describe('seats at a legacy server', () => {
  test('[SEAT-POOL] calls that cannot be asked share one conversation', async () => {
    const at = seatWorld();
    const callers = [asks(at, LIST), asks(at, LIST), asks(at, { can: {} }), asks(at, { ...LIST, id: 2 })];
    await Promise.all(callers);
    expect(at.driver.opens).toBe(1);
    expect(at.driver.link.calls).toHaveLength(4);
  });

  test('[SEAT-POOL] one that may be asked has a conversation to itself, which is used again', async () => {
    const at = seatWorld();
    await asks(at, { can: FORM });
    await asks(at, { can: FORM });
    expect(at.driver.opens).toBe(2);
    const [first, second] = at.driver.links;
    for (const link of [first, second]) link?.answers(link.last.id);
    await asks(at, { can: FORM });
    expect(at.driver.opens).toBe(2);
    expect(second?.calls).toHaveLength(2);
  });

  test('[SEAT-POOL] one client that does one thing after the other has one conversation for all', async () => {
    const at = seatWorld();
    at.driver.answersCalls = true;
    for (const asking of [{ method: 'server/discover', params: {} }, LIST, {}, LIST, {}])
      await asks(at, { ...asking, can: FORM });
    expect(at.driver.opens).toBe(1);
    at.driver.answersCalls = false;
    const { link } = at.driver;
    await asks(at, { can: FORM });
    await asks(at, { ...LIST, can: FORM });
    expect(at.driver.opens).toBe(2);
    link.asks(1, 'elicitation/create', QUESTION);
    at.driver.link.asks(2, 'elicitation/create', QUESTION);
    expect(at.driver.link.last).toMatchObject({ id: 2, error: { code: -32601 } });
    expect(link.last).toMatchObject({ method: 'tools/call' });
  });

  test('[SEAT-POOL] nobody shares one with another principal, other headers or other abilities', async () => {
    const at = seatWorld({ server: { forwardHeaders: ['x-team'] } });
    at.driver.answersCalls = true;
    await asks(at, { ...LIST, as: 'ann' });
    await asks(at, { ...LIST, as: 'ben' });
    await asks(at, { ...LIST, as: 'ann', forwarded: { 'x-team': 'a' } });
    await asks(at, { ...LIST, as: 'ann', can: { roots: {} } });
    expect(at.driver.links.map(({ context }) => [context.principal, context.forwarded])).toEqual([
      ['ann', undefined],
      ['ben', undefined],
      ['ann', { 'x-team': 'a' }],
      ['ann', undefined],
    ]);
    await asks(at, { ...LIST, as: 'ann', can: { roots: {}, odd: 1 }, forwarded: { 'x-other': 'b' } });
    expect(at.driver.opens).toBe(4);
  });

  test('[SEAT-POOL] a shared server is asked by all in its one conversation, which asks nobody', async () => {
    const at = seatWorld({ server: { sharing: 'shared' } });
    for (const as of ['ann', 'ben']) await asks(at, { as, can: ALL });
    expect(at.driver.opens).toBe(1);
    at.driver.link.asks(1, 'roots/list');
    expect(at.driver.link.last).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  test('[SEAT-CROSSED] answers and questions of many at once reach their own callers', async () => {
    const at = seatWorld({ settings: { seatsPerPool: 10 } });
    const callers: Caller[] = [];
    for (let n = 0; n < 10; n++)
      callers.push(await asks(at, { id: `c${n}`, params: { name: `t${n}` }, can: FORM }));
    const named = at.driver.links.map((link) => [link, String(link.last.params?.['name'])] as const);
    for (const [link, name] of named.toReversed())
      link.asks('same', 'elicitation/create', { ...QUESTION, message: name });
    at.runtime.advance(5);
    const back: Caller[] = [];
    for (const [n, { input }] of callers.entries()) {
      const [key] = input.keys as [string];
      expect(input.requests[key]?.params['message']).toBe(`t${n}`);
      const answer = { [key]: { action: 'accept', content: { n } } };
      back.unshift(await comesBack(at, input, answer, { id: `r${n}`, params: { name: `t${n}` } }));
    }
    for (const [link, name] of named) {
      expect(link.last).toMatchObject({ id: 'same', result: { content: { n: Number(name.slice(1)) } } });
      link.answers(sentOf(link, 'tools/call')[0]?.id, { name });
    }
    for (const [n, { answered }] of back.toReversed().entries())
      expect(answered).toMatchObject({ id: `r${n}`, result: { name: `t${n}` } });
  });

  test('[SEAT-QUEUE] what may be asked waits in order where all conversations are in use', async () => {
    const at = seatWorld({ settings: { seatsPerPool: 2 } });
    const [, , third, fourth] = [1, 2, 3, 4].map((id) => new Caller(at, { id, can: FORM }));
    await turn();
    expect(at.driver.opens).toBe(2);
    const [first, second] = at.driver.links;
    second?.answers(second.last.id, { n: 2 });
    first?.answers(first.last.id, { n: 1 });
    await turn();
    second?.answers(second.last.id, { n: 3 });
    first?.answers(first.last.id, { n: 4 });
    expect([third?.result, fourth?.result]).toMatchObject([{ n: 3 }, { n: 4 }]);
    // What cannot be asked does not wait for them.
    for (const id of [5, 6]) await asks(at, { id, can: FORM });
    await asks(at, { ...LIST, can: FORM });
    expect(at.driver.opens).toBe(3);
  });

  test('[SEAT-QUEUE] is bounded in number and in time, and left by who goes away', async () => {
    const at = seatWorld({
      settings: { seatsPerPool: 1, seatsAwaited: 2, seatWaitMs: 1_000, requestMs: 9_000 },
    });
    await asks(at, { can: FORM });
    const gone = await asks(at, { can: FORM });
    const late = await asks(at, { can: FORM });
    expect((await asks(at, { can: FORM })).word).toBe('upstream_busy');
    gone.call.cancel('gone');
    const next = await asks(at, { can: FORM });
    expect(next.answers).toEqual([]);
    at.runtime.advance(1_000);
    expect([late.word, next.word]).toEqual(['upstream_busy', 'upstream_busy']);
    expect(gone.answers).toEqual([]);
    expect(at.driver.link.calls).toHaveLength(1);
  });

  test('[SEAT-ROOM] a server with few links gets room by closing what nobody uses', async () => {
    const at = seatWorld({ maxLinks: 2 });
    at.driver.answersCalls = true;
    for (const as of ['ann', 'ben', 'cid']) {
      await asks(at, { as, can: FORM });
      expect(at.driver.alive).toBeLessThanOrEqual(2);
    }
    expect(at.driver.opens).toBe(3);
    expect(at.driver.links[0]?.hasEnded).toBe(true);
  });

  test('[SEAT-ROOM] one principal cannot take all links', async () => {
    const at = seatWorld({ maxLinks: 4 });
    for (let n = 0; n < 5; n++) await asks(at, { as: 'ann', can: FORM });
    expect(at.driver.opens).toBe(3);
    await asks(at, { as: 'ben', can: FORM });
    expect(at.driver.opens).toBe(4);
  });

  test('[SEAT-ROOM] a server that has no room just now is waited for while others are in use', async () => {
    const at = seatWorld({ settings: { seatWaitMs: 10_000 } });
    await asks(at, { as: 'ann', can: FORM });
    const ann = at.driver.link;
    at.driver.fault = { code: 'too-many-processes', message: 'There are too many.' };
    const ben = await asks(at, { as: 'ben', can: FORM });
    expect(ben.answers).toEqual([]);
    at.runtime.advance(250);
    await turn();
    expect(ben.answers).toEqual([]);
    at.driver.fault = undefined;
    ann.answers(ann.last.id);
    at.runtime.advance(250);
    await turn();
    at.driver.link.answers(at.driver.link.last.id, { n: 1 });
    expect(ben.result).toMatchObject({ n: 1 });
    expect(ben.answers).toHaveLength(1);
  });

  test('[SEAT-ROOM] where it has no room for anybody, that is said at once', async () => {
    const at = seatWorld();
    at.driver.fault = { code: 'too-many-processes', message: 'There are too many.' };
    expect((await asks(at, { can: FORM })).word).toBe('upstream_busy');
  });

  test('[SEAT-IDLE] a conversation that nobody uses is closed after a while', async () => {
    const at = seatWorld({ settings: { statelessIdleMs: 1_000 } });
    at.driver.answersCalls = true;
    await asks(at, { can: FORM });
    await asks(at, LIST);
    at.runtime.advance(999);
    expect(at.driver.alive).toBe(2);
    at.runtime.advance(1);
    expect(at.driver.alive).toBe(0);
    await asks(at, { can: FORM });
    expect(at.driver.opens).toBe(3);
  });

  test('[SEAT-SPOILT] one whose call was left by its client is closed: no late question meets another call', async () => {
    const at = seatWorld();
    const caller = await asks(at, { can: FORM });
    const left = at.driver.link;
    caller.call.cancel('gone');
    expect(left.methods).toContain('notifications/cancelled');
    const next = await asks(at, { can: FORM });
    expect(at.driver.opens).toBe(2);
    left.asks('late', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(next.answers).toEqual([]);
    expect(left.hasEnded).toBe(true);
  });

  test('[SEAT-SPOILT] one that was lost is not used again', async () => {
    const at = seatWorld();
    const caller = await asks(at);
    at.driver.link.end();
    expect(caller.word).toBe('upstream_exited');
    at.driver.handshake = { protocolVersion: '2025-11-25', capabilities: { prompts: {} }, serverInfo: {} };
    const discovered = await asks(at, { method: 'server/discover', params: {} });
    expect(discovered.result).toMatchObject({ capabilities: { prompts: {} } });
  });

  test('[SEAT-CLOSED] a server that is taken out ends them, what waits, and what is parked', async () => {
    const at = seatWorld({ settings: { seatsPerPool: 1 } });
    const running = await asks(at, { can: FORM });
    const waiting = await asks(at, { can: FORM });
    await at.gateway.removeServer('srv');
    expect([running.word, waiting.word]).toEqual(['session_closed', 'session_closed']);
    expect(at.driver.alive).toBe(0);
    expect(at.gateway.inFlight).toBe(0);
    expect(at.driver.opens).toBe(1);
  });

  test('[SEAT-CLOSED] a key that is gone keeps nothing open, and others theirs', async () => {
    const at = seatWorld();
    const [ann, ben] = [await asks(at, { as: 'ann', can: FORM }), await asks(at, { as: 'ben', can: FORM })];
    at.driver.links[0]?.asks(1, 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    at.gateway.closeUnless((principal) => principal !== 'ann');
    expect(at.driver.links.map(({ hasEnded }) => hasEnded)).toEqual([true, false]);
    expect(at.gateway.seats.parking.size).toBe(0);
    expect(ben.answers).toEqual([]);
    const back = await comesBack(at, ann.input, { [ann.input.keys[0] as string]: ACCEPTED }, { as: 'ann' });
    expect(back.word).toBe('bad_request_state');
  });

  test('[SEAT-CLOSED] the end of the gateway leaves no timer behind', async () => {
    const at = seatWorld({ settings: { seatsPerPool: 1 } });
    const parked = await asks(at, { can: FORM });
    at.driver.link.asks(1, 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    expect(parked.input.keys).toHaveLength(1);
    await asks(at, { can: FORM });
    await asks(at, LIST);
    await at.gateway.close();
    expect(at.driver.alive).toBe(0);
    expect(at.runtime.timers).toBe(0);
  });
});
