/** Requests that leave open which host they mean, and pages at the door of a WebSocket, as they are on the wire. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { firstAnswer, wire } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess() },
    allowedHosts: ['gw.example.com'],
  });
});

const statusOf = async (...lines: string[]) => {
  const raw = await wire(gateway.port, `${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`);
  return raw === '' ? 0 : firstAnswer(raw).status;
};

/** Plain requests and handshakes are read by different code. */
const KINDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['a stream', '/sse', ['accept: text/event-stream']],
  ['health', '/healthz', []],
  [
    'a handshake',
    '/ws',
    ['upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='],
  ],
];

describe.each(KINDS)('%s', (_name, path, more) => {
  it.each([
    ['two hosts', ['host: localhost', 'host: evil.example'], 400],
    ['the same host twice', ['host: localhost', 'Host: localhost'], 400],
    ['no host', [], 400],
    ['a host of others', ['host: evil.example'], 403],
    ['two hosts in one', ['host: localhost, evil.example'], 403],
    ['a name before the host', ['host: localhost:80@evil.example'], 403],
  ] as const)('[WHERE-ONE-HOST] with %s is refused', async (_case, hosts, status) => {
    expect(await statusOf(`GET ${path} HTTP/1.1`, ...hosts, ...more)).toBe(status);
  });

  it('[WHERE-ONE-HOST] with another host in its target is refused', async () => {
    expect(await statusOf(`GET http://evil.example${path} HTTP/1.1`, 'host: localhost', ...more)).toBe(400);
    expect(await statusOf(`GET http://localhost${path} HTTP/1.1`, 'host: evil.example', ...more)).toBe(400);
    expect(await statusOf(`GET http://user@localhost${path} HTTP/1.1`, 'host: localhost', ...more)).toBe(400);
    // Both are ours, and still it is not known which was meant.
    expect(await statusOf(`GET http://gw.example.com${path} HTTP/1.1`, 'host: localhost', ...more)).toBe(400);
  });

  it('[WHERE-ONE-HOST] of HTTP/1.0 without a host is refused on loopback', async () => {
    expect(await statusOf(`GET ${path} HTTP/1.0`, ...more)).toBeGreaterThanOrEqual(400);
  });

  it('[WHERE-PAGES] [WHERE-NAMELESS] of a page of others is refused', async () => {
    for (const page of ['origin: https://evil.example', 'origin: null', 'sec-fetch-site: cross-site'])
      expect(await statusOf(`GET ${path} HTTP/1.1`, 'host: localhost', page, ...more)).toBe(403);
  });
});
