import { describe, expect, test } from 'vitest';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import { turn, type Wire } from '../support.ts';
import { DISCOVERED, greeted, hello, type ModernWorld } from './as-legacy-world.ts';

const UPDATED = 'notifications/resources/updated';
const TOOLS = 'notifications/tools/list_changed';
const ONLY_URIS = { ...DISCOVERED, capabilities: { resources: { subscribe: true } } };

function listens(at: ModernWorld): Wire[] {
  return at.raw.sent.filter(({ method }) => method === 'subscriptions/listen');
}

function filterOf(wire: Wire | undefined): unknown {
  return wire?.params?.['notifications'];
}

function tells(
  at: ModernWorld,
  subscription: unknown,
  method: string,
  params: object = {},
  meta: object = {},
): void {
  at.raw.notifies(method, { ...params, _meta: { ...meta, [META_KEYS.subscription]: subscription } });
}

/** The server agrees to the latest one, or to a part of it. */
function agrees(at: ModernWorld, notifications = filterOf(listens(at).at(-1))): number {
  const id = Number(listens(at).at(-1)?.id);
  tells(at, id, 'notifications/subscriptions/acknowledged', { notifications });
  return id;
}

function calledOff(at: ModernWorld): unknown[] {
  const cancelled = at.raw.sent.filter(({ method }) => method === 'notifications/cancelled');
  return cancelled.map(({ params }) => params?.['requestId']);
}

async function subscribed(at: ModernWorld, id: number, uri: string): Promise<number> {
  at.ask(id, 'resources/subscribe', { uri });
  const number = agrees(at);
  await turn();
  expect(at.heard.answer(id)?.result).toEqual({});
  return number;
}

describe('lists that change', () => {
  test('[ASLEG-CHANGED] those that the server tells of are listened to once the client is ready', async () => {
    const at = await greeted();
    expect(listens(at)).toEqual([]);
    at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(filterOf(listens(at)[0])).toEqual({ toolsListChanged: true, resourcesListChanged: true });
    const id = agrees(at);
    tells(at, id, TOOLS);
    tells(at, id, 'notifications/resources/list_changed', { x: 1 }, { trace: 2 });
    expect(at.heard.told).toEqual([
      { jsonrpc: '2.0', method: TOOLS, params: {} },
      {
        jsonrpc: '2.0',
        method: 'notifications/resources/list_changed',
        params: { x: 1, _meta: { trace: 2 } },
      },
    ]);
    const silent = await greeted({}, hello(), { ...DISCOVERED, capabilities: { tools: {} } });
    silent.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(listens(silent)).toEqual([]);
  });

  test('[ASLEG-UNASKED] what was not asked for, or belongs to no subscription, is dropped', async () => {
    const at = await greeted();
    at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const id = Number(listens(at)[0]?.id);
    tells(at, id, TOOLS);
    agrees(at);
    tells(at, id, 'notifications/prompts/list_changed');
    tells(at, id, UPDATED, { uri: 'a:b' });
    tells(at, id + 7, TOOLS);
    tells(at, `${id}`, TOOLS);
    at.raw.notifies(TOOLS);
    expect(at.heard.told).toEqual([]);
    expect(at.notes).toEqual(Array.from({ length: 6 }, () => 'unasked'));
    // Over HTTP the stream says whose it is.
    at.raw.notifies(TOOLS, {}, id);
    expect(at.heard.told).toHaveLength(1);
  });
});

