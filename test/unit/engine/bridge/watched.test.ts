import { describe, expect, test } from 'vitest';
import type { SeatWatcher } from '../../../../src/engine/bridge/seat-host.ts';
import type { Seat } from '../../../../src/engine/bridge/seat.ts';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import type { Message } from '../../../../src/protocol/message.ts';
import { asks, Caller, seatWorld, sentOf, turn } from './support.ts';

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

  test('[SEAT-WATCH] is where the calls of its caller run first, be it that they may be asked', async () => {
    const at = seatWorld();
    const [seat, watcher] = [commonSeat(at), new Watcher()];
    seat.watch(watcher);
    await turn();
    const { link } = at.driver;
    link.answers(link.last.id);
    for (const _ of [1, 2]) await asks(at, { meta: { [META_KEYS.logLevel]: 'error' } });
    expect(at.driver.links.map(({ last }) => last.method)).toEqual(['tools/call', 'tools/call']);
    at.driver.link.notifies('notifications/tools/list_changed');
    at.driver.link.notifies('notifications/resources/updated', { uri: 'a:b' });
    link.notifies('notifications/prompts/list_changed');
    expect(watcher.heard).toEqual(['notifications/tools/list_changed', 'notifications/prompts/list_changed']);
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
