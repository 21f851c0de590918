import { describe, expect, test } from 'vitest';
import { claimedLogLevel, claimedVersion, eraOf } from '../../../src/protocol/era.ts';
import { readMessage, rewrite, type Message } from '../../../src/protocol/message.ts';

function request(meta: unknown, more: object = {}): Message {
  const params = { name: 'x', _meta: meta };
  return readMessage(
    new TextEncoder().encode(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params, ...more }),
    ),
  );
}

const VERSION = 'io.modelcontextprotocol/protocolVersion';

describe('the era of a message', () => {
  test('[ERA-CLAIM] is modern exactly when its `_meta` names a version', () => {
    const modern = request({ [VERSION]: '2026-07-28', 'io.modelcontextprotocol/logLevel': 'info' });
    expect([eraOf(modern), claimedVersion(modern), claimedLogLevel(modern)]).toEqual([
      'modern',
      '2026-07-28',
      'info',
    ]);
    expect(eraOf(request({ progressToken: 1 }))).toBe('legacy');
    expect(eraOf(request({ 'io.modelcontextprotocol/clientInfo': { name: 'a' } }))).toBe('legacy');
    expect(eraOf(request({ [VERSION]: 7 }))).toBe('modern');
    expect(claimedVersion(request({ [VERSION]: 7 }))).toBeUndefined();
    expect(eraOf(request([VERSION]))).toBe('legacy');
  });

  test('[ERA-CLAIM] a claim elsewhere in the message counts for nothing', () => {
    const elsewhere = readMessage(
      new TextEncoder().encode(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          _meta: { [VERSION]: '2026-07-28' },
          params: { [VERSION]: '2026-07-28', arguments: { _meta: { [VERSION]: '2026-07-28' } } },
        }),
      ),
    );
    expect(eraOf(elsewhere)).toBe('legacy');
  });

  test('[ERA-CLAIM] the id of a subscription is replaced where it stands', () => {
    const text =
      '{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"_meta":{"io.modelcontextprotocol/subscriptionId": 17 ,"a":1.0},"uri":"x:y"}}';
    const message = readMessage(new TextEncoder().encode(text));
    const told = rewrite(message, { subscription: new TextEncoder().encode('"mine"') });
    expect(new TextDecoder().decode(told)).toBe(text.replace(' 17 ', ' "mine" '));
  });
});
