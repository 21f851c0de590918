/** Many who listen at one modern server: one subscription there, whoever comes and goes. */
import { describe, expect, it } from 'vitest';
import { turn, type Wire, type World } from '../support.ts';
import {
  acknowledgedWith,
  acknowledges,
  agreeing,
  ALL,
  asksAt,
  changed,
  filterOf,
  linkOf,
  listen,
  told,
  updated,
} from './listening.ts';
import { driverOf, modernWorld } from './support.ts';

const uris = (...resourceSubscriptions: string[]) => ({ resourceSubscriptions });
const asked = (at: World) => asksAt(linkOf(at)).map(filterOf);
const everAsked = (at: World) =>
  linkOf(at).calls.filter(({ method }) => method === 'subscriptions/listen').length;

describe('[LISTEN-ONE] fifty who listen', () => {
  it('for the same have one subscription at the server', async () => {
    const at = agreeing();
    const all = await Promise.all(Array.from({ length: 50 }, (_, id) => listen(at, ALL, { id })));
    expect(everAsked(at)).toBe(1);
    changed(linkOf(at));
    for (const one of all) expect(told(one)).toEqual(['acknowledged', 'tools']);
    const ids = all.map(({ carrier }) => Object.values(carrier.events[1]?.params?.['_meta'] ?? {})[0]);
    expect(ids).toEqual(all.map((_, id) => id));
  });

  it('for something else each have one, that asks for all of it', async () => {
    const at = agreeing();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, id) => listen(at, uris(`a:/${id}`), { id })),
    );
    expect(everAsked(at)).toBe(2);
    at.runtime.advance(1_000);
    expect(asked(at)).toEqual([uris(...all.map((_, id) => `a:/${id}`))]);
    updated(linkOf(at), 'a:/7');
    expect(all.filter((one) => told(one).length > 1).map((one) => told(one)[1])).toEqual(['a:/7']);
  });

  it('as several callers have one for each caller, and one for all of a shared server', async () => {
    for (const [sharing, count] of [
      ['session', 3],
      ['principal', 3],
      ['shared', 1],
    ] as const) {
      const at = agreeing({ server: { sharing } });
      for (const principal of ['ann', 'ben', 'cem']) await listen(at, ALL, { facts: { principal } });
      expect(driverOf(at).links.flatMap(asksAt)).toHaveLength(count);
    }
  });
});

describe('[LISTEN-EDIT] the subscription at the server', () => {
  /** One listens for `a:/1`; another comes for `a:/2`, and the server has not acknowledged that yet. */
  async function changing() {
    const at = modernWorld();
    const one = await listen(at, uris('a:/1'), { id: 1 });
    acknowledges(linkOf(at));
    const two = await listen(at, uris('a:/2'), { id: 2 });
    const [old, fresh] = asksAt(linkOf(at)) as [Wire, Wire];
    return { at, one, two, old, fresh, link: linkOf(at) };
  }

  it('is another when more is wanted, and the old one ends after that', async () => {
    const { at, one, two, old, fresh, link } = await changing();
    expect(asked(at)).toEqual([uris('a:/1'), uris('a:/1', 'a:/2')]);
    updated(link, 'a:/1', old);
    expect([told(one), told(two)]).toEqual([['acknowledged', 'a:/1'], []]);
    acknowledges(link);
    expect(acknowledgedWith(two)).toEqual(uris('a:/2'));
    at.runtime.advance(1_000);
    expect(asksAt(link)).toEqual([fresh]);
    updated(link, 'a:/1', fresh);
    updated(link, 'a:/2', fresh);
    expect([told(one), told(two)]).toEqual([
      ['acknowledged', 'a:/1', 'a:/1'],
      ['acknowledged', 'a:/2'],
    ]);
  });

  it('says nothing twice while there are two, whichever is quicker', async () => {
    const { one, old, fresh, link } = await changing();
    acknowledges(link);
    for (const order of [
      [old, fresh],
      [fresh, old],
      [old, fresh],
    ])
      for (const wire of order) updated(link, 'a:/1', wire);
    expect(told(one)).toEqual(['acknowledged', 'a:/1', 'a:/1', 'a:/1']);
  });

  it('is not heard before it is acknowledged', async () => {
    const { one, fresh, link } = await changing();
    updated(link, 'a:/1', fresh);
    expect(told(one)).toEqual(['acknowledged']);
  });

  it('counts anew from where a third one comes', async () => {
    const { at, one, old, fresh, link } = await changing();
    acknowledges(link);
    for (const wire of [old, fresh]) updated(link, 'a:/1', wire);
    await listen(at, uris('a:/3'), { id: 3 });
    acknowledges(link);
    const third = asksAt(link).at(-1);
    updated(link, 'a:/1', third);
    expect(told(one)).toEqual(['acknowledged', 'a:/1', 'a:/1']);
    for (const wire of [old, fresh]) updated(link, 'a:/1', wire);
    expect(told(one)).toHaveLength(3);
  });

  it('loses nothing that the old one said before', async () => {
    const { at, one, old, fresh, link } = await changing();
    acknowledges(link);
    // Under way when the new one was acknowledged, and so on the old one alone.
    updated(link, 'a:/1', old);
    updated(link, 'a:/1', fresh);
    updated(link, 'a:/1', old);
    at.runtime.advance(1_000);
    expect(told(one)).toEqual(['acknowledged', 'a:/1', 'a:/1']);
    updated(link, 'a:/1', fresh);
    expect(told(one)).toHaveLength(4);
    // What is still under way from the one that was called off belongs to nobody.
    updated(link, 'a:/1', old);
    expect(told(one)).toHaveLength(4);
  });

  it('stays when what comes is covered by it', async () => {
    const { at, link } = await changing();
    acknowledges(link);
    const three = await listen(at, uris('a:/2'), { id: 3 });
    expect([told(three), everAsked(at)]).toEqual([['acknowledged'], 2]);
  });

  it('is another when less is wanted for a while', async () => {
    const { at, one, two, link } = await changing();
    acknowledges(link);
    at.runtime.advance(1_000);
    one.call.cancel('gone');
    at.runtime.advance(4_999);
    expect(everAsked(at)).toBe(2);
    at.runtime.advance(1);
    acknowledges(link);
    at.runtime.advance(1_000);
    expect(asked(at)).toEqual([uris('a:/2')]);
    updated(link, 'a:/2');
    expect(told(two)).toEqual(['acknowledged', 'a:/2']);
  });

  it('is not more than a few at once, however often it is another', async () => {
    const at = agreeing();
    for (let id = 0; id < 20; id++) await listen(at, uris(`a:/${id}`), { id });
    expect(asksAt(linkOf(at)).length).toBeLessThanOrEqual(3);
    at.runtime.advance(1_000);
    expect(asksAt(linkOf(at))).toHaveLength(1);
  });
});

