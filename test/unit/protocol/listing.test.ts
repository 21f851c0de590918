import { describe, expect, it } from 'vitest';
import { readListing } from '../../../src/protocol/listing.ts';
import { bytesOf, rawOf, textOf, wordOf } from './support.ts';

function read(text: string, list = 'tools', key = 'name') {
  return readListing(bytesOf(text), list, key);
}

describe('a page of a list', () => {
  it('gives each item as it was written, with its key and description', () => {
    const page = read(
      '{ "tools" : [ {"name":"a","inputSchema":{"name":"inner","max":12345678901234567890}} ,\n {"description":"d \\"q\\"", "name" : "b\\u00e9"}],"_meta":{"nextCursor":"no"},"nextCursor":"n1"}',
    );
    expect(page.nextCursor).toBe('n1');
    expect(page.items.map(({ key }) => key)).toEqual(['a', 'bé']);
    expect(page.items.map(({ bytes }) => textOf(bytes))).toEqual([
      '{"name":"a","inputSchema":{"name":"inner","max":12345678901234567890}}',
      '{"description":"d \\"q\\"", "name" : "b\\u00e9"}',
    ]);
    const [first, second] = page.items;
    expect(first && rawOf(first.bytes, first.keySpan)).toBe('"a"');
    expect(first && rawOf(first.bytes, first.descriptionSpan)).toBeUndefined();
    expect(second && rawOf(second.bytes, second.keySpan)).toBe('"b\\u00e9"');
    expect(second && rawOf(second.bytes, second.descriptionSpan)).toBe('"d \\"q\\""');
  });

  it('reads every kind of list', () => {
    expect(read('{"resources":[{"name":"n","uri":"a://b"}]}', 'resources', 'uri').items[0]?.key).toBe(
      'a://b',
    );
    expect(read('{"tools":[]}')).toEqual({
      items: [],
      listSpan: { start: 9, end: 11 },
      nextCursor: undefined,
    });
    expect(read('{"tools":[],"nextCursor":null}').nextCursor).toBeUndefined();
  });

  it.each([
    ['no object', '[]', 'invalid_request'],
    ['no list', '{"items":[]}', 'invalid_request'],
    ['a list that is none', '{"tools":{}}', 'invalid_request'],
    ['an item that is none', '{"tools":[1]}', 'invalid_request'],
    ['an item without a name', '{"tools":[{"title":"a"}]}', 'invalid_request'],
    ['a name that is no text', '{"tools":[{"name":7}]}', 'invalid_request'],
    ['two names in one item', '{"tools":[{"name":"a","n\\u0061me":"b"}]}', 'doubled_member'],
    ['two lists', '{"tools":[],"tools":[]}', 'doubled_member'],
    ['broken JSON in a schema', '{"tools":[{"name":"a","inputSchema":{"a" tru}}]}', 'parse_error'],
    ['no comma', '{"tools":[{"name":"a"}{"name":"b"}]}', 'parse_error'],
    ['an end too early', '{"tools":[{"name":"a"}', 'parse_error'],
    ['more behind it', '{"tools":[]} x', 'parse_error'],
    ['too deep a schema', `{"tools":[{"name":"a","s":${'['.repeat(300)}${']'.repeat(300)}}]}`, 'too_deep'],
  ])('refuses %s', (_what, text, word) => {
    expect(wordOf(() => read(text))).toBe(word);
  });

  it('leaves a member that is written twice elsewhere to who reads it', () => {
    expect(read('{"tools":[{"name":"a","inputSchema":{"x":1,"x":2}}]}').items).toHaveLength(1);
  });
});
