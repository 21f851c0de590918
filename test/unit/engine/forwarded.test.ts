/** What of a caller's headers is for which server, and which callers are apart. */
import { describe, expect, it } from 'vitest';
import {
  callerKey,
  contextWith,
  forwardedTo,
  namesFor,
  speaksFor,
  withSubject,
} from '../../../src/engine/forwarded.ts';
import { gatewaysIn } from '../../../src/protocol/loop.ts';

describe('[FORWARD-LISTED] of what a session may pass on', () => {
  const all = { authorization: 'a', 'x-tenant': 'b', 'cdn-loop': 'sluice-1' };

  it('each server is sent what its own entry names, and the gateways that were passed', () => {
    expect(forwardedTo(['x-tenant'], all)).toEqual({ 'x-tenant': 'b', 'cdn-loop': 'sluice-1' });
    expect(forwardedTo([], all)).toEqual({ 'cdn-loop': 'sluice-1' });
    expect(forwardedTo(['x-other'], { authorization: 'a' })).toBeUndefined();
    expect(forwardedTo(['x-tenant'], undefined)).toBeUndefined();
  });

  it('only what tells who calls keeps answers from being shared', () => {
    expect(speaksFor(['x-tenant'], all)).toBe(true);
    expect(speaksFor([], all)).toBe(false);
    expect(speaksFor(['x-tenant'], { 'cdn-loop': 'sluice-1' })).toBe(false);
  });
});

it('[FORWARD-APART] callers are one when they are the same principal with the same headers, in whatever order', () => {
  expect(callerKey('p', { a: '1', b: '2' })).toBe(callerKey('p', { b: '2', a: '1' }));
  const others = [
    callerKey('p', undefined),
    callerKey('q', { a: '1' }),
    callerKey('p', { a: '1' }),
    callerKey('p', { a: '2' }),
  ];
  expect(new Set(others).size).toBe(4);
});

describe('the gateways a request has passed', () => {
  it.each([
    [undefined, undefined],
    ['cloudflare; loops=1', undefined],
    ['sluice-a', 'sluice-a'],
    ['cloudflare; loops=1, sluice-a;x="1,sluice-q", sluice-b', 'sluice-a, sluice-b'],
    ['sluice-, sluice-a b, xsluice-a', undefined],
  ])('in %s are %s', (header, passed) => expect(gatewaysIn(header)).toBe(passed));

  it('are bounded', () => {
    const many = Array.from({ length: 100 }, (_, n) => `sluice-${n}`).join(',');
    expect(gatewaysIn(many)?.split(', ')).toHaveLength(16);
    expect(gatewaysIn(many)).toContain('sluice-99');
  });
});

describe('[CRED-APART] callers of a server with credentials of each', () => {
  const [one, two] = [{ token: 'planted-one' }, { token: 'planted-two' }];

  it('are apart by who they are, or by what they showed', () => {
    expect(namesFor({}, ['X-A'])).toEqual(['x-a']);
    expect(namesFor({ personal: 'principal' }, ['X-A'])).toEqual(['x-a', ':principal']);
    const names = namesFor({ personal: 'subject' }, []);
    const [first, second] = [withSubject(undefined, one), withSubject({ 'x-a': 'b' }, two)];
    const [told, other] = [forwardedTo(names, first), forwardedTo(names, second)];
    expect(callerKey('ann', told)).not.toBe(callerKey('ann', other));
    expect(callerKey('ann', told)).toBe(callerKey('ann', forwardedTo(names, withSubject({}, one))));
    expect(speaksFor(names, told)).toBe(true);
    expect(JSON.stringify([told, other]) + callerKey('ann', told)).not.toContain('planted');
  });

  it('show a server what they did only where it is to be had for that', () => {
    const context = { principal: 'ann', signal: new AbortController().signal };
    const shown = withSubject({ 'x-a': 'b' }, one);
    expect(contextWith(context, forwardedTo([':subject'], shown)).subject).toBe(one);
    expect(contextWith(context, forwardedTo(['x-a'], shown))).not.toHaveProperty('subject');
    expect(contextWith(context, forwardedTo([], shown))).toEqual(context);
  });
});
