/** What the gateway says of itself and its servers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../src/node.ts';
import {
  child,
  fixtureInprocess,
  fixtureStdio,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';
import { request, SseClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { send } from '../support/raw.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureStdio(), missing: child('no-such-command-anywhere', []) },
    apiKeys: [{ name: 'ada', key: 'ada-ada-ada-ada' }],
  });
});

afterAll(() => gateway.close());

const ADA = { 'x-api-key': 'ada-ada-ada-ada' };

async function get(path: string, headers = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await send(gateway.url + path, { headers });
  return { status: reply.status, body: await reply.json() };
}

describe('/healthz, /readyz and /health', () => {
  it('[ROUTE-HEALTH] say that it lives, takes work, and how its servers are', async () => {
    expect(await get('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await get('/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
    const client = await SseClient.open(gateway.sse('fixture'), ADA);
    await client.initialize();
    await client.post(toolCall(1, 'hang', {}));
    await client.ask(request(2, 'ping'));
    const { body } = await get('/health', ADA);
    expect(body).toMatchObject({
      status: 'healthy',
      service: 'sluice',
      sessions: 1,
      streams: 1,
      calls: 1,
      servers: {
        fixture: { kind: 'stdio', sharing: 'session', state: 'up', links: 1, restarts: 0 },
        missing: { kind: 'stdio', state: 'idle', links: 0 },
      },
    });
    client.close();
  });

  it('[ROUTE-HEALTH-DEGRADED] show a server that does not start, with the reason', async () => {
    const client = await SseClient.open(gateway.sse('missing'), ADA);
    expect(wordOf(await client.ask(request(1, 'tools/list')))).toBe('upstream_start_failed');
    const { body } = await get('/health', ADA);
    expect(body).toMatchObject({
      status: 'degraded',
      servers: {
        missing: {
          state: expect.stringMatching(/^(failed|backoff)$/),
          reason: expect.any(String),
          lastFault: { code: 'start-failed', hint: expect.stringContaining('command') },
        },
      },
    });
    client.close();
  });

  it('[SEC-HEALTH-STRANGER] tell a stranger the state and no more', async () => {
    const { body } = await get('/health');
    expect(Object.keys(body).sort()).toEqual(['service', 'status', 'version']);
  });
});

describe('a gateway with a trouble', () => {
  it('[DEGRADED-SAID] [DEGRADED-READY] [DEGRADED-STRANGER] still serves, and says what is wrong to who may know', async () => {
    const away = { code: 'audit_failing', message: 'The disk is full.', since: Date.UTC(2026, 0, 2) };
    let troubles = [away];
    const troubled = await startTestGateway({
      servers: { fixture: fixtureInprocess() },
      apiKeys: [{ name: 'ada', key: 'ada-ada-ada-ada' }],
      observer: { troubles: () => troubles },
    });
    const ask = async (path: string, headers = {}) => {
      const reply = await send(troubled.url + path, { headers });
      return { status: reply.status, body: await reply.json<Record<string, unknown>>() };
    };
    expect(await ask('/readyz')).toEqual({
      status: 200,
      body: { status: 'degraded', degraded: ['audit_failing'] },
    });
    const { body } = await ask('/health', ADA);
    expect(body).toMatchObject({
      status: 'degraded',
      degraded: ['audit_failing'],
      troubles: [{ ...away, since: '2026-01-02T00:00:00.000Z' }],
    });
    const stranger = await ask('/health');
    expect(stranger.body).toMatchObject({ status: 'degraded', degraded: ['audit_failing'] });
    expect(JSON.stringify(stranger.body)).not.toContain('disk');
    troubles = [];
    expect(await ask('/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
    expect((await ask('/health', ADA)).body).not.toHaveProperty('degraded');
  });
});

it('[LIBRARY-BASE-PATH] mounted under a path, what clients are told keeps that path', async () => {
  const { driver } = await fixtureInprocess()({ name: 'fixture', observer: {} });
  const mounted = createGateway({ servers: { fixture: driver }, basePath: '/tools/mcp' });
  const server = createServer((message, response) => {
    // As Express and its like do: the handler sees the rest of the path.
    message.url = (message.url ?? '').replace(/^\/tools\/mcp/, '');
    mounted.node(message, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    for (const path of ['/tools/mcp/sse', '/tools/mcp/servers/fixture/sse']) {
      const client = await SseClient.open(origin + path);
      expect(client.endpoint.pathname).toBe(path.replace('/sse', '/messages'));
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: path })))).toBe(path);
      client.close();
    }
    const hint = await send(`${origin}/tools/mcp/mcp`);
    expect((await hint.json<{ endpoints: string[] }>()).endpoints).toEqual([
      '/tools/mcp/sse',
      '/tools/mcp/mcp',
    ]);
  } finally {
    await mounted.close();
    server.closeAllConnections();
    server.close();
  }
});
