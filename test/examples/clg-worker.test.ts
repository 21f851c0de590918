/** `examples/clg-worker`: what the CLG-MCP worker's own guide shows, played on the gateway. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Reply, type Rpc, send, within } from '../support/raw.ts';
import { blocks, curlLines } from './curl.ts';
import { type Example, ROOT, startExample } from './gateway.ts';
import { Page } from './page.ts';
import { beside, echoes } from './sdk.ts';

const TOKEN = { MCP_AUTH_TOKEN: 'your_token' };
const KEY = { authorization: 'Bearer your_token' };
const STREAM_TYPE = { accept: 'text/event-stream' };
const LINES = curlLines('clg-worker', ['health', 'stream', 'post']);
const TEN_SECONDS_IN_MS = 10_000;

interface Connected {
  readonly connectionId: string;
  readonly protocol: string;
  readonly timestamp: number;
}

let gateway: Example;

beforeAll(async () => {
  gateway = await startExample('clg-worker', { ...TOKEN, SSE_HEARTBEAT_INTERVAL: '200' });
});

afterAll(() => gateway.stop());

const route = () => ({ url: `${gateway.url}/sse`, headers: KEY });

function told<T>(stream: Reply, event: string, fits: (told: T) => boolean = () => true): Promise<T> {
  const read = () =>
    stream.events.events.filter((each) => each.event === event).map(({ data }) => JSON.parse(data) as T);
  return stream.events.until(event, () => read().find(fits));
}

const open = (at: Example) => send(`${at.url}/sse`, { headers: { ...KEY, ...STREAM_TYPE }, alone: true });

const post = (at: Example, body: object | string, headers: Record<string, string> = KEY) =>
  send(`${at.url}/sse`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the guide of the CLG worker', () => {
  it('[EXAMPLE-CLG-CURL] plays its curl lines step by step, beside clients of two SDKs', async () => {
    await beside(route(), echoes, async () => {
      expect((await LINES.health.play(gateway.url)).status).toBe(200);
      const stream = await LINES.stream.play(gateway.url);
      const connected = await told<Connected>(stream, 'connected');
      expect(connected.protocol).toBe('sse');
      expect(Math.abs(connected.timestamp - Date.now())).toBeLessThan(TEN_SECONDS_IN_MS);

      const sent = await LINES.post.play(gateway.url, { CONNECTION: connected.connectionId });
      expect([sent.status, await sent.json()]).toEqual([200, { status: 'sent' }]);
      // What the server announces comes as the same event.
      const response = await told<Rpc & Connected>(stream, 'mcp-response', ({ id }) => id !== undefined);
      expect(response).toMatchObject({
        jsonrpc: '2.0',
        id: 1,
        protocol: 'sse',
        connectionId: connected.connectionId,
        timestamp: expect.any(Number) as number,
      });
      expect(response.result?.['tools']).toContainEqual(expect.objectContaining({ name: 'echo' }));
      const answers = stream.events.messages.filter(({ id }) => id !== undefined);
      expect(answers, 'answers of another shape').toEqual([]);
      stream.cut();
    });
  });

  it('[EXAMPLE-CLG-JS] runs its JavaScript client up to a heartbeat, beside clients of two SDKs', async () => {
    await beside(route(), echoes, async () => {
      const page = new Page(gateway.url);
      for (const script of blocks('clg-worker', 'js')) page.run(script);
      await page.logged('connected');
      page.run(`sendMCPRequest({ jsonrpc: '2.0', id: 1, method: 'tools/list' })`);
      expect(await page.logged('answered')).toEqual([200, { status: 'sent' }]);
      const isAnswer = ([message]: readonly unknown[]) => (message as Rpc).id !== undefined;
      const [response] = (await page.logged('mcp-response', isAnswer)) as [Rpc];
      expect([response.id, response.result?.['tools']]).toEqual([1, expect.any(Array)]);
      const [time] = (await page.logged('heartbeat')) as [string];
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(TEN_SECONDS_IN_MS);
      page.close();
    });
  });

  it('[EXAMPLE-CLG-KEY] wants the token with every request', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const get = await send(`${gateway.url}/sse`, { headers: { ...STREAM_TYPE, ...headers } });
      expect([get.status, get.headers['www-authenticate']]).toEqual([401, expect.stringContaining('Bearer')]);
      expect((await post(gateway, '{}', headers)).status).toBe(401);
    }
  });

  it('[EXAMPLE-CLG-ERRORS] tells what is wrong with a POST as 400 with error and code', async () => {
    const stream = await open(gateway);
    const { connectionId } = await told<Connected>(stream, 'connected');
    const gone = await post(gateway, {
      jsonrpc: '2.0',
      id: 1,
      method: 'ping',
      protocol: 'sse',
      connectionId: 'conn_1',
    });
    expect([gone.status, await gone.json()]).toEqual([
      400,
      { error: expect.any(String) as string, code: -32001 },
    ]);
    const broken = await post(gateway, `{"protocol":"sse","connectionId":"${connectionId}","method":`);
    expect([broken.status, await broken.json()]).toEqual([
      400,
      { error: expect.any(String) as string, code: -32700 },
    ]);
    stream.cut();
  });

  it('[EXAMPLE-CLG-LIMIT] refuses a stream over SSE_MAX_CONNECTIONS with 503, until one ends', async () => {
    const small = await startExample('clg-worker', { ...TOKEN, SSE_MAX_CONNECTIONS: '2' });
    const [first, second] = await Promise.all([open(small), open(small)]);
    await Promise.all([told(first, 'connected'), told(second, 'connected')]);
    const third = await open(small);
    expect([third.status, Number(third.headers['retry-after'])]).toEqual([503, expect.any(Number)]);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect(await health(small)).toMatchObject({ sessions: 2, dialects: { superset: 2 } });
    first.cut();
    await expect.poll(async () => (await open(small)).status, { timeout: 5_000 }).toBe(200);
    second.cut();
    await small.stop();
  });

  it('[EXAMPLE-CLG-OFF] is 404 with SSE_ENABLED=false', async () => {
    const off = await startExample('clg-worker', { ...TOKEN, SSE_ENABLED: 'false' });
    expect((await open(off)).status).toBe(404);
    expect((await send(`${off.url}/health`)).status).toBe(200);
    await off.stop();
  });

  it('[EXAMPLE-CLG-WORKER] serves the same flow through the Worker that keeps the address', async () => {
    const file = pathToFileURL(join(ROOT, 'examples/clg-worker/deploy/worker.js')).href;
    const { default: worker } = (await import(file)) as { default: Worker };
    const env = { GATEWAY_URL: gateway.url, SSE_ENABLED: 'true' };
    const at = 'https://clg-mcp.example.workers.dev/sse';
    const leave = new AbortController();
    const opening = new Request(at, { headers: { ...KEY, ...STREAM_TYPE }, signal: leave.signal });
    const stream = await worker.fetch(opening, env);
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let text = '';
    const until = async (fits: RegExp) => {
      while (!fits.test(text)) {
        const { value } = await within(reader.read(), `${fits} through the Worker`);
        if (!value) throw new Error(`The stream ended before ${fits}.`);
        text += decoder.decode(value, { stream: true });
      }
      return (fits.exec(text) as RegExpExecArray)[1] as string;
    };
    const connectionId = await until(/"connectionId":"([^"]+)"/);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'ping', protocol: 'sse', connectionId });
    const headers = { ...KEY, 'content-type': 'application/json' };
    const sent = await worker.fetch(new Request(at, { method: 'POST', headers, body }), env);
    expect([sent.status, await sent.json()]).toEqual([200, { status: 'sent' }]);
    expect(await until(/event: mcp-response\ndata: .*"id":(\d+)/)).toBe('9');
    leave.abort();
    const off = await worker.fetch(new Request(at, { headers: KEY }), { ...env, SSE_ENABLED: 'false' });
    expect(off.status).toBe(404);
  });
});

interface Worker {
  fetch(request: Request, env: Record<string, string>): Promise<Response>;
}

async function health(at: Example): Promise<object> {
  return (await send(`${at.url}/health`, { headers: KEY })).json();
}
