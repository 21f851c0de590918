import { describe, expect, it } from 'vitest';
import { byteTable, hashBytes, indexIn } from '../../../src/protocol/names.ts';
import { bytesOf } from './support.ts';

describe('a table of texts', () => {
  const texts = ['id', 'ids', 'method', '', 'a1b', 'a2b'];
  const table = byteTable(texts);

  it('finds its texts inside other bytes', () => {
    texts.forEach((text, index) => {
      const bytes = bytesOf(`xx${text}yy`);
      const end = bytes.length - 2;
      expect(indexIn(table, hashBytes(bytes, 2, end), bytes, 2, end)).toBe(index);
    });
  });

  it('is not fooled by a hash', () => {
    const hash = hashBytes(bytesOf('id'), 0, 2);
    for (const text of ['idx', 'i', 'ix', 'xd', '']) {
      const bytes = bytesOf(text);
      const index = indexIn(table, hash, bytes, 0, bytes.length);
      expect(index === -1 || texts[index] === text).toBe(true);
    }
  });

  it('has room for 128 texts, and no more', () => {
    const many = Array.from({ length: 128 }, (_, i) => `m${i}`);
    const full = byteTable(many);
    many.forEach((text, index) => {
      const bytes = bytesOf(text);
      expect(indexIn(full, hashBytes(bytes, 0, bytes.length), bytes, 0, bytes.length)).toBe(index);
    });
    const stranger = bytesOf('m128');
    expect(indexIn(full, hashBytes(stranger, 0, 4), stranger, 0, 4)).toBe(-1);
    expect(() => byteTable([...many, 'x'])).toThrow(RangeError);
  });
});
