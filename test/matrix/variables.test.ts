/** The variables that the documents of older systems name, on a gateway with real sockets. */
import { describe, expect, it } from 'vitest';
import { configured, serve } from '../support/configured.ts';
import { StreamableClient } from '../support/raw-clients.ts';
import { send } from '../support/raw.ts';

const file = { mcpServers: { aare: { builtin: 'aare' } } };
const STREAM = { accept: 'text/event-stream' };
const start = (env: Record<string, string>, more: object = {}) =>
  serve(configured({ ...file, ...more }, env));

describe('[CONFIG-DOCUMENTS] the variable', () => {
  it('SSE_ENABLED switches streams of HTTP+SSE off: 404, and the rest goes on', async () => {
    const { url } = await start({ SSE_ENABLED: 'false' });
    for (const path of ['/sse', '/mcp', '/servers/aare/sse']) {
      expect((await send(`${url}${path}`, { headers: STREAM })).status).toBe(404);
    }
    const client = await StreamableClient.start(`${url}/mcp`);
    expect((await client.get()).status).toBe(200);
  });

  it('SSE_MAX_CONNECTIONS bounds them: one more is 503 with Retry-After, until one is closed', async () => {
    const { url } = await start({ SSE_MAX_CONNECTIONS: '1' });
    const first = await send(`${url}/sse`, { headers: STREAM, alone: true });
    const second = await send(`${url}/servers/aare/sse`, { headers: STREAM });
    expect([first.status, second.status, second.headers['retry-after']]).toEqual([200, 503, '5']);
    const health = await (await send(`${url}/health`)).json<{ dialects: object }>();
    expect(health.dialects).toEqual({ superset: 1 });
    first.cut();
    const again = async () => (await send(`${url}/sse`, { headers: STREAM, alone: true })).status;
    await expect.poll(again).toBe(200);
  });

  it('SSE_HEARTBEAT_INTERVAL is the time between heartbeats, in milliseconds', async () => {
    const { url } = await start({ SSE_HEARTBEAT_INTERVAL: '20' });
    const stream = await send(`${url}/sse`, { headers: STREAM, alone: true });
    await expect
      .poll(() => stream.events.events.filter(({ event }) => event === 'heartbeat').length)
      .toBeGreaterThan(2);
  });

  it('SSE_SESSION_TIMEOUT_SECONDS ends a stream whose client says nothing', async () => {
    const { url } = await start({ SSE_SESSION_TIMEOUT_SECONDS: '1', SSE_CLEANUP_INTERVAL_SECONDS: '1' });
    const stream = await send(`${url}/sse`, { headers: STREAM, alone: true });
    expect(await stream.events.ended).toBe('whole');
  });

  it('API_KEYS and API_KEY_REQUIRED ask for a key, refused in the words of the document', async () => {
    const { url } = await start(
      { API_KEYS: 'key1,key2', API_KEY_REQUIRED: 'true' },
      { dialect: 'aareguru-json' },
    );
    for (const headers of [{}, { 'x-api-key': 'key3' }]) {
      const refused = await send(`${url}/sse`, { headers: { ...STREAM, ...headers } });
      expect([refused.status, await refused.json()]).toEqual([401, { error: 'Invalid or missing API key' }]);
    }
    for (const key of ['key1', 'key2']) {
      const headers = { ...STREAM, 'x-api-key': key };
      expect((await send(`${url}/sse`, { headers, alone: true })).status).toBe(200);
    }
    expect(await (await send(`${url}/health`)).json()).toEqual({
      status: 'healthy',
      service: 'sluice',
      version: expect.stringMatching(/^\d/) as string,
    });
  });

  it('API_KEY_REQUIRED=false leaves the keys unused on this machine', async () => {
    const { url } = await start({ API_KEYS: 'key1', API_KEY_REQUIRED: 'false' });
    expect((await send(`${url}/sse`, { headers: STREAM, alone: true })).status).toBe(200);
  });

  it('CORS_ORIGINS lets pages of these origins call', async () => {
    const { url } = await start({ CORS_ORIGINS: 'https://app.example,https://b.example' });
    const ask = (origin: string) => send(`${url}/healthz`, { headers: { origin } });
    expect((await ask('https://b.example')).headers['access-control-allow-origin']).toBe('https://b.example');
    expect((await ask('https://c.example')).status).toBe(403);
  });

  it('RATE_LIMIT_PER_MINUTE bounds the calls of a caller', async () => {
    const { url } = await start({ RATE_LIMIT_PER_MINUTE: '2' });
    const client = await StreamableClient.start(`${url}/mcp`);
    const list = () => client.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect((await list()).status).toBe(200);
    const refused = await list();
    expect([refused.status, refused.headers['ratelimit-limit']]).toEqual([429, '2']);
  });
});
