/** `examples/aareguru`: what the Aareguru server's own document shows, played on the gateway. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AareStandIn, startAareStandIn } from '../fixtures/aare/api.ts';
import { type Reply, type Rpc, send } from '../support/raw.ts';
import { blocks, curlLines } from './curl.ts';
import { type Example, startExample } from './gateway.ts';
import { Page } from './page.ts';
import { beside, type Turn } from './sdk.ts';

const KEY = { 'X-API-Key': 'your-key' };
const POST = { method: 'POST', headers: { ...KEY, 'content-type': 'application/json' } };
const REFUSAL = { error: 'Invalid or missing API key' };
const LINES = curlLines('aareguru', ['health', 'stream', 'list', 'call']);

let api: AareStandIn;
let gateway: Example;

const start = (env: Record<string, string> = {}) =>
  startExample('aareguru', {
    AAREGURU_BASE_URL: api.url,
    API_KEY_REQUIRED: 'true',
    API_KEYS: 'other-key,your-key',
    // More than the 60 of the file: the clients beside the flow call as fast as they can.
    RATE_LIMIT_PER_MINUTE: '100000',
    ...env,
  });

beforeAll(async () => {
  api = await startAareStandIn();
  gateway = await start();
});

afterAll(async () => {
  await gateway.stop();
  await api.close();
});

/** Every answer is one of ours: the city asked for, at its temperature. */
const temperatures: Turn = async (peer, mark) => {
  const city = mark.endsWith('1') ? 'thun' : 'bern';
  const told = JSON.parse(await peer.text('get_current_temperature', { city })) as object;
  expect(told).toMatchObject({ city, temperature: expect.any(Number) as number });
};

/** The data of the first event, which is the endpoint as JSON. */
async function endpointOf(stream: Reply): Promise<{ uri: string }> {
  const first = await stream.events.until('the first event', () => stream.events.events[0]);
  expect(first.event).toBe('endpoint');
  return JSON.parse(first.data) as { uri: string };
}

const route = () => ({ url: `${gateway.url}/sse`, headers: KEY });

describe('the Aareguru document', () => {
  it('[EXAMPLE-AAREGURU-CURL] plays its curl lines step by step, beside clients of two SDKs', async () => {
    await beside(route(), temperatures, async () => {
      const health = await LINES.health.play(gateway.url);
      expect(await health.json()).toMatchObject({
        status: 'healthy',
        version: expect.any(String) as string,
      });

      const stream = await LINES.stream.play(gateway.url);
      expect([stream.status, stream.headers['content-type']]).toEqual([
        200,
        expect.stringContaining('text/event-stream'),
      ]);
      const { uri } = await endpointOf(stream);
      expect(uri).toMatch(/^\/messages\?session_id=[\w.~-]+$/);

      const SESSION = new URLSearchParams(uri.split('?')[1]).get('session_id') ?? '';
      for (const line of [LINES.list, LINES.call]) {
        const posted = await line.play(gateway.url, { SESSION });
        expect([posted.status, await posted.text()]).toEqual([204, '']);
      }
      const list = await stream.events.answer(1);
      expect(list.result?.['tools']).toHaveLength(7);
      const call = await stream.events.answer(2);
      expect(JSON.parse(call.result?.content?.[0]?.text ?? '')).toMatchObject({ city: 'bern' });
      expect(stream.events.events.slice(1).map(({ event }) => event)).toEqual(['message', 'message']);
      stream.cut();
    });
  });

  it('[EXAMPLE-AAREGURU-JS] runs its JavaScript client, beside clients of two SDKs', async () => {
    await beside(route(), temperatures, async () => {
      const page = new Page(gateway.url);
      for (const script of blocks('aareguru', 'js')) page.run(script);
      expect(await page.logged('ready')).toEqual([expect.stringContaining('/messages?session_id=')]);
      page.run(`sendMessage({ jsonrpc: '2.0', id: 7, method: 'tools/list' })`);
      expect(await page.logged('posted')).toEqual([204]);
      const [message] = (await page.logged('message')) as [Rpc];
      expect([message.id, message.result?.['tools']]).toEqual([7, expect.any(Array)]);
      page.close();
    });
  });

  it('[EXAMPLE-AAREGURU-KEY] refuses a wrong key and none with 401 in its own words, and tells health to all', async () => {
    for (const headers of [{}, { 'x-api-key': 'wrong' }]) {
      const get = await send(`${gateway.url}/sse`, { headers: { accept: 'text/event-stream', ...headers } });
      expect([get.status, await get.json()]).toEqual([401, REFUSAL]);
      const post = await send(`${gateway.url}/messages?session_id=x`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      expect([post.status, await post.json()]).toEqual([401, REFUSAL]);
    }
    expect((await send(`${gateway.url}/health`)).status).toBe(200);
  });

  it('[EXAMPLE-AAREGURU-ERRORS] refuses a POST without a session with 400, and one with an unknown session with 404', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    expect((await send(`${gateway.url}/messages`, { ...POST, body })).status).toBe(400);
    expect((await send(`${gateway.url}/messages?session_id=gone`, { ...POST, body })).status).toBe(404);
  });

  it('[EXAMPLE-AAREGURU-LIMIT] refuses calls over RATE_LIMIT_PER_MINUTE, and serves other callers', async () => {
    const limited = await start({ RATE_LIMIT_PER_MINUTE: '3' });
    const stream = await LINES.stream.play(limited.url);
    const { uri } = await endpointOf(stream);
    for (let id = 1; id <= 5; id++) {
      const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' });
      await (await send(limited.url + uri, { ...POST, body })).text();
    }
    const answers = await Promise.all([1, 2, 3, 4, 5].map((id) => stream.events.answer(id)));
    const refused = answers.filter(({ error }) => error).map(({ id, error }) => [id, error?.data?.code]);
    expect(refused.slice(-1)).toEqual([[5, 'rate_limited']]);
    expect(answers[0]?.result).toEqual({});

    const other = await send(`${limited.url}/sse`, {
      headers: { accept: 'text/event-stream', 'x-api-key': 'other-key' },
      alone: true,
    });
    expect((await endpointOf(other)).uri).toContain('/messages');
    stream.cut();
    other.cut();
    await limited.stop();
  });

  it('[EXAMPLE-AAREGURU-CORS] lets pages of CORS_ORIGINS in and no others', async () => {
    const open = await start({ CORS_ORIGINS: 'https://app.example.com' });
    const headers = { ...KEY, accept: 'text/event-stream', origin: 'https://app.example.com' };
    const stream = await send(`${open.url}/sse`, { headers, alone: true });
    expect([stream.status, stream.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://app.example.com',
    ]);
    stream.cut();
    const foreign = await send(`${open.url}/sse`, {
      headers: { ...headers, origin: 'https://evil.example' },
    });
    expect(foreign.status).toBe(403);
    await open.stop();
  });
});
