/** Real clients and a real authorization server: from the first 401 to a new token for a stream that ended. */
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernStreamable,
  UnauthorizedError as ModernUnauthorized,
} from '@modelcontextprotocol/client';
import { UnauthorizedError } from 'sdk-1.32/client/auth.js';
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../support/bearer.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { OAuthMemory } from '../support/oauth-memory.ts';
import { type Oidc, startOidc } from '../support/oidc.ts';
import { eventually } from '../support/raw.ts';

interface Finishing {
  finishAuth(code: string, issuer?: string): Promise<void>;
}

let seconds = 300;
let oidc: Oidc;
let gateway: TestGateway;

beforeAll(async () => {
  oidc = await startOidc({ tokenSeconds: () => seconds });
  gateway = await startTestGateway({
    servers: { echo: echoStdio() },
    oauth: { issuer: oidc.issuer, scopes: ['mcp'] },
    settings: { retryMs: 100 },
  });
});

const named = { name: 'c', version: '1' };

const WAYS = [
  {
    name: 'SDK 1.32.2 over HTTP+SSE',
    url: () => gateway.sse(),
    client: () => new Client(named),
    transport: (url: URL, authProvider: OAuthMemory) =>
      new SSEClientTransport(url, { authProvider: authProvider as never }),
  },
  {
    name: 'SDK 1.32.2 over Streamable HTTP',
    url: () => gateway.mcp(),
    client: () => new Client(named),
    transport: (url: URL, authProvider: OAuthMemory) =>
      new StreamableHTTPClientTransport(url, { authProvider: authProvider as never }),
  },
  {
    name: 'client 2.4.0 over Streamable HTTP',
    url: () => gateway.mcp('echo'),
    client: () => new ModernClient(named),
    transport: (url: URL, authProvider: OAuthMemory) =>
      new ModernStreamable(url, { authProvider: authProvider as never }),
  },
] as const;

type Way = (typeof WAYS)[number];

/** Connects, which fails for want of a token; sends the user to get one; and connects with it. */
async function dance(way: Way, memory: OAuthMemory) {
  const url = new URL(way.url());
  const first = way.transport(url, memory);
  await expect(way.client().connect(first as never)).rejects.toSatisfy(
    (error) => error instanceof UnauthorizedError || error instanceof ModernUnauthorized,
  );
  const sentTo = memory.sentTo as URL;
  expect(sentTo.searchParams.get('resource')).toBe(url.href);
  expect(sentTo.searchParams.get('scope')?.split(' ')).toContain('mcp');
  expect(sentTo.searchParams.get('code_challenge_method')).toBe('S256');
  const brought = await oidc.approve(sentTo);
  await (first as Finishing).finishAuth(brought.get('code') ?? '', brought.get('iss') ?? undefined);
  await first.close();
  const client = way.client() as Client;
  const transport = way.transport(url, memory);
  await client.connect(transport as never);
  return client;
}

async function echo(client: Client, text: string): Promise<unknown> {
  const { content } = await client.callTool({ name: 'echo', arguments: { text } });
  return content;
}

describe.each(WAYS)('[OAUTH-DANCE] $name', (way) => {
  it('finds out where tokens are to be had, gets one and calls', async () => {
    seconds = 300;
    const memory = new OAuthMemory();
    const client = await dance(way, memory);
    expect(await echo(client, 'a')).toEqual([{ type: 'text', text: 'a' }]);
    expect(memory.given).toHaveLength(1);
    expect(oidc.resources).toContain(way.url());
    // The same token elsewhere.
    const elsewhere = way.url() === gateway.mcp('echo') ? gateway.mcp() : gateway.mcp('echo');
    expect(await outcome(elsewhere, memory.given[0]?.access_token)).toBe('401 invalid_token');
    await client.close();
  });

  it('goes on with a new token when the first has run out, and its stream comes back', async () => {
    seconds = 3;
    const memory = new OAuthMemory();
    const client = await dance(way, memory);
    const ends = () =>
      gateway.recorder.of('streamClosed').filter(({ reason }) => reason === 'expired').length;
    const opens = () => gateway.recorder.of('streamOpened').length;
    const before = { ends: ends(), opens: opens() };
    expect(await echo(client, 'a')).toEqual([{ type: 'text', text: 'a' }]);
    if (way.name.includes('1.32')) {
      await eventually('the end of the stream', () => ends() > before.ends);
      const opened = opens();
      seconds = 300;
      await eventually('a new token', () => memory.given.length > 1, 20_000);
      await eventually('a new stream', () => opens() > opened, 20_000);
    } else {
      await eventually(
        'the end of the token',
        async () => (await outcome(way.url(), memory.given[0]?.access_token)) === '401 invalid_token',
      );
      seconds = 300;
    }
    if (way.name.includes('SSE')) {
      // Its session went with its stream, and this SDK does not introduce itself again.
      await client.close();
      const again = way.client() as Client;
      await again.connect(way.transport(new URL(way.url()), memory) as never);
      expect(await echo(again, 'b')).toEqual([{ type: 'text', text: 'b' }]);
      await again.close();
      return;
    }
    expect(await echo(client, 'b')).toEqual([{ type: 'text', text: 'b' }]);
    expect(memory.given.length).toBeGreaterThan(1);
    await client.close();
  });
});

describe('[OAUTH-DANCE] opaque tokens', () => {
  it('are asked about at the server that gave them', async () => {
    const opaque = await startOidc({ format: 'opaque' });
    const own = await startTestGateway({
      servers: { echo: echoStdio() },
      oauth: { issuer: opaque.issuer, scopes: ['mcp'], introspection: opaque.introspection },
    });
    const memory = new OAuthMemory();
    const url = new URL(own.mcp());
    const first = new StreamableHTTPClientTransport(url, { authProvider: memory as never });
    await expect(new Client(named).connect(first as never)).rejects.toThrow(UnauthorizedError);
    await first.finishAuth((await opaque.approve(memory.sentTo as URL)).get('code') ?? '');
    const client = new Client(named);
    await client.connect(new StreamableHTTPClientTransport(url, { authProvider: memory as never }) as never);
    expect(await echo(client, 'a')).toEqual([{ type: 'text', text: 'a' }]);
    expect(opaque.asked).toContain('/token/introspection');
    const { access_token: token, refresh_token: refresh } = memory.given[0] ?? {};
    expect(token).not.toContain('.');
    expect(await outcome(own.mcp('echo'), token)).toBe('401 invalid_token');
    expect(await outcome(own.mcp(), refresh)).toBe('401 invalid_token');
    await client.close();
    await own.close();
  });
});
