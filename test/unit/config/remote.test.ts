/** Entries with a URL. */
import { describe, expect, test } from 'vitest';
import { entry, read } from './reading.ts';

function remote(text: string) {
  const [server] = read(`{ "mcpServers": { "a": ${text} } }`).servers;
  if (!server || !('url' in server)) throw new Error('It was not read as a server behind a URL.');
  return server;
}

describe('[CONFIG-REMOTE] how a server behind a URL is spoken to', () => {
  test.each([
    ['{ "url": "https://x.example/mcp" }', 'http'],
    ['{ "url": "https://x.example/sse" }', 'sse'],
    ['{ "url": "https://x.example/a/sse/" }', 'sse'],
    ['{ "url": "https://x.example/sse", "type": "streamable-http" }', 'http'],
    ['{ "url": "https://x.example/mcp", "type": "sse" }', 'sse'],
    ['{ "url": "ws://x.example/" }', 'ws'],
    ['{ "url": "wss://x.example/sse" }', 'ws'],
    ['{ "url": "wss://x.example/", "type": "ws" }', 'ws'],
  ])('%s: %s', (text, type) => {
    expect(remote(text).type).toBe(type);
  });

  test('with its headers, those of the caller by lower-case name, and defaults', () => {
    const text = `{ "url": "https://x.example/mcp", "headers": { "X-Team": "blue" },
      "forwardHeaders": ["X-User", "x-tenant", "X-USER"], "connectTimeout": "2s" }`;
    expect(remote(text)).toMatchObject({
      headers: { 'X-Team': 'blue' },
      forwardHeaders: ['x-user', 'x-tenant'],
      sharing: 'session',
      connectTimeout: 2_000,
    });
  });
});

describe('[CONFIG-REMOTE] an entry with a URL that cannot be used', () => {
  const address = 'must be an address like "https://example.com/mcp" or "wss://example.com/ws".';
  test.each([
    ['{ "url": "x" }', '2:19', `url ${address}`],
    ['{ "url": "file:///x" }', '2:19', `url ${address}`],
    [
      '{ "url": "https://x/", "type": "ws" }',
      '2:19',
      'url must begin with ws:// or wss:// where the type is "ws".',
    ],
    [
      '{ "url": "wss://x/", "type": "sse" }',
      '2:39',
      'type must be "ws" for an address that begins with ws:// or wss://.',
    ],
    [
      '{ "url": "https://x/", "headers": { "Mcp-Session-Id": "a" } }',
      '2:64',
      'headers.Mcp-Session-Id is set by the gateway itself; remove it.',
    ],
    [
      '{ "url": "https://x/", "forwardHeaders": ["a", "Host"] }',
      '2:57',
      'forwardHeaders[1] belongs to one connection and cannot be passed on; remove it.',
    ],
    [
      '{ "url": "https://x/", "forwardHeaders": ["a", "Authorization"] }',
      '2:57',
      'forwardHeaders[1] cannot be passed on: what a caller proves who it is with is for the gateway alone; remove it, and see auth.',
    ],
    [
      '{ "url": "https://x/", "forwardHeaders": ["a b"] }',
      '2:52',
      'forwardHeaders[0] must be the name of a header, like "X-Tenant".',
    ],
  ])('%s', (text, place, message) => {
    expect(entry(text)).toEqual([`sluice.json:${place}: mcpServers.files.${message}`]);
  });

  test.each(['principal', 'shared'])(
    '[FORWARD-OWN-LINK] headers of a caller on a link that is %s',
    (sharing) => {
      expect(
        entry(`{ "url": "https://x/", "sharing": "${sharing}", "forwardHeaders": ["X-Tenant"] }`),
      ).toEqual([
        'sluice.json:2:44: mcpServers.files.sharing must be "session" with forwardHeaders, because what one caller sent must not speak for another; remove it, or remove forwardHeaders.',
      ]);
    },
  );

  test.each([
    ['http://x/sse', 'HTTP+SSE; remove it, or write "type": "http"'],
    ['ws://x/', 'WebSocket; remove it, or give its address'],
  ])('[PLAINERA-NOWAY] words of 2026-07-28 for %s', (url, why) => {
    expect(entry(`{ "url": "${url}", "era": "modern" }`)).toEqual([
      expect.stringMatching(/^sluice\.json:2:\d+: mcpServers\.files\.era cannot be "modern": /),
    ]);
    expect(entry(`{ "url": "${url}", "era": "modern" }`)[0]).toContain(`not spoken over ${why}`);
    for (const era of ['auto', 'legacy'])
      expect(remote(`{ "url": "${url}", "era": "${era}" }`)).toMatchObject({ era });
    const named = remote('{ "url": "http://x/sse", "type": "http", "era": "modern" }');
    expect(named).toMatchObject({ type: 'http', era: 'modern' });
  });
});
