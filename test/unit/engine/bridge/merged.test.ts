import { describe, expect, test } from 'vitest';
import type { SeatWatcher } from '../../../../src/engine/bridge/seat-host.ts';
import type { Seat } from '../../../../src/engine/bridge/seat.ts';
import type { Message } from '../../../../src/protocol/message.ts';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import { type Has, Lister } from '../merge/support.ts';
import { ACCEPTED, asks, Caller, comesBack, FORM, QUESTION, seatWorld, sentOf, turn } from './support.ts';

/** Two legacy servers as one mount. */
function merged(a: Has, b: Has) {
  const at = seatWorld();
  const drivers = { a: new Lister(a, 'a'), b: new Lister(b, 'b') };
  const members = (['a', 'b'] as const).map((name) => ({
    server: at.gateway.addServer({ name, driver: drivers[name] }),
  }));
  return { ...at, ...drivers, mount: at.gateway.merge({ name: '/', members }) };
}

describe('a modern client at several legacy servers seen as one', () => {
  test('[SEAT-MERGED] is told what they are together, and what all of them have', async () => {
    const at = merged({ tools: ['x', 'y'] }, { tools: ['y', 'z'] });
    const { mount } = at;
    const discovered = await asks(at, { mount, method: 'server/discover', params: {} });
    expect(discovered.result).toMatchObject({ capabilities: { tools: { listChanged: true } } });
    const { result } = await asks(at, { mount, method: 'tools/list', params: {} });
    expect(result).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
    const tools = result?.['tools'] as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(['x', 'a__y', 'b__y', 'z']);
  });

  test('[SEAT-MERGED] has its calls done by who has what they are about, and is asked by that one', async () => {
    const at = merged({ tools: ['x', 'y'] }, { tools: ['y', 'z'] });
    const { mount } = at;
    at.b.script = (({ method }) =>
      method === 'tools/list'
        ? { result: { tools: [{ name: 'y' }, { name: 'z' }] } }
        : undefined) as Lister['script'];
    const caller = await asks(at, { mount, can: FORM, params: { name: 'b__y', arguments: { n: 1 } } });
    const link = at.b.links.find((one) => sentOf(one, 'tools/call').length > 0);
    if (!link) throw new Error('The call did not reach its server.');
    expect(link.last.params).toEqual({ name: 'y', arguments: { n: 1 } });
    const id = link.last.id;
    link.asks('q', 'elicitation/create', QUESTION);
    at.runtime.advance(5);
    const params = { name: 'b__y', arguments: { n: 1 } };
    const answers = { [caller.input.keys[0] as string]: ACCEPTED };
    const back = await comesBack(at, caller.input, answers, { mount, params });
    expect(link.last).toMatchObject({ id: 'q', result: ACCEPTED });
    link.answers(id, { content: [] });
    expect(back.result).toMatchObject({ content: [], resultType: 'complete' });
  });

  test('[SEAT-MERGED] reads what is not there in the numbers of its era', async () => {
    const at = merged({ resources: ['a:x'] }, {});
    const params = { uri: 'b:y' };
    const { answers } = await asks(at, { mount: at.mount, method: 'resources/read', params });
    expect(answers[0]).toMatchObject({ code: -32602 });
  });

  test('[SEAT-MERGED] hears log lines of the server that has its tool', async () => {
    const at = merged({ tools: ['x'] }, { tools: ['z'] });
    at.a.script = (({ method }) =>
      method === 'tools/list' ? { result: { tools: [{ name: 'x' }] } } : undefined) as Lister['script'];
    const meta = { [META_KEYS.logLevel]: 'info' };
    const caller = await asks(at, { mount: at.mount, params: { name: 'x' }, meta });
    const link = at.a.links.find((one) => sentOf(one, 'tools/call').length > 0);
    expect(link?.calls.map(({ method }) => method)).toContain('logging/setLevel');
    link?.notifies('notifications/message', { level: 'info', data: 'a' });
    link?.notifies('notifications/message', { level: 'debug', data: 'b' });
    expect(caller.events.map(({ params }) => params?.['data'])).toEqual(['a']);
  });
});

class Watcher implements SeatWatcher {
  readonly heard: string[] = [];
  announced({ method, target }: Message): void {
    this.heard.push(target === undefined ? method : `${method} ${target}`);
  }
  lost(): void {
    this.heard.push('lost');
  }
  closed(): void {
    this.heard.push('closed');
  }
}

/** The common seat of a caller. */
function commonSeat(at: ReturnType<typeof seatWorld>): Seat {
  const { call } = new Caller(at, { method: 'tools/list', params: {} });
  let common: Seat | undefined;
  at.gateway.seats.common(call, { take: (seat) => (common = seat), refuse: () => undefined });
  if (!common) throw new Error('There is no seat.');
  return common;
}

describe('a common seat', () => {
  test('[SEAT-WATCH] tells who watches it what the server announces, and stays open for that', async () => {
    const at = seatWorld({ settings: { statelessIdleMs: 1_000 } });
    at.driver.answersCalls = true;
    const [seat, watcher] = [commonSeat(at), new Watcher()];
    seat.watch(watcher);
    await turn();
    const agreed: unknown[] = [];
    seat.subscribe('a:b', (failure) => agreed.push(failure));
    expect(agreed).toEqual([undefined]);
    at.runtime.advance(10_000);
    const { link } = at.driver;
    link.notifies('notifications/tools/list_changed');
    link.notifies('notifications/resources/updated', { uri: 'a:b' });
    link.notifies('notifications/message', { level: 'error', data: 1 });
    expect(watcher.heard).toEqual([
      'notifications/tools/list_changed',
      'notifications/resources/updated a:b',
    ]);
    seat.unsubscribe('a:b');
    expect(link.last).toMatchObject({ method: 'resources/unsubscribe', params: { uri: 'a:b' } });
    seat.unwatch(watcher);
    at.runtime.advance(1_000);
    expect(link.hasEnded).toBe(true);
  });

  test('[SEAT-WATCH] is opened again, in the same terms, where it was lost; its end is told', async () => {
    const at = seatWorld();
    at.driver.answersCalls = true;
    const [seat, watcher] = [commonSeat(at), new Watcher()];
    seat.watch(watcher);
    await turn();
    seat.subscribe('a:b', () => undefined);
    at.runtime.advance(1_000);
    at.driver.link.end();
    at.runtime.advance(100);
    await turn();
    expect(at.driver.opens).toBe(2);
    expect(sentOf(at.driver.link, 'resources/subscribe')).toMatchObject([{ params: { uri: 'a:b' } }]);
    await at.gateway.removeServer('srv');
    expect(watcher.heard).toEqual(['lost', 'closed']);
  });

  test('[SEAT-WATCH] says why a subscription is refused', async () => {
    const at = seatWorld();
    at.driver.script = ({ method }) =>
      method === 'resources/subscribe' ? { error: { code: -32602, message: 'No.' } } : undefined;
    const seat = commonSeat(at);
    await turn();
    const told: unknown[] = [];
    seat.subscribe('a:b', (failure) => told.push(failure?.word));
    expect(told).toEqual(['upstream_failed']);
    expect(seat.subscriptions.size).toBe(0);
  });
});
