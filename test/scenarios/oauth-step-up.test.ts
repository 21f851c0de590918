/** Tools that need more of a token than it takes to come in, on every transport. */
import { UnauthorizedError } from 'sdk-1.32/client/auth.js';
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { OAuthMemory } from '../support/oauth-memory.ts';
import { KNOWN_CLIENT, startOidc } from '../support/oidc.ts';
import { send } from '../support/raw.ts';
import { SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';

let issuer: TestIssuer;
let gateway: TestGateway;

beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startTestGateway({
    servers: { echo: echoStdio(), other: echoStdio() },
    merge: {},
    oauth: { issuer: issuer.url, scopes: ['mcp'], toolScopes: { 'echo/big': ['big'] } },
  });
});
afterAll(() => gateway.close());

const bearer = async (aud: string, scope: string) => ({
  authorization: `Bearer ${await issuer.token({ aud, scope })}`,
});
const big = (id: number) => toolCall(id, 'big', { bytes: 1 });
const ran = () => gateway.recorder.of('exchangeEnded').filter(({ method }) => method === 'tools/call').length;

describe('[OAUTH-STEP-UP] a call that needs another scope', () => {
  it('is 403 over Streamable HTTP before anything runs, and the session goes on with the next token', async () => {
    const url = gateway.mcp('echo');
    const client = await StreamableClient.start(url, '2025-11-25', await bearer(url, 'mcp'));
    const before = ran();
    for (const body of [big(1), [toolCall(2, 'echo', { text: 'a' }), big(3)]]) {
      const reply = await client.post(body as never);
      if (Array.isArray(body) && reply.status === 400) continue;
      expect(reply.status).toBe(403);
      expect(reply.headers['www-authenticate']).toMatch(
        /^Bearer error="insufficient_scope", .*scope="mcp big", resource_metadata="[^"]+\/servers\/echo\/mcp"$/,
      );
      expect(await reply.json()).toMatchObject({
        error: { data: { code: 'insufficient_scope', scope: 'mcp big' } },
      });
    }
    expect(ran()).toBe(before);
    expect(textOf(await client.ask(toolCall(4, 'echo', { text: 'a' })))).toBe('a');
    const wider = await client.post(big(5), { headers: await bearer(url, 'mcp big') });
    expect([wider.status, await wider.text()]).toEqual([200, expect.stringContaining('"text":"x"')]);
  });

  it('is told on the stream of HTTP+SSE, and goes on with the next token', async () => {
    const url = gateway.sse('echo');
    const client = await SseClient.open(url, await bearer(url, 'mcp'));
    await client.initialize();
    const refused = await client.ask(big(1));
    expect([wordOf(refused), refused.error?.data]).toEqual([
      'insufficient_scope',
      expect.objectContaining({ scope: 'mcp big' }),
    ]);
    const answer = client.feed.answer(2);
    await (await client.post(big(2), { headers: await bearer(url, 'mcp big') })).text();
    expect(textOf(await answer)).toBe('x');
    client.close();
  });

  it('is told on a WebSocket', async () => {
    const headers = await bearer(`${gateway.url}/servers/echo/ws`, 'mcp');
    const client = await WsClient.open(gateway.ws('echo'), ['mcp'], { headers });
    await client.initialize();
    client.send(big(1));
    expect(wordOf(await client.answer(1))).toBe('insufficient_scope');
    client.send(toolCall(2, 'echo', { text: 'a' }));
    expect(textOf(await client.answer(2))).toBe('a');
    client.ws.close();
  });

  it('is 403 in modern words, too', async () => {
    const url = gateway.mcp('echo');
    const call = modernRequest(1, 'tools/call', { name: 'big', arguments: { bytes: 1 } });
    const ask = async (scope: string) => {
      const headers = { ...modernHeaders(call), ...(await bearer(url, scope)) };
      const reply = await send(url, { method: 'POST', headers, body: JSON.stringify(call) });
      await reply.text();
      return reply.status;
    };
    expect([await ask('mcp'), await ask('mcp big')]).toEqual([403, 200]);
  });

  it('is found under every name, where several servers are one', async () => {
    const url = gateway.mcp();
    const client = await StreamableClient.start(url, '2025-11-25', await bearer(url, 'mcp'));
    const status = async (name: string) => {
      const reply = await client.post(toolCall(name, name, { bytes: 1 }));
      await reply.text();
      return reply.status;
    };
    const names = ['echo__big', 'big', 'other__big', 'other__echo'];
    expect(await Promise.all(names.map(status))).toEqual([403, 403, 200, 200]);
    expect(await status('\u0065cho__b\u0069g')).toBe(403);
    const escaped = await client.post(
      '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"echo__b\\u0069g","arguments":{"bytes":1}}}',
    );
    expect(escaped.status).toBe(403);
    await escaped.text();
  });

  it('makes an SDK get a wider token, with which the same session goes on', async () => {
    const oidc = await startOidc({ scopes: ['mcp', 'big', 'offline_access'] });
    const own = await startTestGateway({
      servers: { echo: echoStdio() },
      oauth: { issuer: oidc.issuer, scopes: ['mcp'], toolScopes: { 'echo/big': ['big'] } },
    });
    // With a refresh token this SDK asks for more by that, which cannot widen it (RFC 6749 section 6), and gives up.
    const memory = new OAuthMemory({ refreshes: false });
    // One that registers may never ask for more than at first, as this SDK tells the server so.
    memory.saveClientInformation({ client_id: KNOWN_CLIENT });
    const transport = () =>
      new StreamableHTTPClientTransport(new URL(own.mcp()), { authProvider: memory as never });
    const first = transport();
    const client = new Client({ name: 'c', version: '1' });
    await expect(client.connect(first as never)).rejects.toThrow(UnauthorizedError);
    await first.finishAuth((await oidc.approve(memory.sentTo as URL)).get('code') ?? '');
    const second = transport();
    await client.connect(second as never);
    const call = () => client.callTool({ name: 'big', arguments: { bytes: 1 } });
    memory.sentTo = undefined;
    await expect(call()).rejects.toThrow(UnauthorizedError);
    const sentTo = memory.sentTo as URL | undefined;
    expect(sentTo?.searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['mcp', 'big']));
    const session = second.sessionId;
    await second.finishAuth((await oidc.approve(sentTo as URL)).get('code') ?? '');
    expect((await call()).content).toEqual([{ type: 'text', text: 'x' }]);
    expect(second.sessionId).toBe(session);
    await client.close();
    await own.close();
  });
});
