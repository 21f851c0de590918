/** The small parts that hold no state. */
import { describe, expect, it } from 'vitest';
import { digits } from '../../../src/engine/digits.ts';
import { formatEventId, parseEventId } from '../../../src/engine/event-id.ts';
import {
  helloOf,
  negotiatedVersion,
  ownHello,
  requestedVersion,
  sharedHandshake,
} from '../../../src/engine/handshake.ts';
import { emptyResult, notice, notification, request, result } from '../../../src/engine/notice.ts';
import { bytesOf, hello, message, textOf } from './support.ts';

describe('digits', () => {
  it.each([0, 1, 9, 10, 99, 100, 4_294_967_295, 4_294_967_296, 999_999_999_999_999, Number.MAX_SAFE_INTEGER])(
    'of %d are those of its decimal text',
    (value) => expect(textOf(digits(value))).toBe(String(value)),
  );
});

describe('an event id', () => {
  it('comes back as it was made', () => {
    for (const [stream, offset] of [
      [0, 0],
      [0, 17],
      [999_999_999, 999_999_999_999_999],
    ] as const) {
      expect(parseEventId(formatEventId('k3f9Qa', stream, offset))).toEqual({
        epoch: 'k3f9Qa',
        stream,
        offset,
      });
    }
  });

  it.each([
    '',
    'x',
    'a-1',
    'a-1-',
    'a--1',
    'a-1-2-3',
    'a-1.5-2',
    'a-1--2',
    ' a-1-2',
    'a-1-2\n',
    'a-1-1e3',
    'a-1-0x1',
    'é-1-2',
    'a-1-9999999999999999',
    'a-9999999999-1',
    `${'a'.repeat(33)}-1-2`,
    `a-1-2${'0'.repeat(10_000)}`,
  ])('is none of ours: %j', (text) => expect(parseEventId(text)).toBeUndefined());
});

describe('the handshake', () => {
  it('keeps the raw params of the client, and has empty ones for none', () => {
    expect(
      textOf(helloOf(message('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{ "a":1.0}}'))),
    ).toBe('{ "a":1.0}');
    expect(textOf(helloOf(message('{"jsonrpc":"2.0","id":1,"method":"initialize"}')))).toBe('{}');
  });

  it.each([
    ['{"protocolVersion":"2024-11-05"}', '2024-11-05'],
    ['{"protocolVersion":"x"}', 'x'],
    ['{"protocolVersion":5}', '2025-11-25'],
    ['{}', '2025-11-25'],
    ['[]', '2025-11-25'],
    ['{"protocolVersion":', '2025-11-25'],
  ])('reads the version of %s as %s', (json, version) => {
    expect(requestedVersion(bytesOf(json))).toBe(version);
    expect(negotiatedVersion(bytesOf(json))).toBe(version);
  });

  it('of the gateway itself can do nothing the server might ask for', () => {
    expect(JSON.parse(textOf(ownHello('2025-06-18')))).toMatchObject({
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'sluice' },
    });
    expect(requestedVersion(helloOf(hello(1, '2025-03-26')))).toBe('2025-03-26');
  });

  it('for one more client is that of the server, less its logging', () => {
    const shared = sharedHandshake(
      bytesOf({ protocolVersion: '2024-11-05', capabilities: { logging: {}, tools: {} }, instructions: 'i' }),
      '2025-06-18',
    );
    expect(JSON.parse(shared)).toEqual({
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      instructions: 'i',
    });
  });
});

describe('what the gateway says in its own name', () => {
  it('is JSON-RPC', () => {
    const all = [
      emptyResult(bytesOf('"a"')),
      result(bytesOf('7'), '{"x":1}'),
      notification('n'),
      notification('n', { a: 'b\n' }),
      request(3, 'm', '{"p":1}'),
      notice('history_lost', 'Gone.'),
    ].map((bytes) => JSON.parse(textOf(bytes)) as unknown);
    expect(all).toMatchObject([
      { jsonrpc: '2.0', id: 'a', result: {} },
      { jsonrpc: '2.0', id: 7, result: { x: 1 } },
      { jsonrpc: '2.0', method: 'n' },
      { jsonrpc: '2.0', method: 'n', params: { a: 'b\n' } },
      { jsonrpc: '2.0', id: 3, method: 'm', params: { p: 1 } },
      {
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'warning', logger: 'sluice', data: { code: 'history_lost', message: 'Gone.' } },
      },
    ]);
  });
});
