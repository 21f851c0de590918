/** What nodes say to each other is read as it was written, and what is none is refused. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeFrame, encodeFrame, headersOf, KIND, textsOf } from '../../../../src/edges/relay/frames.ts';

const part = fc.record({
  small: fc.integer({ min: 0, max: 255 }),
  word: fc.integer({ min: 0, max: 65_535 }),
  amount: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});
const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 });
const bytes = fc.uint8Array({ maxLength: 200 });

it('[CARRY-FRAMES] every frame is read as it was written, with any text and any bytes, whole or in pieces', () => {
  fc.assert(
    fc.property(part, number, texts, bytes, bytes, (head, id, said, one, two) => {
      const frame = decodeFrame(encodeFrame(KIND.ask, id, { ...head, texts: said, bytes: [one, two] }));
      expect(frame).toMatchObject({ kind: KIND.ask, number: id, ...head, texts: said });
      expect([...frame.bytes]).toEqual([...one, ...two]);
      const plain = decodeFrame(encodeFrame(KIND.data, id, { ...head, bytes: one }));
      expect(plain).toMatchObject({ kind: KIND.data, number: id, ...head, texts: [] });
      expect([...plain.bytes]).toEqual([...one]);
    }),
  );
});

it('[CARRY-FRAMES] what is cut or made up is no frame', () => {
  const whole = encodeFrame(KIND.reply, 7, { texts: ['content-type', 'text/plain'] });
  for (let length = 0; length < whole.length; length++)
    expect(() => decodeFrame(whole.subarray(0, length))).toThrow(Error);
  const longer = whole.slice();
  // The first text says that it goes beyond the second.
  longer[17] = 200;
  expect(() => decodeFrame(longer)).toThrow(RangeError);
});

it('[CARRY-FRAMES] headers come as they went', () => {
  const headers = { 'content-type': 'application/json', 'mcp-session-id': 'ä, b' };
  expect(headersOf(textsOf(headers))).toEqual(headers);
});
