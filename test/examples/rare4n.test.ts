/** `examples/rare4n`: what the documents of the RARE 4N backend show, played on the gateway. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { type Rpc, send } from '../support/raw.ts';
import { curlLines } from './curl.ts';
import { type Example, startExample } from './gateway.ts';
import { beside, echoes } from './sdk.ts';

const LINES = curlLines('rare4n', ['head', 'stream', 'list', 'call']);

let gateway: Example;

beforeAll(async () => {
  gateway = await startExample('rare4n', { SSE_HEARTBEAT_INTERVAL: '200' });
});

afterAll(() => gateway.stop());

const post = (body: string, at = gateway, headers: Record<string, string> = {}) =>
  send(`${at.url}/api/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('the documents of the RARE 4N backend', () => {
  it('[EXAMPLE-RARE4N-CURL] plays its curl lines step by step, beside clients of two SDKs', async () => {
    await beside({ url: `${gateway.url}/api/mcp` }, echoes, async () => {
      const head = await LINES.head.play(gateway.url);
      expect([head.status, head.headers['content-type']]).toEqual([
        200,
        expect.stringContaining('text/event-stream'),
      ]);

      const stream = await LINES.stream.play(gateway.url);
      const { events } = stream;
      const greeting = await events.until('the greeting', () => events.messages[0]);
      expect(events.comments[0]).toBe('connected');
      expect(events.events.map(({ event }) => event)).toEqual(['endpoint', 'message']);
      expect(events.events[0]?.data).toMatch(/^\/api\/mcp\?sessionId=[\w.~-]+$/);
      expect(greeting).toMatchObject({ jsonrpc: '2.0', id: null, result: { protocolVersion: '2024-11-05' } });
      expect(greeting.result).toMatchObject({
        capabilities: {},
        serverInfo: { name: expect.any(String) as string },
      });
      await events.until('a comment that keeps it alive', () => events.comments.length > 1);

      const list = await (await LINES.list.play(gateway.url)).json<Rpc>();
      expect(list.result?.['tools']).toContainEqual(expect.objectContaining({ name: 'echo' }));
      const call = await (await LINES.call.play(gateway.url)).json<Rpc>();
      expect([call.id, textOf(call)]).toEqual([2, 'Echo: hello']);
      stream.cut();
    });
  });

  it('[EXAMPLE-RARE4N-AGENT] serves an agent that takes SSE or Streamable HTTP at the same address', async () => {
    const client = await StreamableClient.start(`${gateway.url}/api/mcp`, '2025-06-18');
    expect(textOf(await client.ask(toolCall(1, 'echo', { message: 'agent' })))).toBe('Echo: agent');
    await client.delete();
  });

  it('[EXAMPLE-RARE4N-ERRORS] tells errors in the body, with the id of the request', async () => {
    const unknown = await (await post('{"jsonrpc":"2.0","id":3,"method":"no/such"}')).json<Rpc>();
    expect([unknown.id, unknown.error?.code]).toEqual([3, -32601]);
    const old = await post('{"jsonrpc":"1.0","id":4,"method":"tools/list"}');
    expect([old.status, (await old.json<Rpc>()).error?.code]).toEqual([400, -32600]);
  });

  it('[EXAMPLE-RARE4N-KEY] wants the key of API_KEYS, and answers a preflight without one', async () => {
    const keyed = await startExample('rare4n', {
      API_KEYS: 'your-key',
      CORS_ORIGINS: 'https://elevenlabs.io',
    });
    const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    expect((await post(list, keyed)).status).toBe(401);
    expect((await post(list, keyed, { authorization: 'Bearer your-key' })).status).toBe(200);
    const preflight = await send(`${keyed.url}/api/mcp`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elevenlabs.io',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([
      204,
      'https://elevenlabs.io',
    ]);
    expect(preflight.headers['access-control-allow-methods']).toContain('POST');
    await keyed.stop();
  });
});
