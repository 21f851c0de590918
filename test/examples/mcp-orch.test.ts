/** `examples/mcp-orch`: what MCP Orchestrator's own document and clients do, played on the gateway. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { type Rpc, send } from '../support/raw.ts';
import { curlLines } from './curl.ts';
import { type Example, startExample } from './gateway.ts';
import { beside, echoes, sdk132 } from './sdk.ts';

const PROJECT = 'c41aa472-15c3-4336-bcf8-21b464253d62';
const OFFICE = 'b0d9e3f2-7a54-4c1e-9f0a-5d2c8e6b1a47';
const KEY = { authorization: 'Bearer project_river' };
const STREAM_TYPE = { accept: 'text/event-stream' };
const LINES = curlLines('mcp-orch', ['health', 'stream', 'initialize', 'initialized', 'list', 'call']);

let gateway: Example;
let base: string;

beforeAll(async () => {
  const keys = { RIVER_GUIDES_KEY: 'project_river', OFFICE_KEY: 'project_office' };
  gateway = await startExample('mcp-orch', keys);
  base = `${gateway.url}/projects/${PROJECT}/servers/everything`;
});

afterAll(() => gateway.stop());

const post = (url: string, message: object | string, headers: Record<string, string> = KEY) =>
  send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });

describe("MCP Orchestrator's document", () => {
  it('[EXAMPLE-ORCH-CURL] plays its flow step by step, beside clients of two SDKs', async () => {
    await beside({ url: `${base}/sse`, headers: KEY }, echoes, async () => {
      expect((await LINES.health.play(gateway.url)).status).toBe(200);
      const stream = await LINES.stream.play(gateway.url, { PROJECT });
      const SESSION = String(stream.headers['x-session-id']);
      const path = `/projects/${PROJECT}/servers/everything/messages?sessionId=${SESSION}`;
      const { events } = stream;
      await events.until('the opening', () => events.comments.includes('connection-established'));
      expect(
        events.events.map(({ event, data }) => [event, data[0] === '{' ? JSON.parse(data) : data]),
      ).toEqual([
        ['endpoint', path],
        ['message', { jsonrpc: '2.0', method: 'endpoint', params: { uri: gateway.url + path } }],
      ]);

      const variables = { PROJECT, SESSION };
      const answers: Rpc[] = [];
      for (const line of [LINES.initialize, LINES.list, LINES.call]) {
        const reply = await line.play(gateway.url, variables);
        expect(reply.status).toBe(200);
        const answer = await reply.json<Rpc>();
        expect(await events.answer(answer.id ?? null), 'the same on the stream').toEqual(answer);
        answers.push(answer);
        if (line !== LINES.initialize) continue;
        const told = await LINES.initialized.play(gateway.url, variables);
        expect([told.status, await told.json()]).toEqual([202, { status: 'accepted' }]);
      }
      const [initialize, list, call] = answers;
      expect(initialize?.result).toMatchObject({ protocolVersion: '2024-11-05' });
      expect(list?.result?.['tools']).toContainEqual(expect.objectContaining({ name: 'echo' }));
      expect(textOf(call as Rpc)).toBe('Echo: hello');
      stream.cut();
    });
  });

  it('[EXAMPLE-ORCH-ERRORS] answers what cannot be done with a JSON-RPC error and HTTP 200', async () => {
    const stream = await send(`${base}/sse`, { headers: { ...KEY, ...STREAM_TYPE }, alone: true });
    const url = `${base}/messages?sessionId=${String(stream.headers['x-session-id'])}`;
    const unknown = await post(url, { jsonrpc: '2.0', id: 1, method: 'no/such/method' });
    expect([unknown.status, (await unknown.json<Rpc>()).error?.code]).toEqual([200, -32601]);
    const tool = await post(url, toolCall(2, 'no-such-tool'));
    expect([tool.status, (await tool.json<Rpc>()).id]).toEqual([200, 2]);
    stream.cut();
  });

  it('[EXAMPLE-ORCH-KEY] opens a project with its own key only', async () => {
    const cases: [number, Record<string, string>][] = [
      [401, {}],
      [401, { authorization: 'Bearer wrong' }],
      [404, { authorization: 'Bearer project_office' }],
    ];
    for (const [status, headers] of cases) {
      const get = await send(`${base}/sse`, { headers: { ...STREAM_TYPE, ...headers } });
      const told = await post(`${base}/messages?sessionId=x`, '{}', headers);
      expect([get.status, told.status]).toEqual([status, status]);
      if (status === 401) expect(await get.json()).toEqual({ detail: 'Authentication required' });
    }
  });

  it('[EXAMPLE-ORCH-NOT-FOUND] answers 404 for a project, server or session that is not there', async () => {
    const at = (path: string) => send(gateway.url + path, { headers: { ...KEY, ...STREAM_TYPE } });
    expect((await at(`/projects/${PROJECT}/servers/none/sse`)).status).toBe(404);
    expect(
      (await post(`${base}/messages?sessionId=none`, { jsonrpc: '2.0', id: 1, method: 'ping' })).status,
    ).toBe(404);
    // What is not there is told like what is not theirs.
    const [none, foreign] = await Promise.all([
      at('/projects/none/servers/everything/sse'),
      at(`/projects/${OFFICE}/servers/everything/sse`),
    ]);
    expect([none.status, await none.text()]).toEqual([foreign.status, await foreign.text()]);
    expect(none.status).toBe(404);
  });

  it('[EXAMPLE-ORCH-LEGS] serves a server over Streamable HTTP, and all of a project behind one door', async () => {
    const client = await StreamableClient.start(`${base}/mcp`, '2025-11-25', KEY);
    expect(textOf(await client.ask(toolCall(1, 'echo', { message: 'hello' })))).toBe('Echo: hello');
    await client.delete();

    const peer = await sdk132({ url: `${gateway.url}/projects/${PROJECT}/sse`, headers: KEY });
    const pages = await peer.pages('tools/list');
    const names = pages.flatMap((page) => (page['tools'] as { name: string }[]).map(({ name }) => name));
    expect(names).toEqual(expect.arrayContaining(['echo', 'get_current_temperature']));
    expect(await peer.text('echo', { message: 'merged' })).toBe('Echo: merged');
    await peer.close();
  });
});
