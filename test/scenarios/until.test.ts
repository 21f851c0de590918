/** What stays open ends with the token that opened it, and goes on with the next. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD, outcome } from '../support/bearer.ts';
import { echoStdio, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { send } from '../support/raw.ts';
import { request, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';

let issuer: TestIssuer;
let gateway: TestGateway;

beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startTestGateway({
    servers: { echo: echoStdio(), fixture: fixtureInprocess() },
    oauth: { issuer: issuer.url },
    settings: { retryMs: 1_234 },
  });
});
afterAll(() => gateway.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A token, when it ends, and what ends then: not after it, and not much before. */
async function shortToken(aud: string, seconds = 2) {
  const exp = Math.floor(Date.now() / 1_000) + seconds;
  const token = await issuer.token({ aud, exp });
  const left = exp * 1_000 - Date.now();
  const isInTime = (at: number) => at <= exp * 1_000 + 250 && at >= exp * 1_000 - left * 0.1 - 250;
  return { token, isInTime };
}

describe('[UNTIL-SSE] a session of HTTP+SSE', () => {
  it('ends with its token, is told when to come back, and takes no more messages', async () => {
    const { token, isInTime } = await shortToken(gateway.sse());
    const client = await SseClient.open(gateway.sse(), bearer(token));
    await client.initialize();
    expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'a' })))).toBe('a');
    expect(await client.feed.ended).toBe('whole');
    expect(isInTime(Date.now())).toBe(true);
    expect(client.feed.events.at(-1)?.retry).toBe(1_234);
    expect(gateway.recorder.of('sessionClosed').at(-1)).toMatchObject({ reason: 'expired' });
    const next = await issuer.token({ aud: gateway.sse() });
    const late = await client.post(toolCall(2, 'echo', { text: 'b' }), { headers: bearer(next) });
    expect(late.status).toBe(404);
    await late.text();
    const again = await SseClient.open(gateway.sse(), bearer(next));
    await again.initialize();
    again.close();
  });

  it('is not posted to with a token that has run out', async () => {
    const [short, long] = [await shortToken(gateway.sse()), await issuer.token({ aud: gateway.sse() })];
    const first = await SseClient.open(gateway.sse(), bearer(short.token));
    const client = await SseClient.open(gateway.sse(), bearer(long));
    await client.initialize();
    expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'a' })))).toBe('a');
    await first.feed.ended;
    await expect.poll(() => outcome(gateway.mcp(), short.token)).toBe(BAD);
    const late = await client.post(toolCall(2, 'echo', { text: 'b' }), { headers: bearer(short.token) });
    expect([late.status, late.headers['www-authenticate']?.includes('invalid_token')]).toEqual([401, true]);
    await late.text();
    expect(client.feed.end).toBeUndefined();
    client.close();
  });
});

describe('[UNTIL-STREAMABLE] the streams of a session of Streamable HTTP', () => {
  it('end with their token, and the session goes on with the next', async () => {
    const { token, isInTime } = await shortToken(gateway.mcp());
    const client = await StreamableClient.start(gateway.mcp(), '2025-11-25', bearer(token));
    const stream = await client.get();
    expect(await stream.events.ended).toBe('whole');
    expect(isInTime(Date.now())).toBe(true);
    expect(stream.events.events.at(-1)?.retry).toBe(1_234);
    const next = bearer(await issuer.token({ aud: gateway.mcp() }));
    const taken = await client.get(stream.events.lastId, next);
    expect(taken.status).toBe(200);
    const answer = await client.post(toolCall(1, 'echo', { text: 'a' }), { headers: next });
    expect(await answer.text()).toContain('"text":"a"');
    expect(taken.events.end).toBeUndefined();
    taken.cut();
  });
});

describe('[UNTIL-SOCKET] a WebSocket', () => {
  it('is closed with its token, and told why', async () => {
    const { token, isInTime } = await shortToken(gateway.ws().replace('ws:', 'http:'));
    const client = await WsClient.open(gateway.ws(), ['mcp'], { headers: bearer(token) });
    await client.initialize();
    const { code, reason } = await client.closed;
    expect(isInTime(Date.now())).toBe(true);
    expect([code, reason]).toEqual([1008, 'The token or key has run out: connect again with a new one.']);
  });
});

describe('[UNTIL-LISTEN] a modern call that listens', () => {
  it('is ended in good order with its token', async () => {
    const url = gateway.mcp('fixture');
    const { token, isInTime } = await shortToken(url);
    const listen = modernRequest(1, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    const headers = { ...modernHeaders(listen), ...bearer(token) };
    const reply = await send(url, { method: 'POST', headers, body: JSON.stringify(listen), alone: true });
    await reply.events.until('the acknowledgement', () => reply.events.messages[0]);
    expect(await reply.events.ended).toBe('whole');
    expect(isInTime(Date.now())).toBe(true);
    expect(reply.events.messages.at(-1)).toMatchObject({ id: 1, result: { resultType: 'complete' } });
  });
});

describe('[UNTIL-ANSWERS] the answer to a call', () => {
  it('may come after the token that asked has run out', async () => {
    const url = gateway.mcp('fixture');
    const { token } = await shortToken(url);
    const client = await StreamableClient.start(url, '2025-11-25', bearer(token));
    const standing = await client.get();
    const reply = await client.post(
      request(1, 'tools/call', { name: 'sleep', arguments: { ms: 2_600 }, _meta: { progressToken: 1 } }),
    );
    const { events } = reply;
    await standing.events.ended;
    expect((await events.answer(1)).result).toBeDefined();
    await expect.poll(() => outcome(url, token)).toBe(BAD);
  });
});
