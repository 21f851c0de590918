/** Retries as no honest client makes them. */
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../../src/engine/bridge/input-state.ts';
import { readMessage } from '../../../../src/protocol/message.ts';
import { ALL, ACCEPTED, asks, comesBack, seatWorld, sentOf } from './support.ts';

function digest(args: string): string {
  const params = `{"name":"t","arguments":{"a":${args}}}`;
  const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
  return digestOf(readMessage(new TextEncoder().encode(text)));
}

describe('a retry', () => {
  test.each([
    ['9007199254740993', '9007199254740992'],
    ['0.1', '0.10000000000000000001'],
    ['1e400', 'null'],
    ['1e400', '-1e400'],
    ['1e400', '1e401'],
    ['1e9999999999999999', '1e9999999999999998'],
    ['1', '"1"'],
    ['1', '"1e0"'],
    ['1', String.raw`"\u00001e0"`],
    [String.raw`"\u0000"`, String.raw`"\u0000\u0000"`],
    ['10', '1'],
    ['-1', '1'],
    ['0', '1'],
  ])('[BRKM-DIGITS] with %s in place of %s is another', (one, other) => {
    expect(digest(one)).not.toBe(digest(other));
    expect(digest(`[${one}]`)).not.toBe(digest(`[${other}]`));
  });

  test.each([
    ['1', '1.0'],
    ['100', '1E+2'],
    ['12.50', '125e-1'],
    ['0.001', '1e-3'],
    ['0', '-0.00e5'],
    ['"1 e\\"2"', '"\\u0031 e\\u00222"'],
    ['"\\u0000"', '"\\u0000"'],
    ['{"9":1,"b":"2"}', '{"b":"\\u0032","9":1.0}'],
  ])('[BRKM-DIGITS] with %s in place of %s is the same', (one, other) => {
    expect(digest(one)).toBe(digest(other));
  });

  test('[BRKM-DIGITS] costs no more than its length, however its numbers are written', () => {
    const zeros = '0'.repeat(2_000_000);
    const begun = performance.now();
    expect(digest(`1${zeros}1`)).not.toBe(digest(`1${zeros}2`));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('[BRKM-DECLINED] that declines one page is refused, whatever it leaves out', async () => {
    const at = seatWorld();
    const elicitations = ['a', 'b'].map((name) => ({ mode: 'url', url: `https://${name}`, message: name }));
    const error = { code: -32042, message: 'Visit these first.', data: { elicitations } };
    at.driver.script = ({ method }) => (method === 'tools/call' ? { error } : undefined);
    const { input } = await asks(at, { can: ALL });
    const [first = '', second = ''] = input.keys;
    const declined = await comesBack(at, input, { [first]: { action: 'decline' } }, { can: ALL });
    expect(declined.word).toBe('input_declined');
    const late = await comesBack(at, input, { [first]: ACCEPTED, [second]: ACCEPTED }, { can: ALL });
    expect(late.word).toBe('bad_request_state');
    expect(sentOf(at.driver.link, 'tools/call')).toHaveLength(1);
  });
});
