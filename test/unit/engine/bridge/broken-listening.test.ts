/** Modern servers that are listened to, and do not do their part. */
import { describe, expect, test } from 'vitest';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import { turn, type Wire } from '../support.ts';
import { greeted, type ModernWorld } from './as-legacy-world.ts';

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await turn();
}

function sent(at: ModernWorld, method: string): Wire[] {
  return at.raw.sent.filter((wire) => wire.method === method);
}

describe('listening', () => {
  const listens = (at: ModernWorld): Wire[] => sent(at, 'subscriptions/listen');
  const agree = (at: ModernWorld): void =>
    at.raw.notifies('notifications/subscriptions/acknowledged', {
      _meta: { [META_KEYS.subscription]: listens(at).at(-1)?.id },
    });

  async function listening(): Promise<ModernWorld> {
    const at = await greeted();
    at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return at;
  }

  test("[BRKS-ENDS-OURS] can be ended by the server, whose answer to it is then nobody's", async () => {
    const at = await listening();
    agree(at);
    const [first] = listens(at);
    at.raw.notifies('notifications/cancelled', { requestId: first?.id });
    at.raw.answers(first?.id, {});
    expect(at.notes).toEqual(['unknown_answer']);
    at.runtime.advance(500);
    expect(listens(at)).toHaveLength(2);
  });

  test('[BRKS-QUIET-AFTER] is not told what it was unsubscribed from', async () => {
    const at = await listening();
    agree(at);
    for (const uri of ['a:1', 'a:2']) {
      at.ask(3, 'resources/subscribe', { uri });
      agree(at);
    }
    const id = listens(at).at(-1)?.id;
    const update = (uri: string): void =>
      at.raw.notifies('notifications/resources/updated', { uri, _meta: { [META_KEYS.subscription]: id } });
    at.ask(4, 'resources/unsubscribe', { uri: 'a:1' });
    update('a:1');
    update('a:2');
    expect(at.heard.told.map(({ params }) => params?.['uri'])).toEqual(['a:2']);
  });

  test('[BRKS-QUIET-AFTER] is told again what it subscribed to anew, before the server heard of either', async () => {
    const at = await listening();
    agree(at);
    at.ask(3, 'resources/subscribe', { uri: 'a:1' });
    agree(at);
    at.ask(4, 'resources/unsubscribe', { uri: 'a:1' });
    at.ask(5, 'resources/subscribe', { uri: 'a:1' });
    agree(at);
    await turns();
    expect(listens(at).at(-1)?.params).toMatchObject({ notifications: { resourceSubscriptions: ['a:1'] } });
    agree(at);
    await turns();
    expect(at.heard.answer(5)?.result).toEqual({});
  });

  test('[BRKS-NO-AGREEMENT] is given up where the server does not agree, and tried again', async () => {
    const at = await listening();
    agree(at);
    at.ask(3, 'resources/subscribe', { uri: 'a:b' });
    at.runtime.advance(29_999);
    expect(listens(at)).toHaveLength(2);
    at.runtime.advance(1);
    await turns();
    expect(at.heard.answer(3)?.error?.code).toBe(-32602);
    expect(sent(at, 'notifications/cancelled')).toMatchObject([
      { params: { requestId: listens(at)[1]?.id } },
    ]);
    at.runtime.advance(500);
    // What came of it is for the subscription that is in force: for no more than that.
    expect(listens(at)).toHaveLength(3);
    expect(listens(at)[2]?.params).toMatchObject({ notifications: { toolsListChanged: true } });
    expect(listens(at)[2]?.params?.['notifications']).not.toHaveProperty('resourceSubscriptions');
    agree(at);
    await at.link.close();
    expect(at.runtime.timers).toBe(0);
  });

  test('[BRKS-NO-AGREEMENT] that never comes costs a request a minute at most', async () => {
    const at = await listening();
    at.runtime.advance(3_600_000);
    expect(listens(at).length).toBeGreaterThan(30);
    expect(listens(at).length).toBeLessThan(60);
    at.raw.end();
    expect(at.runtime.timers).toBe(0);
  });

  test('[BRKS-REFUSED-LATER] what was agreed to once is asked for again after a refusal', async () => {
    const at = await listening();
    agree(at);
    at.raw.answers(listens(at)[0]?.id, {});
    at.runtime.advance(500);
    at.raw.says({ jsonrpc: '2.0', id: listens(at)[1]?.id ?? null, error: { code: -32603, message: 'busy' } });
    at.runtime.advance(1_000);
    expect(listens(at)).toHaveLength(3);
    agree(at);
    await turns();
    expect(at.heard.told.map(({ method }) => method)).toContain('notifications/tools/list_changed');
  });
});
