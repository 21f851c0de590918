/** What servers announce, written for each who listens: the id of the subscription goes where it belongs. */
import { describe, expect, it } from 'vitest';
import { Announcement } from '../../../../src/engine/modern/announcement.ts';
import { NOTHING } from '../../../../src/engine/modern/listen-filter.ts';
import { retarget } from '../../../../src/protocol/message.ts';
import { bytesOf, message, textOf } from '../support.ts';

const KEY = '"io.modelcontextprotocol/subscriptionId"';
const METHOD = '"method":"notifications/tools/list_changed"';
const written = (text: string, id = '"me"') => textOf(Announcement.of(message(text))?.for(bytesOf(id)));

describe('[LISTEN-ID] an announcement', () => {
  it.each([
    [`{"jsonrpc":"2.0",${METHOD}}`, `{"params":{"_meta":{${KEY}:"me"}},"jsonrpc":"2.0",${METHOD}}`],
    [` {"jsonrpc":"2.0",${METHOD}} \n`, ` {"params":{"_meta":{${KEY}:"me"}},"jsonrpc":"2.0",${METHOD}} \n`],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":{}}`,
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:"me"}}}`,
    ],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":[]}`,
      `{"params":{"_meta":{${KEY}:"me"}},"jsonrpc":"2.0",${METHOD}}`,
    ],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":{"a":1.0}}`,
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:"me"},"a":1.0}}`,
    ],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{}}}`,
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:"me"}}}`,
    ],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{"x":{}}}}`,
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:"me","x":{}}}}`,
    ],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":null,"b":2}}`,
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:"me"},"b":2}}`,
    ],
    [
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:[1]}}}`,
      `{"jsonrpc":"2.0",${METHOD},"params":{"_meta":{${KEY}:"me"}}}`,
    ],
    [
      `{"jsonrpc":"2.0","params":{"_meta":{"y":1,${KEY} : 12 }},${METHOD}}`,
      `{"jsonrpc":"2.0","params":{"_meta":{"y":1,${KEY} : "me" }},${METHOD}}`,
    ],
  ])('carries the id of a subscription: %s', (said, wanted) => {
    expect(written(said)).toBe(wanted);
  });

  it('is about what it was renamed to', () => {
    const said = message({
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { uri: 'a:/1' },
    });
    const named = Announcement.of(retarget(said, 'b:/1', bytesOf('"b:/1"')));
    expect(JSON.parse(textOf(named?.for(bytesOf('7'))))).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 7 }, uri: 'b:/1' },
    });
    expect(named?.isFor({ ...NOTHING, uris: new Set(['b:/1']) })).toBe(true);
    expect(named?.isFor({ ...NOTHING, uris: new Set(['a:/1']) })).toBe(false);
  });

  it.each(['notifications/message', 'notifications/progress', 'notifications/cancelled', 'notifications/x'])(
    'is not made of %s',
    (method) => {
      expect(Announcement.of(message({ jsonrpc: '2.0', method, params: {} }))).toBeUndefined();
    },
  );
});
