import { describe, expect, it } from 'vitest';
import { readLong } from '../../../src/protocol/long.ts';
import { DEFAULT_LIMITS, readMessage } from '../../../src/protocol/message.ts';
import { isWhole } from '../../../src/protocol/whole.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const answer = (outcome: string) =>
  readMessage(bytes(`{"jsonrpc":"2.0","id":1,"result":${outcome}}`), DEFAULT_LIMITS, 'envelope');

describe('isWhole', () => {
  it.each(['{}', '{"a":[1,{"b":null}],"c":"\\u00e9"}', '1', '"a"', 'null'])('is true of %s', (outcome) => {
    expect(isWhole(answer(outcome))).toBe(true);
  });

  it.each([
    ['{"a":tru}'],
    ['{"a" 1,,}'],
    ['[1,]'],
    ['{"a":1,"a":2}'],
    ['{"a":{"b":1,"b":2}}'],
    ['{"a":"\\x"}'],
    ['{"a":"\u0001"}'],
    [`[${'1,'.repeat(200_000)}1]`],
  ])('[MESSAGE-WHOLE] is false of what the envelope lets pass: %.20s', (outcome) => {
    expect(isWhole(answer(outcome))).toBe(false);
  });

  it('[MESSAGE-WHOLE] looks into the error, and into what was left out of a long answer', () => {
    const error = '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m","data":[tru]}}';
    expect(isWhole(readMessage(bytes(error), DEFAULT_LIMITS, 'envelope'))).toBe(false);
    const long = (middle: string) =>
      readLong(
        ['{"jsonrpc":"2.0","id":1,"result":{"a":"x', middle, middle, 'x"}}'].map(bytes),
        DEFAULT_LIMITS,
        () => true,
      );
    const [good, bad] = [long('y'), long('\u0001')];
    expect([good?.gap, bad?.gap].includes(undefined)).toBe(false);
    expect([good && isWhole(good), bad && isWhole(bad)]).toEqual([true, false]);
  });

  it('is true of questions and notifications, which are read in full anyway', () => {
    expect(isWhole(readMessage(bytes('{"jsonrpc":"2.0","method":"m"}')))).toBe(true);
  });
});
