/** Callers who take more of a server than is theirs. */
import { describe, expect, test } from 'vitest';
import { asks, Caller, FORM, seatWorld, turn } from './support.ts';

/** Able to do something else each time, so that no two may have the same conversation. */
const able = (n: number) => ({ experimental: { [`x${n}`]: {} } });
const LISTEN = {
  method: 'subscriptions/listen',
  params: { notifications: { toolsListChanged: true } },
} as const;

describe('one caller', () => {
  test.each([
    [5, 4],
    [8, 7],
    [32, 28],
  ])(
    '[BRKM-SHARE] of a server with %i links has %i at most, whatever it uses them for',
    async (maxLinks, most) => {
      const at = seatWorld({ maxLinks });
      for (let n = 0; n < maxLinks; n++) await asks(at, { can: FORM });
      for (let n = 0; n < maxLinks; n++) await asks(at, { ...LISTEN, can: able(n) });
      expect(at.driver.opens).toBe(most);
      const ben = await asks(at, { as: 'ben' });
      at.driver.link.answers(at.driver.link.last.id, { n: 1 });
      expect(ben.result).toMatchObject({ n: 1 });
    },
  );

  test.each([
    [1, 1],
    [2, 1],
    [4, 3],
  ])(
    '[BRKM-SHARE] with %i links has %i for what may be asked, and the last one for what may not',
    async (maxLinks, most) => {
      const at = seatWorld({ maxLinks });
      for (let n = 0; n < maxLinks; n++) await asks(at, { can: FORM });
      expect(at.driver.opens).toBe(most);
      const list = await asks(at, { method: 'tools/list', params: {}, can: FORM });
      if (maxLinks === 1) return expect(list.answers).toEqual([]);
      at.driver.link.answers(at.driver.link.last.id, { tools: [] });
      expect(list.result).toMatchObject({ tools: [] });
    },
  );

  test('[BRKM-SHARE] takes no room from others where one conversation serves all', async () => {
    const at = seatWorld({ maxLinks: 2, server: { sharing: 'shared' } });
    const callers = await Promise.all([1, 2, 3, 4].map((n) => asks(at, { ...LISTEN, as: `p${n}` })));
    for (const { events } of callers) expect(events).toHaveLength(1);
    expect(at.driver.opens).toBe(1);
  });

  test('[BRKM-QUEUE] fills its own part of the queue, and nobody else’s', async () => {
    const settings = { seatsAwaited: 5, seatsAwaitedPerPrincipal: 3 };
    const at = seatWorld({ maxLinks: 2, settings });
    for (let n = 0; n < 4; n++) expect(new Caller(at, { as: 'ann', can: FORM }).word).toBeUndefined();
    expect(new Caller(at, { as: 'ann', can: FORM }).word).toBe('upstream_busy');
    const bens = [1, 2, 3].map(() => new Caller(at, { as: 'ben', can: FORM }));
    expect(new Caller(at, { as: 'cid', can: FORM }).word).toBe('upstream_busy');
    await turn();
    expect(bens.map(({ word }) => word)).toEqual([undefined, undefined, undefined]);
    // What waits no longer leaves its place.
    bens[2]?.call.cancel('gone');
    expect(new Caller(at, { as: 'cid', can: FORM }).word).toBeUndefined();
  });
});

describe('a call that may be asked', () => {
  test('[SEAT-CROSSED] runs beside no other call: a question must not be taken for one of that', async () => {
    const at = seatWorld();
    const list = await asks(at, { id: 1, method: 'tools/list', params: {}, can: FORM });
    await asks(at, { id: 2, can: FORM });
    expect(at.driver.links.map(({ calls }) => calls.map(({ method }) => method))).toEqual([
      ['tools/list'],
      ['tools/call'],
    ]);
    at.driver.links[0]?.answers(at.driver.links[0].last.id);
    expect(list.answers).toHaveLength(1);
  });

  test('[SEAT-SPOILT] and was called off leaves its conversation to those who listen there, and to no other call', async () => {
    const at = seatWorld();
    const listener = await asks(at, { ...LISTEN, can: FORM });
    const { call } = await asks(at, { can: FORM });
    const [watched] = at.driver.links;
    expect(watched?.last.method).toBe('tools/call');
    call.cancel('gone');
    await asks(at, { can: FORM });
    await asks(at, { method: 'tools/list', params: {}, can: FORM });
    expect(at.driver.links).toHaveLength(3);
    expect(watched?.last.method).toBe('notifications/cancelled');
    expect(watched?.hasEnded).toBe(false);
    expect(listener.answers).toEqual([]);
  });
});
