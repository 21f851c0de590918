/** Modern clients at what is no single modern server: several merged, legacy ones, and sessions of others. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { fixtureStdio, startTestGateway } from '../support/gateway.ts';
import { ENTRIES, modernHeaders, modernRequest } from '../support/modern-face.ts';
import { modernStdio } from '../support/modern-servers.ts';
import { eventually, type Rpc } from '../support/raw.ts';
import { request } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';

test('[FACE-URLS] [FACE-CLIENT] servers of both eras merged are one to a modern client, at both URLs', async () => {
  const servers = { old: fixtureStdio(), new: modernStdio() };
  const at = await startTestGateway({ servers, merge: { names: 'always' } });
  for (const url of [at.mcp(), at.sse()]) {
    const client = new Client(
      { name: 'm', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    // A list does not wait for a server that is slow to start.
    const wanted = ['old__echo', 'new__echo', 'new__test_custom_headers'];
    const all = async () => new Set((await client.listTools()).tools.map(({ name }) => name));
    await eventually('both are listed', async () => {
      const names = await all();
      return wanted.every((name) => names.has(name));
    });
    for (const name of ['old__echo', 'new__echo']) {
      const { content } = await client.callTool({ name, arguments: { text: name } });
      expect(content).toEqual([{ type: 'text', text: name }]);
    }
    const said = await client.callTool({
      name: 'new__test_custom_headers',
      arguments: { region: 'eu', priority: 3 },
    });
    expect(JSON.stringify(said.content)).toContain('eu');
    await client.close();
  }
});

for (const entry of ENTRIES)
  test(`[FACE-COMPARED] by ${entry.name}: what merged servers want in headers is compared for them`, async () => {
    const servers = { old: fixtureStdio(), new: modernStdio() };
    const at = await startTestGateway({ servers, merge: { names: 'always' } });
    const ask = async (headers: Record<string, string>) => {
      const params = { name: 'new__test_custom_headers', arguments: { region: 'eu' } };
      const body = modernRequest(1, 'tools/call', params);
      const reply = await entry.post(
        at,
        at.mcp(),
        { ...modernHeaders(body), ...headers },
        JSON.stringify(body),
      );
      const text = reply.text.replace(/^event: message\ndata: /, '');
      return [reply.status, (JSON.parse(text) as Rpc).error?.code];
    };
    await eventually('its tools are known', async () => (await ask({}))[0] === 400);
    expect(await ask({})).toEqual([400, -32020]);
    expect(await ask({ 'mcp-param-region': 'us' })).toEqual([400, -32020]);
    expect(await ask({ 'mcp-param-region': 'eu' })).toEqual([200, undefined]);
  });

test('[FACE-WRONG-ERA] on a WebSocket a modern request is answered, and the session goes on', async () => {
  const at = await startTestGateway({ servers: { old: fixtureStdio() } });
  const client = await WsClient.open(at.ws());
  client.send(modernRequest('m', 'tools/list'));
  const refused = await client.until('the refusal', ({ id }) => id === 'm');
  expect(refused.error).toMatchObject({ code: -32600, data: { code: 'wrong_era' } });
  client.send(modernRequest('d', 'server/discover'));
  expect((await client.until('the answer', ({ id }) => id === 'd')).error?.code).toBe(-32601);
  client.send(request('l', 'tools/list'));
  expect((await client.until('the list', ({ id }) => id === 'l')).result?.['tools']).toBeDefined();
  client.ws.close();
});
