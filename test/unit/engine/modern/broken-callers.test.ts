/** Callers who take more of a modern server than is theirs. */
import { describe, expect, test } from 'vitest';
import { turn, world } from '../support.ts';
import { agreeing, listen, told } from './listening.ts';
import { ask, driverOf, modernWorld } from './support.ts';

describe('one caller', () => {
  test('[BRKM-WAYS] with many values of a header keeps few conversations open, and those of others stay', async () => {
    const at = modernWorld({ server: { forwardHeaders: ['x-tenant'] } });
    const driver = driverOf(at);
    driver.answersCalls = true;
    ask(at, { facts: { principal: 'other' } });
    for (let n = 0; n < 300; n++) ask(at, { id: n, facts: { forwarded: { 'x-tenant': `${n}` } } });
    await turn();
    expect(driver.links).toHaveLength(301);
    expect(driver.alive).toBe(101);
    expect(driver.links[0]?.hasEnded).toBe(false);
    expect(driver.links[300]?.hasEnded).toBe(false);
    // The one that was used last again is the last to go.
    ask(at, { facts: { forwarded: { 'x-tenant': '200' } } });
    for (let n = 0; n < 99; n++) ask(at, { id: n, facts: { forwarded: { 'x-tenant': `more ${n}` } } });
    await turn();
    expect(driver.links[201]?.hasEnded).toBe(false);
    expect(driver.links[202]?.hasEnded).toBe(true);
    at.runtime.advance(at.gateway.context.settings.statelessIdleMs);
    expect(driver.alive).toBe(0);
  });

  test('[BRKM-LISTENS] that listens for much leaves room to others', async () => {
    const settings = { listenBytes: 300, listenBytesPerPrincipal: 100 };
    const at = agreeing({ settings, server: { sharing: 'shared' } });
    const filter = (text: string) => ({ resourceSubscriptions: [text.repeat(60)] });
    const as = (principal: string) => ({ facts: { principal } });
    const [first, second] = [await listen(at, filter('a')), await listen(at, filter('b'))];
    expect([told(first), told(second)]).toEqual([['acknowledged'], []]);
    expect(second.carrier.answer1.error).toMatchObject({ data: { code: 'too_many_calls' } });
    // What is listened for already weighs nothing more.
    expect(told(await listen(at, filter('a')))).toEqual(['acknowledged']);
    const others = [await listen(at, filter('b'), as('ben')), await listen(at, filter('c'), as('cid'))];
    expect(others.map(told)).toEqual([['acknowledged'], ['acknowledged']]);
    first.call.cancel('gone');
    expect(told(await listen(at, filter('d')))).toEqual([]);
  });

  test('[BRKM-LISTENS] that was refused keeps nothing open', async () => {
    const at = agreeing({ settings: { listenBytesPerPrincipal: 10 } });
    const { call } = await listen(at, { toolsListChanged: true });
    call.cancel('gone');
    const refused = await listen(at, { resourceSubscriptions: ['x'.repeat(60)] });
    expect(refused.carrier.answer1.error).toMatchObject({ data: { code: 'too_many_calls' } });
    expect(driverOf(at).alive).toBe(1);
    at.runtime.advance(at.gateway.context.settings.statelessIdleMs);
    expect(driverOf(at).alive).toBe(0);
  });

  test('[BRKM-URIS] that names long texts is refused for their bytes, not for their letters', async () => {
    const at = agreeing({ settings: { uriBytes: 100 } });
    expect(told(await listen(at, { resourceSubscriptions: ['ü'.repeat(50)] }))).toEqual(['acknowledged']);
    const { carrier } = await listen(at, { resourceSubscriptions: ['ü'.repeat(51)] });
    expect(carrier.answer1.error).toMatchObject({ code: -32602 });
  });

  test('[BRKM-LISTENS] that listens often for much is refused before it costs time', async () => {
    const at = modernWorld();
    const uris = Array.from({ length: 1_000 }, (_, n) => `u:${n}`);
    const all = [];
    for (let n = 0; n < 150; n++) all.push(await listen(at, { resourceSubscriptions: uris }, { id: n }));
    const refused = all.filter(({ carrier }) => carrier.answers.length > 0);
    expect(refused).toHaveLength(50);
    for (const { call } of all) call.cancel('gone');
    const again = await listen(at, { resourceSubscriptions: uris });
    expect(again.carrier.answers).toEqual([]);
  });

  test('[BRKM-LISTENS] the same at a legacy server', async () => {
    const at = world();
    const uris = Array.from({ length: 1_000 }, (_, n) => `u:${n}`);
    const all = [];
    for (let n = 0; n < 102; n++) all.push(await listen(at, { resourceSubscriptions: uris }, { id: n }));
    expect(all.map(({ carrier }) => carrier.answers.length).lastIndexOf(0)).toBe(99);
  });
});
