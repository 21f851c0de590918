import { describe, expect, it } from 'vitest';
import {
  readBaggage,
  readTraceparent,
  readTracestate,
  traceparentOf,
} from '../../../src/protocol/trace-context.ts';
import { workedMs } from '../../support/cpu.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const GOOD = `00-${TRACE}-${SPAN}-01`;

describe('traceparent', () => {
  it('[TRACE-CONTEXT] is read where it is in order, also of later versions', () => {
    expect(readTraceparent(GOOD)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(readTraceparent(`00-${TRACE}-${SPAN}-00`)?.isSampled).toBe(false);
    expect(readTraceparent(`00-${TRACE}-${SPAN}-03`)?.isSampled).toBe(true);
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-01`)?.isSampled).toBe(true);
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-is-like`)?.traceId).toBe(TRACE);
    expect(traceparentOf(TRACE, SPAN, true)).toBe(GOOD);
  });

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', GOOD.toUpperCase()],
    ['more behind version 00', `${GOOD}-x`],
    ['more without a dash', `cc-${TRACE}-${SPAN}-01x`],
    ['two of them', `${GOOD}, ${GOOD}`],
    ['white space', ` ${GOOD}`],
    ['a line break behind it', `${GOOD}\n`],
    ['no hexadecimal digits', `00-${'g'.repeat(32)}-${SPAN}-01`],
    ['too short', `00-${TRACE}-${SPAN}-0`],
    ['a text without end', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(100_000)}`],
  ])('[TRACE-CONTEXT] counts as absent: %s', (_what, text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });
});

describe('tracestate and baggage', () => {
  it('[TRACE-CONTEXT] are passed on as they are, where they are in order', () => {
    for (const text of ['rojo=00f067aa0ba902b7', 'congo=t61rcWkgMzE , rojo=1', 'tenant@vendor=a b,', '0a=!'])
      expect(readTracestate(text)).toBe(text);
    for (const text of ['a=1', 'userId=alice,serverNode=DF%2028 ; p=1,isProduction=false', 'a='])
      expect(readBaggage(text)).toBe(text);
  });

  it.each([
    '',
    'no-value',
    'Upper=1',
    'a=1,a=2',
    'a=\u0000',
    'a=ü',
    'a=1\r\nx: 1',
    `a=${'x'.repeat(600)}`,
    Array.from({ length: 33 }, (_, n) => `k${n}=v`).join(','),
  ])('[TRACE-CONTEXT] no tracestate: %j', (text) => {
    expect(readTracestate(text)).toBeUndefined();
  });

  it.each([
    'no-value',
    'a="1"',
    'a=\\',
    'a=1\r\nx: 1',
    'a=ü',
    `a=${'x'.repeat(8_200)}`,
    Array.from({ length: 65 }, (_, n) => `k${n}=v`).join(','),
  ])('[TRACE-CONTEXT] no baggage: %j', (text) => {
    expect(readBaggage(text)).toBeUndefined();
  });

  it('[TRACE-CONTEXT] hostile texts cost nothing', () => {
    const started = workedMs();
    for (const read of [readTraceparent, readTracestate, readBaggage])
      for (const text of ['a'.repeat(1e6), ','.repeat(1e6), `a=${' '.repeat(8_000)}"`, ' '.repeat(500)])
        for (let n = 0; n < 20; n++) expect(read(text)).toBeUndefined();
    expect(workedMs() - started).toBeLessThan(500);
  });
});