describe('[LISTEN-REFUSED] what the server refuses', () => {
  const error = { code: -32602, message: 'No such resource.' };
  const refuse = (at: World, bad: string) => {
    driverOf(at).script = (wire, link) => {
      if (wire.method !== 'subscriptions/listen') return undefined;
      if ((filterOf(wire)['resourceSubscriptions'] as string[] | undefined)?.includes(bad)) return { error };
      queueMicrotask(() => acknowledges(link, undefined, wire));
      return undefined;
    };
  };

  it('is the trouble of those who asked for it', async () => {
    const at = modernWorld();
    refuse(at, 'a:/bad');
    const names = ['a:/1', 'a:/bad', 'a:/2', 'a:/3'];
    const all = await Promise.all(names.map((name, id) => listen(at, uris(name), { id })));
    await turn();
    expect(all.map((one) => told(one))).toEqual([['acknowledged'], [], ['acknowledged'], ['acknowledged']]);
    expect(all[1]?.carrier.answers).toEqual([
      { wire: { jsonrpc: '2.0', id: 1, error }, code: -32602, text: expect.any(String) },
    ]);
    for (const name of names) updated(linkOf(at), name);
    expect(all.map((one) => told(one)[1])).toEqual(['a:/1', undefined, 'a:/2', 'a:/3']);
  });

  it('is told where the server knows no subscriptions at all', async () => {
    const at = modernWorld();
    driverOf(at).script = () => ({ error: { code: -32601, message: 'What?' } });
    const made = await listen(at, ALL);
    expect(made.carrier.answers[0]).toMatchObject({ code: -32601, wire: { error: { message: 'What?' } } });
    at.runtime.advance(600_000);
    expect(everAsked(at)).toBe(1);
  });

  it('is told where there is no way to it', async () => {
    const at = modernWorld();
    driverOf(at).fault = { code: 'backoff', message: 'Not now.', retryAfterMs: 700 };
    const made = await listen(at, ALL);
    expect(made.carrier.answer1.error).toMatchObject({
      message: 'Not now.',
      data: { code: 'upstream_backoff' },
    });
    expect(driverOf(at).opens).toBe(1);
  });

  it('is told where it ends at once', async () => {
    const at = modernWorld();
    const made = await listen(at, ALL);
    linkOf(at).answers(asksAt(linkOf(at))[0]?.id, { resultType: 'complete' });
    expect(made.carrier.answer1.error?.data?.code).toBe('upstream_failed');
  });

  it('[LISTEN-TURNED] because it speaks otherwise by now is served otherwise', async () => {
    const at = modernWorld({ server: { era: 'auto' } });
    at.server.eras.learnt({ principal: '' }, { isModern: true });
    const one = await listen(at, uris('a:/1'), { id: 1 });
    acknowledges(linkOf(at));
    const two = await listen(at, uris('a:/2'), { id: 2 });
    linkOf(at).events.failed(
      Number(asksAt(linkOf(at)).at(-1)?.id),
      { code: 'refused', message: 'What?', isRefusal: true },
      false,
    );
    expect(at.gateway.inFlight).toBe(1);
    expect(one.carrier.answer1.result?.['resultType']).toBe('complete');
    expect(two.call.wasMisread).toBe(true);
    two.call.cancel('gone');
    expect(at.gateway.inFlight).toBe(0);
  });

  it('[LISTEN-LATE] is not waited for longer than for any answer, by those who come', async () => {
    const at = modernWorld({ settings: { requestMs: 10_000 } });
    const one = await listen(at, uris('a:/1'), { id: 1 });
    acknowledges(linkOf(at));
    at.runtime.advance(60_000);
    const two = await listen(at, uris('a:/2'), { id: 2 });
    at.runtime.advance(10_000);
    expect(two.carrier.answer1.error?.data?.code).toBe('timed_out');
    updated(linkOf(at), 'a:/1');
    expect(told(one)).toEqual(['acknowledged', 'a:/1']);
    expect(asked(at)).toEqual([uris('a:/1')]);
  });
});
