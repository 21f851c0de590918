import { describe, expect, it } from 'vitest';
import { lostRequestId } from '../../../src/protocol/lost-id.ts';

const encoder = new TextEncoder();
const found = (text: string) => {
  const bytes = encoder.encode(text);
  const id = lostRequestId(bytes, bytes);
  return id && new TextDecoder().decode(id);
};

describe('the id of a request that cannot be read', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"a",', '1'],
    ['{ "method" : "a" , "id" : "x y" , "params":{"id":2}', '"x y"'],
    ['{"id":-7,"jsonrpc":"2.0","method":"a","params":[[[', '-7'],
    ['{"method":"a","params":{"id":5,"deep":[1,2]},"jsonrpc":"2.0","id":9}', '9'],
    ['{"method":"a","params":{},"id":9,"jsonrpc":"2.0"}', '9'],
  ])('[STDFACE-BADLINE] %s', (text, id) => {
    expect(found(text)).toBe(id);
  });

  it.each([
    ['an answer', '{"jsonrpc":"2.0","id":1,"result":{"method":"a"'],
    ['an answer with its id last', '{"result":{},"jsonrpc":"2.0","id":1}'],
    ['a notification with an id in its params', '{"jsonrpc":"2.0","method":"a","params":{"x":1,"id":2}}'],
    ['the id of something inside', '{"method":"a","params":{"b":{"c":1,"id":2}}'],
    ['a number that is none', '{"method":"a","id":1e5}'],
    ['an escaped text', String.raw`{"method":"a","id":"\u0031"}`],
    ['no object', '[{"jsonrpc":"2.0","id":1,"method":"a"},'],
    ['nothing', ''],
  ])('[STDFACE-BADLINE] is not taken from %s', (_what, text) => {
    expect(found(text)).toBeUndefined();
  });
});
