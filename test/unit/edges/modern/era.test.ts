/** Telling modern POSTs from legacy ones, and where each may be sent. */
import { describe, expect, test } from 'vitest';
import { turn } from '../../engine/support.ts';
import { front, initialize, JSON_POST, sseSession, streamableSession, toolCall } from '../support.ts';
import { begin, call, headOf, META, modernFront, post, request, told, VERSION } from './support.ts';

const MODERN = { 'mcp-protocol-version': VERSION };

describe('the era of a POST', () => {
  test('[FACE-ERA] a body without a claim is legacy, with a legacy version in its head or none', async () => {
    const at = front();
    for (const headers of [{}, { 'mcp-protocol-version': '2025-11-25' }])
      expect((await at.ask('POST', '/mcp', { body: toolCall(1), headers })).status).toBe(200);
    expect(at.driver.link.methods[0]).toBe('initialize');
    expect(at.driver.links.map(({ context }) => context.era ?? 'legacy')).not.toContain('modern');
  });

  test('[FACE-ERA] a claim counts, whatever the head says', async () => {
    const reply = await post(modernFront(), call(), { 'mcp-protocol-version': '2025-11-25' });
    expect(told(reply)).toEqual([400, -32020, 'header_mismatch']);
  });

  test('[FACE-ERA] `initialize` under a modern head says nothing of itself', async () => {
    const reply = await modernFront().ask('POST', '/mcp', { body: initialize(), headers: MODERN });
    expect(told(reply)).toEqual([400, -32602, 'bad_meta']);
  });

  test('[FACE-URLS] both URLs serve it, of the root and of a server', async () => {
    const { server } = modernFront();
    const at = modernFront({ servers: { srv: { driver: server, era: 'modern' } } });
    for (const url of ['/mcp', '/sse', '/servers/srv/mcp', '/servers/srv/sse', '/mcp/sse', '/api/mcp'])
      expect((await post(at, call(), {}, url)).status, url).toBe(200);
    expect(server.link.methods).toEqual(Array.from({ length: 6 }, () => 'tools/call'));
  });

  test('[FACE-SESSION] names of sessions and events mean nothing', async () => {
    const at = modernFront();
    const headers = { 'mcp-session-id': 'never', 'last-event-id': 'x-0-1' };
    const reply = await post(at, call(), headers);
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.headers)).toEqual(['content-type']);
    expect(at.gateway.sessions).toBe(0);
  });

  test('[FACE-SESSION] not even that of an open session', async () => {
    const at = front();
    const id = await streamableSession(at);
    const reply = await post(at, call(), { 'mcp-session-id': id });
    expect([reply.status, reply.headers['mcp-session-id']]).toEqual([200, undefined]);
    expect(at.driver.links.length).toBe(2);
  });
});

describe('what has no place in modern words', () => {
  test('[FACE-BODIES] a batch', async () => {
    const headers = { ...JSON_POST, ...headOf(call()) };
    for (const body of [[call()], [toolCall(1), call({}, 2)], [toolCall(1)]]) {
      const reply = await modernFront().ask('POST', '/mcp', { body, headers });
      expect(told(reply)).toEqual([400, -32600, 'batch_not_allowed']);
    }
    const unnamed = await front().ask('POST', '/mcp', { body: [toolCall(1), call({}, 2)] });
    expect(told(unnamed)).toEqual([400, -32600, 'batch_not_allowed']);
  });

  test('[FACE-BODIES] an answer to a question', async () => {
    for (const body of [
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } },
    ]) {
      const reply = await modernFront().ask('POST', '/mcp', { body, headers: MODERN });
      expect(told(reply)).toEqual([400, -32600, 'invalid_request']);
    }
  });

  test.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])(
    '[FACE-GONE] %s',
    async (method) => {
      const at = modernFront();
      expect(told(await post(at, request(method)))).toEqual([404, -32601, 'method_not_found']);
      expect(at.server.opens).toBe(0);
    },
  );

  test.each(['GET', 'DELETE'])('[FACE-POST-ONLY] %s', async (method) => {
    const at = modernFront();
    const id = await streamableSession(front());
    for (const headers of [MODERN, { ...MODERN, 'mcp-session-id': id }])
      for (const url of ['/mcp', '/sse']) {
        const reply = await at.ask(method, url, { headers });
        expect([reply.status, reply.headers['allow']]).toEqual([405, 'POST']);
      }
    expect(at.gateway.sessions).toBe(0);
  });
});

