/** What of a caller's headers is for which server, and which callers are apart. */
import { describe, expect, it } from 'vitest';
import { callerKey, forwardedTo, speaksFor } from '../../../src/engine/forwarded.ts';
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