describe('subscriptions', () => {
  test('[ASLEG-SUBSCRIBE] each opens another one, and ends the old when the new one is acknowledged', async () => {
    const at = await greeted({}, hello(), ONLY_URIS);
    at.ask(3, 'resources/subscribe', { uri: 'a:1' });
    await turn();
    expect(at.heard.answer(3)).toBeUndefined();
    const first = agrees(at);
    await turn();
    expect(at.heard.answer(3)?.result).toEqual({});
    tells(at, first, UPDATED, { uri: 'a:1' });
    expect(at.heard.told).toEqual([{ jsonrpc: '2.0', method: UPDATED, params: { uri: 'a:1' } }]);
    at.ask(4, 'resources/subscribe', { uri: 'a:2' });
    expect(filterOf(listens(at)[1])).toEqual({ resourceSubscriptions: ['a:1', 'a:2'] });
    tells(at, first, UPDATED, { uri: 'a:1' });
    expect(at.heard.told).toHaveLength(2);
    expect(calledOff(at)).toEqual([]);
    const second = agrees(at);
    // What happens now is told on both, in any order, and counts once; what is still under way on the old one, too.
    for (const id of [first, second, second, first, first]) tells(at, id, UPDATED, { uri: 'a:1' });
    expect(at.heard.told).toHaveLength(5);
    expect(calledOff(at)).toEqual([]);
    at.runtime.advance(1_000);
    expect(calledOff(at)).toEqual([first]);
    expect(at.raw.abandoned).toEqual([first]);
    tells(at, first, UPDATED, { uri: 'a:1' });
    tells(at, second, UPDATED, { uri: 'a:2' });
    tells(at, second, UPDATED, { uri: 'a:3' });
    expect(at.heard.told.slice(5).map(({ params }) => params?.['uri'])).toEqual(['a:2']);
    at.ask(5, 'resources/subscribe', { uri: 'a:2' });
    await turn();
    expect(at.heard.answer(5)?.result).toEqual({});
    expect(listens(at)).toHaveLength(2);
  });

  test('[ASLEG-SUBSCRIBE] those that come while one is opened are asked for together', async () => {
    const at = await greeted({}, hello(), ONLY_URIS);
    for (const id of [3, 4, 5]) at.ask(id, 'resources/subscribe', { uri: `a:${id}` });
    expect(listens(at)).toHaveLength(1);
    agrees(at);
    expect(listens(at)).toHaveLength(2);
    agrees(at);
    await turn();
    expect(listens(at)).toHaveLength(2);
    for (const id of [3, 4, 5]) expect(at.heard.answer(id)?.result).toEqual({});
  });

  test('[ASLEG-UNSUBSCRIBE] what is unsubscribed from is left out, and nothing is listened to without need', async () => {
    const at = await greeted({}, hello(), ONLY_URIS);
    await subscribed(at, 3, 'a:1');
    const both = await subscribed(at, 4, 'a:2');
    at.ask(5, 'resources/unsubscribe', { uri: 'a:1' });
    await turn();
    expect(at.heard.answer(5)?.result).toEqual({});
    expect(filterOf(listens(at).at(-1))).toEqual({ resourceSubscriptions: ['a:2'] });
    const last = agrees(at);
    tells(at, both, UPDATED, { uri: 'a:1' });
    expect(at.heard.told).toEqual([]);
    at.runtime.advance(1_000);
    expect(calledOff(at)).toContain(both);
    at.ask(6, 'resources/unsubscribe', { uri: 'a:2' });
    at.ask(7, 'resources/unsubscribe', { uri: 'a:9' });
    await turn();
    at.runtime.advance(1_000);
    expect(calledOff(at).at(-1)).toBe(last);
    expect(listens(at)).toHaveLength(3);
    expect([6, 7].map((id) => at.heard.answer(id)?.result)).toEqual([{}, {}]);
  });

  test('[ASLEG-NO-SUBSCRIBE] are refused where the server does not offer them, does not agree, or there are too many', async () => {
    const none = await greeted({}, hello(), { ...DISCOVERED, capabilities: { resources: {} } });
    none.ask(3, 'resources/subscribe', { uri: 'a:1' });
    await turn();
    expect(none.heard.answer(3)?.error?.code).toBe(-32601);
    const at = await greeted({ limits: { uris: 2 } }, hello(), ONLY_URIS);
    at.ask(3, 'resources/subscribe', {});
    at.ask(4, 'resources/subscribe', { uri: 'a:1' });
    agrees(at, { resourceSubscriptions: [] });
    at.ask(5, 'resources/subscribe', { uri: 'a:2' });
    at.raw.says({ jsonrpc: '2.0', id: listens(at).at(-1)?.id, error: { code: -32602, message: 'no' } });
    await turn();
    expect([3, 4, 5].map((id) => at.heard.answer(id)?.error?.code)).toEqual([-32602, -32602, -32602]);
    await subscribed(at, 6, 'a:3');
    await subscribed(at, 7, 'a:4');
    at.ask(8, 'resources/subscribe', { uri: 'a:5' });
    await turn();
    expect(at.heard.answer(8)?.error?.code).toBe(-32602);
    at.runtime.advance(1_000);
    expect(at.runtime.timers).toBe(0);
  });
});