describe('a modern message in a session', () => {
  test('[FACE-WRONG-ERA] of HTTP with SSE is answered on its stream', async () => {
    const at = front();
    const { connection, endpoint } = await sseSession(at);
    const reply = await at.ask('POST', endpoint, { body: call({}, 7), headers: headOf(call()) });
    expect(reply.status).toBe(202);
    expect(connection.messages.at(-1)).toMatchObject({
      id: 7,
      error: { code: -32600, data: { code: 'wrong_era' } },
    });
    expect(at.driver.opens).toBe(0);
  });

  test('[FACE-WRONG-ERA] that asks what is spoken is told that the method is unknown', async () => {
    const at = front();
    const { connection, endpoint } = await sseSession(at);
    await at.ask('POST', endpoint, { body: request('server/discover', {}, {}, 'd') });
    expect(connection.messages.at(-1)).toMatchObject({ id: 'd', error: { code: -32601 } });
  });

  test('[FACE-WRONG-ERA] and is a notification is dropped, and told', async () => {
    const at = front();
    const { connection, endpoint } = await sseSession(at);
    const before = connection.messages.length;
    const body = { jsonrpc: '2.0', method: 'notifications/roots/list_changed', params: { _meta: META } };
    expect((await at.ask('POST', endpoint, { body })).status).toBe(202);
    expect(connection.messages.length).toBe(before);
    expect(at.notes.refusals).toContain('wrong_era');
  });
});

describe('notifications', () => {
  const notice = { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params: { requestId: 1 } };

  test.each([
    ['without a claim', notice, MODERN],
    ['with one', { ...notice, params: { _meta: META } }, {}],
    ['with both', { ...notice, params: { _meta: META } }, { ...MODERN, 'mcp-method': notice.method }],
  ])('[FACE-NOTIFICATION] %s are accepted, and go nowhere', async (_what, body, headers) => {
    const at = modernFront();
    const reply = await at.ask('POST', '/mcp', { body, headers });
    expect([reply.status, reply.body]).toEqual([202, '']);
    expect(at.server.opens).toBe(0);
  });

  test.each([
    ['another version', -32020, { _meta: META }, { 'mcp-protocol-version': '2026-07-29' }],
    ['another method', -32020, { _meta: META }, { ...MODERN, 'mcp-method': 'notifications/progress' }],
    ['another method, unclaimed', -32020, {}, { ...MODERN, 'mcp-method': 'notifications/progress' }],
    ['a version that is none', -32602, { _meta: { 'io.modelcontextprotocol/protocolVersion': 1 } }, {}],
    ['an unknown version', -32022, {}, { 'mcp-protocol-version': '2099-01-01' }],
  ])('[FACE-NOTIFICATION] with %s are 400', async (_what, code, params, headers) => {
    const reply = await modernFront().ask('POST', '/mcp', { body: { ...notice, params }, headers });
    expect(told(reply).slice(0, 2)).toEqual([400, code]);
    expect(reply.json.id).toBeNull();
  });
});

test('[FACE-CANCEL] a client that went away while it sent is not asked for', async () => {
  const at = modernFront();
  const { responder } = begin(at, call());
  responder.abort();
  await turn();
  expect([responder.answers, at.server.opens, at.gateway.inFlight]).toEqual([0, 0, 0]);
});
