/** A subscription at a modern server that is lost, or ended by the server: opened again. */
import { describe, expect, it } from 'vitest';
import { turn, type World } from '../support.ts';
import { acknowledges, agreeing, ALL, asksAt, changed, linkOf, listen, told, updated } from './listening.ts';
import { driverOf, modernWorld } from './support.ts';

const KINDS = ['tools', 'prompts', 'resources'];

/** Lets so much time pass, and everything happen that can. */
async function pass(at: World, ms: number): Promise<void> {
  at.runtime.advance(ms);
  await turn();
}

describe('[LISTEN-LOST] a subscription', () => {
  it('is opened again after the link was lost, and whatever may have changed is announced', async () => {
    const at = agreeing();
    const made = await listen(at, { ...ALL, resourceSubscriptions: ['a:/1'] });
    const before = linkOf(at);
    before.end();
    await pass(at, 100);
    expect(linkOf(at)).not.toBe(before);
    expect(told(made)).toEqual(['acknowledged', ...KINDS, 'a:/1']);
    updated(linkOf(at), 'a:/1');
    expect(told(made).at(-1)).toBe('a:/1');
    expect(made.carrier.answers).toEqual([]);
  });

  it('is opened again on the same link when the server ends it, with or without a word', async () => {
    const at = agreeing();
    const made = await listen(at, { toolsListChanged: true });
    const link = linkOf(at);
    link.answers(asksAt(link)[0]?.id, { resultType: 'complete' });
    await pass(at, 100);
    const [, second] = asksAt(link);
    expect(second).toBeDefined();
    link.notifies('notifications/cancelled', { requestId: second?.id });
    await pass(at, 200);
    link.events.failed(
      Number(asksAt(link)[2]?.id),
      { code: 'cut', message: 'x', isRecoverable: true },
      false,
    );
    await pass(at, 400);
    expect(asksAt(link)).toHaveLength(4);
    changed(link);
    expect(told(made)).toEqual(['acknowledged', 'tools', 'tools', 'tools', 'tools']);
    expect(link.hasEnded).toBe(false);
  });

  it('that honours nothing may end: it is not opened again for that', async () => {
    const at = modernWorld();
    const made = await listen(at, ALL);
    const link = linkOf(at);
    acknowledges(link, {});
    link.answers(asksAt(link)[0]?.id, { resultType: 'complete' });
    await pass(at, 600_000);
    expect([asksAt(link).length, told(made), made.carrier.answers]).toEqual([1, ['acknowledged'], []]);
  });

  it('lost while another is to take over is missed, and its gap announced', async () => {
    const at = modernWorld();
    const one = await listen(at, { toolsListChanged: true }, { id: 1 });
    const link = linkOf(at);
    acknowledges(link);
    const two = await listen(at, { promptsListChanged: true }, { id: 2 });
    link.answers(asksAt(link)[0]?.id, { resultType: 'complete' });
    acknowledges(link);
    expect([told(one), told(two)]).toEqual([['acknowledged', 'tools'], ['acknowledged']]);
    await pass(at, 60_000);
    expect(asksAt(link)).toHaveLength(2);
  });

  it('comes back at once for one who comes', async () => {
    const at = agreeing();
    const one = await listen(at, ALL, { id: 1 });
    linkOf(at).end();
    const two = await listen(at, ALL, { id: 2 });
    expect([told(one).length, told(two)]).toEqual([4, ['acknowledged']]);
    await pass(at, 60_000);
    expect(asksAt(linkOf(at))).toHaveLength(1);
  });
});

describe('[LISTEN-BACKOFF] a server that stays away', () => {
  it('is tried less and less often, and in the end listening is over', async () => {
    const at = agreeing();
    const made = await listen(at, ALL);
    driverOf(at).fault = { code: 'exited', message: 'Gone.' };
    linkOf(at).end();
    const waits: number[] = [];
    for (let tries = 0; tries < 40 && made.carrier.answers.length === 0; tries++) {
      waits.push(at.runtime.nextIn);
      await pass(at, at.runtime.nextIn);
    }
    expect(waits.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(waits.at(-1)).toBe(30_000);
    expect(waits).toHaveLength(24);
    expect(made.carrier.answer1.result?.['resultType']).toBe('complete');
    expect(at.gateway.inFlight).toBe(0);
  });

  it('is left alone for as long as it says', async () => {
    const at = agreeing();
    await listen(at, ALL);
    driverOf(at).fault = { code: 'backoff', message: 'Later.', retryAfterMs: 5_000 };
    linkOf(at).end();
    await pass(at, 100);
    expect(driverOf(at).opens).toBe(2);
    await pass(at, 4_999);
    expect(driverOf(at).opens).toBe(2);
    await pass(at, 1);
    expect(driverOf(at).opens).toBe(3);
  });

  it('that takes subscriptions and ends them at once is no better', async () => {
    const at = agreeing();
    const made = await listen(at, ALL);
    const link = linkOf(at);
    let count = 0;
    while (count++ < 100 && made.carrier.answers.length === 0) {
      link.answers(asksAt(link).at(-1)?.id, { resultType: 'complete' });
      if (made.carrier.answers.length === 0) await pass(at, at.runtime.nextIn);
    }
    expect(count).toBe(26);
  });
});