describe('listening that ends', () => {
  test('[ASLEG-AGAIN] is begun again, each time after a longer wait', async () => {
    const limits = { firstWaitMs: 100, longestWaitMs: 300 };
    const at = await greeted({ limits }, hello(), ONLY_URIS);
    let id = await subscribed(at, 3, 'a:1');
    const waits: number[] = [];
    const ends: ((id: number) => void)[] = [
      (id) => at.raw.answers(id, { resultType: 'complete' }),
      (id) => at.raw.events.failed(id, { code: 'cut', message: 'm' }, false),
      (id) => at.raw.notifies('notifications/cancelled', { requestId: id }),
      (id) => at.raw.answers(id),
    ];
    for (const end of ends) {
      const before = listens(at).length;
      end(id);
      waits.push(at.runtime.nextIn);
      expect(listens(at)).toHaveLength(before);
      at.runtime.advance(at.runtime.nextIn);
      expect(filterOf(listens(at)[before])).toEqual({ resourceSubscriptions: ['a:1'] });
      id = agrees(at);
    }
    expect(waits).toEqual([100, 200, 300, 300]);
    // One that stood for long was well.
    at.runtime.advance(60_000);
    at.raw.answers(id);
    expect(at.runtime.nextIn).toBe(100);
    await at.link.close();
    expect(at.runtime.timers).toBe(0);
  });

  test('[ASLEG-MISSED] once it is begun again, what may have been missed is announced', async () => {
    const at = await greeted();
    at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    agrees(at);
    await subscribed(at, 3, 'a:1');
    at.runtime.advance(1_000);
    expect(at.heard.told).toEqual([]);
    at.raw.answers(listens(at).at(-1)?.id);
    at.ask(4, 'resources/subscribe', { uri: 'a:2' });
    agrees(at);
    await turn();
    expect(at.heard.told).toEqual([
      { jsonrpc: '2.0', method: TOOLS, params: {} },
      { jsonrpc: '2.0', method: 'notifications/resources/list_changed', params: {} },
      { jsonrpc: '2.0', method: UPDATED, params: { uri: 'a:1' } },
    ]);
  });

  test('[ASLEG-OLD] few old ones are still heard while what is wanted changes again and again', async () => {
    const at = await greeted({}, hello(), ONLY_URIS);
    for (let id = 1; id <= 6; id++) await subscribed(at, id, `a:${id}`);
    expect(calledOff(at)).toHaveLength(2);
    await at.link.close();
    expect(at.runtime.timers).toBe(0);
  });

  test('[ASLEG-AGAIN] before it began keeps who subscribed waiting, but not for ever', async () => {
    const at = await greeted({ limits: { firstWaitMs: 100 } }, hello(), ONLY_URIS);
    at.ask(3, 'resources/subscribe', { uri: 'a:1' });
    const fails = () =>
      at.raw.events.failed(Number(listens(at).at(-1)?.id), { code: 'cut', message: 'm' }, true);
    fails();
    at.runtime.advance(100);
    expect(listens(at)).toHaveLength(2);
    agrees(at);
    await turn();
    expect(at.heard.answer(3)?.result).toEqual({});
    at.ask(4, 'resources/subscribe', { uri: 'a:2' });
    for (let failure = 0; failure < 8; failure++) {
      fails();
      at.runtime.advance(60_000);
    }
    await turn();
    expect(at.heard.answer(4)?.error?.code).toBe(-32602);
  });
});
