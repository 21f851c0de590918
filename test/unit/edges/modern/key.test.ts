/** The idempotency key of a modern POST: how it is written, and what is told of it. */
import { describe, expect, test } from 'vitest';
import {
  IDEMPOTENCY_META,
  idempotencyHeader,
  idempotencyKeyOf,
} from '../../../../src/protocol/idempotency.ts';
import { message } from '../../engine/support.ts';
import { call, type Headers, modernFront, type Params, post, request, told } from './support.ts';

const KEY = 'idempotency-key';
const BAD = [400, -32602, 'bad_idempotency_key'];

function keyOf(header: string | undefined, meta?: unknown): unknown {
  const body = call(meta === undefined ? {} : { [IDEMPOTENCY_META]: meta });
  const key = idempotencyKeyOf(message(body), header);
  return typeof key === 'object' ? key.word : key;
}

describe('a key', () => {
  test.each([
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"with \\"quotes\\", and \\\\"', 'with "quotes", and \\'],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('[ONCE-SYNTAX] is read: %s', (header, key) => {
    expect(keyOf(header)).toBe(key);
    expect(keyOf(undefined, key)).toBe(key);
    expect(keyOf(header, key)).toBe(key);
    expect(keyOf(idempotencyHeader(key))).toBe(key);
  });

  test.each([
    '',
    '""',
    '"a',
    'a b',
    '"a", "b"',
    'a, b',
    '"a";p=1',
    '"\\a"',
    '"\u00e4"',
    '"a\tb"',
    'k'.repeat(256),
  ])('[ONCE-SYNTAX] is none: %j', (header) => {
    expect(keyOf(header)).toBe('bad_idempotency_key');
  });

  test.each([7, '', null, {}, 'k'.repeat(256), 'line\nbreak', 'gr\u00fcn'])(
    '[ONCE-SYNTAX] is none in `_meta`: %j',
    (key) => {
      expect(keyOf(undefined, key)).toBe('bad_idempotency_key');
      expect(keyOf('"good"', key)).toBe('bad_idempotency_key');
    },
  );
});

describe('a POST', () => {
  async function answerTo(headers: Headers, meta: Params = {}): Promise<unknown[]> {
    const at = modernFront();
    const reply = await post(at, call(meta), headers);
    expect(at.server.opens).toBe(0);
    return told(reply);
  }

  test('[ONCE-SYNTAX] with a key that is none, or with two that differ, is 400, and nothing is sent', async () => {
    expect(await answerTo({ [KEY]: 'a b' })).toEqual(BAD);
    expect(await answerTo({ [KEY]: '"a"' }, { [IDEMPOTENCY_META]: 'b' })).toEqual([
      400,
      -32020,
      'header_mismatch',
    ]);
  });

  test('[ONCE-TOLD] is told in its head that its key means something', async () => {
    const at = modernFront();
    const first = await post(at, call(), { [KEY]: 'a-1' });
    const second = await post(at, call({ [IDEMPOTENCY_META]: 'a-1' }, 'two'));
    expect([first.headers[KEY], second.headers[KEY]]).toEqual(['"a-1"', '"a-1"']);
    expect(second.body).toBe(first.body?.replace('"id":1', '"id":"two"'));
    const [link] = at.server.links;
    expect(link?.calls.length).toBe(1);
    expect((await post(at, request('tools/list'), { [KEY]: 'a-1' })).headers[KEY]).toBeUndefined();
  });

  test('[ONCE-OTHER] under a key that another request has is 422', async () => {
    const at = modernFront();
    await post(at, call(), { [KEY]: 'k' });
    const other = await post(at, request('tools/call', { name: 'other' }), { [KEY]: 'k' });
    expect(told(other)).toEqual([422, -32602, 'idempotency_mismatch']);
  });
});
