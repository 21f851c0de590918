import { describe, expect, it } from 'vitest';
import { memberAt } from '../../../src/protocol/cuts.ts';
import { tellingName, toldMember } from '../../../src/protocol/told-member.ts';

const IS_ERROR = tellingName('isError', 'E');

function found(json: string): string {
  const bytes = new TextEncoder().encode(`[${json}]`);
  const { start, end } = toldMember(bytes, { start: 1, end: bytes.length - 1 }, IS_ERROR);
  return new TextDecoder().decode(bytes.subarray(start, end));
}

const LONG = 'x'.repeat(100_000);
const MIDDLE = 'x'.repeat(5_000);

describe('[MET-OUTCOME] the member that says what a result is', () => {
  it.each([
    ['{"isError":true}', 'true'],
    ['{"content":[],"isError":true}', 'true'],
    ['{"content":[],"isError":false}', 'false'],
    ['{"isError":true,"content":[]}', 'true'],
    ['{ "content": [], "isError" : true }', 'true'],
    [`{"isError":true,"content":"${MIDDLE}"}`, 'true'],
    [`{"content":"${MIDDLE}","isError":true,"_meta":{"a":1}}`, 'true'],
    [`{"content":"${LONG}","isError":true}`, 'true'],
    [`{"isError":true,"content":"${LONG}"}`, 'true'],
    [`{"content":"${LONG}","isError":true,"_meta":{}}`, 'true'],
    ['{}', ''],
    ['{"content":[{"type":"text","text":"E is Error"}]}', ''],
    ['{"content":[{"isError":true}]}', ''],
    ['{"a":{"b":1,"isError":true}}', ''],
    [String.raw`{"a":"\"isError\":true"}`, ''],
    [String.raw`{"a":",\"isError\":true"}`, ''],
    [`{"structuredContent":{"isError":true},"content":"${LONG}"}`, ''],
  ])('%# is found where it stands', (json, expected) => {
    expect(found(json)).toBe(expected);
    // The same as a look at the whole finds.
    const bytes = new TextEncoder().encode(json);
    const { start, end } = memberAt(bytes, { start: 0, end: bytes.length }, 'isError');
    expect(json.slice(start, end)).toBe(expected);
  });

  it('of a large result is looked for near its ends only', () => {
    expect(found(`{"a":"${LONG}","isError":true,"b":"${LONG}"}`)).toBe('');
  });
});
