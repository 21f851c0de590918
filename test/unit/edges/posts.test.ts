/** POSTs that meet a changed world, and those that are not what they seem. */
import { describe, expect, it } from 'vitest';
import { FakeResponder, turn } from '../engine/support.ts';
import {
  FakeRequest,
  front,
  held,
  initialize,
  sseSession,
  streamableSession,
  toolCall,
  type FrontWorld,
} from './support.ts';

const code = (reply: { body: string | undefined }) =>
  (JSON.parse(reply.body ?? '') as { error?: { data?: { code?: string } } }).error?.data?.code;

describe('while a body is on its way', () => {
  it('its session ends: the request is answered all the same', async () => {
    const at = front();
    const id = await streamableSession(at);
    const late = held();
    const { responder } = at.begin('POST', '/mcp', { headers: { 'mcp-session-id': id }, held: late });
    await at.ask('DELETE', '/mcp', { headers: { 'mcp-session-id': id } });
    late.arrive(toolCall(1));
    await turn();
    expect([responder.status, code(responder)]).toEqual([404, 'unknown_session']);
    at.runtime.advance(3_600_000);
    expect(responder.answers).toBe(1);
  });

  it('its session of HTTP with SSE ends: it is told so', async () => {
    const at = front();
    const { endpoint, connection } = await sseSession(at);
    const late = held();
    const { responder } = at.begin('POST', endpoint, { held: late });
    connection.vanish();
    late.arrive(toolCall(1));
    await turn();
    expect([responder.status, code(responder)]).toEqual([404, 'unknown_session']);
    expect(at.driver.opens).toBe(0);
  });

  it.each([
    ['a new session', initialize()],
    ['no session', toolCall(1)],
  ])('its server is taken out: %s is opened there', async (_name, body) => {
    const at = front();
    const late = held();
    const { responder } = at.begin('POST', '/mcp', { held: late });
    await at.gateway.removeServer('srv');
    late.arrive(body);
    await turn();
    expect([responder.status, code(responder)]).toEqual([404, 'unknown_server']);
    expect(at.gateway.sessions).toBe(0);
  });

  it('the gateway drains: no new session is opened', async () => {
    const at = front({ settings: { drainMs: 0 } });
    const late = held();
    const { responder } = at.begin('POST', '/mcp', { held: late });
    await at.gateway.drain();
    late.arrive(initialize());
    await turn();
    expect([responder.status, code(responder)]).toEqual([503, 'draining']);
  });

  it.each(['/mcp', 'sse'])(
    'its client goes away: nothing is opened, and nothing is thrown (%s)',
    async (to) => {
      const at = front();
      const url = to === 'sse' ? (await sseSession(at)).endpoint : to;
      const before = at.gateway.sessions;
      for (const fails of [true, false]) {
        const late = held();
        const { responder } = at.begin('POST', url, { held: late });
        responder.abort();
        if (fails) late.fail(new Error('aborted'));
        else late.arrive(initialize());
        await turn();
        expect(responder.answers).toBe(0);
      }
      at.runtime.advance(1_000);
      expect(at.gateway.sessions).toBe(before);
      expect(at.gateway.inFlight).toBe(0);
    },
  );
});

describe('a GET', () => {
  it('whose client is gone already opens no session', () => {
    const at = front();
    const responder = new FakeResponder();
    responder.isGone = true;
    const headers = { host: 'localhost', accept: 'text/event-stream' };
    at.front.handle(new FakeRequest('GET', '/sse', headers, held().body), responder);
    expect(at.gateway.sessions).toBe(0);
  });

  it('by a person or a probe gets a hint and no session', async () => {
    const at = front({ basePath: '/base/' });
    for (const accept of [undefined, 'text/html', '*/*', 'application/json']) {
      const reply = await at.ask('GET', '/servers/srv/sse', { headers: { accept: accept as string } });
      expect(JSON.parse(reply.body ?? '')).toMatchObject({
        endpoints: ['/base/servers/srv/sse', '/base/servers/srv/mcp'],
      });
    }
    expect(at.gateway.sessions).toBe(0);
  });
});

describe('`initialize` over Streamable HTTP', () => {
  it('opens a session and names it', async () => {
    const at = front();
    const reply = await at.ask('POST', '/mcp', { body: initialize('h') });
    expect(reply.json).toMatchObject({ id: 'h', result: { serverInfo: { name: 'played' } } });
    expect(reply.headers['mcp-session-id']).toBeDefined();
    expect(at.gateway.sessions).toBe(1);
  });

  it('that is refused leaves no session, and names none', async () => {
    const at = front();
    at.driver.fault = { code: 'start-failed', message: 'No.' };
    const reply = await at.ask('POST', '/mcp', { body: initialize() });
    expect(reply.json.error?.data?.code).toBe('upstream_start_failed');
    expect(reply.headers['mcp-session-id']).toBeUndefined();
    expect(at.gateway.sessions).toBe(0);
  });

  it('that is refused late, on a stream, leaves none either', async () => {
    const at = front();
    at.driver.isHeld = true;
    at.driver.fault = { code: 'start-failed', message: 'No.' };
    const { responder } = at.begin('POST', '/mcp', { body: initialize() });
    await turn();
    at.runtime.advance(50);
    expect(responder.headers['mcp-session-id']).toBeDefined();
    at.driver.release();
    await turn();
    expect(responder.connection?.messages[0]?.error?.message).toBe('No.');
    expect(responder.connection?.closedBy).toBe('done');
    expect(at.gateway.sessions).toBe(0);
  });

  it('whose client goes away before the answer leaves none', async () => {
    const at = front();
    at.driver.isHeld = true;
    const { responder } = at.begin('POST', '/mcp', { body: initialize() });
    await turn();
    responder.abort();
    expect(at.gateway.sessions).toBe(0);
    at.driver.release();
    await turn();
    expect(at.driver.alive).toBe(0);
  });

  it('without an id is no request, and opens no session', async () => {
    const at = front();
    const { id: _id, ...body } = initialize();
    const reply = await at.ask('POST', '/mcp', { body });
    expect(reply.status).toBe(202);
    expect(at.gateway.sessions).toBe(0);
  });

  it('in a session that is open is the server’s to judge', async () => {
    const at = front();
    const id = await streamableSession(at);
    const reply = await at.ask('POST', '/mcp', { headers: { 'mcp-session-id': id }, body: initialize(7) });
    expect(reply.json.id).toBe(7);
    expect([at.gateway.sessions, at.driver.opens]).toEqual([1, 1]);
  });

  it('over the cap is refused, and told when to try again', async () => {
    const at = front({ settings: { sessions: 1 } });
    await streamableSession(at);
    const reply = await at.ask('POST', '/mcp', { body: initialize() });
    expect([reply.status, reply.headers['retry-after'], code(reply)]).toEqual([
      503,
      '5',
      'too_many_sessions',
    ]);
  });
});

describe('what a POST holds', () => {
  const post = (at: FrontWorld, body: unknown, headers = {}) => at.ask('POST', '/mcp', { body, headers });

  it.each([
    ['{', 400, 'parse_error'],
    ['', 400, 'parse_error'],
    ['null', 400, 'invalid_request'],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', 400, 'doubled_member'],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, 'invalid_request'],
    ['[]', 400, 'batch_empty'],
    [`[${JSON.stringify(initialize())}]`, 400, 'invalid_request'],
  ])('%s is refused with %d', async (body, status, word) => {
    const at = front();
    const reply = await post(at, body);
    expect([reply.status, code(reply)]).toEqual([status, word]);
  });

  it.each([
    [{ accept: 'application/json' }, 406, 'not_acceptable'],
    [{ accept: 'text/event-stream' }, 406, 'not_acceptable'],
    [{ accept: 'text/html' }, 406, 'not_acceptable'],
    [{ 'content-type': 'text/plain' }, 415, 'wrong_content_type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415, 'wrong_content_type'],
    [{ 'content-type': 'application/jsonp' }, 415, 'wrong_content_type'],
    [{ 'mcp-protocol-version': '1' }, 400, 'unsupported_version'],
    [{ 'mcp-protocol-version': '2026-07-28' }, 400, 'bad_meta'],
    [{ 'mcp-session-id': 'never' }, 404, 'unknown_session'],
    [{ 'mcp-session-id': '' }, 404, 'unknown_session'],
  ])('with %j is refused with %d', async (headers, status, word) => {
    const at = front();
    const { request, responder } = at.begin('POST', '/mcp', { headers, body: toolCall(1) });
    await turn();
    expect([responder.status, code(responder)]).toEqual([status, word]);
    // Whatever the head says, the body may be one in modern words; it is read once at most.
    expect(request.bodiesRead).toBe(status === 415 ? 0 : 1);
    expect(at.driver.opens).toBe(0);
  });

  it('a notification or an answer is acknowledged with 202', async () => {
    const at = front();
    const headers = { 'mcp-session-id': await streamableSession(at) };
    for (const body of [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 99, result: {} },
      { jsonrpc: '2.0', id: 99, error: { code: 1, message: 'm' } },
    ]) {
      const reply = await post(at, body, headers);
      expect([reply.status, reply.body]).toEqual([202, '']);
    }
  });

  it('a batch is answered as one where there are batches, each part for itself', async () => {
    const at = front();
    const headers = { 'mcp-protocol-version': '2025-03-26' };
    const reply = await post(at, [toolCall(1), { jsonrpc: '2.0', id: 2 }, toolCall('1')], headers);
    const answers = JSON.parse(reply.body ?? '') as { id: unknown; error?: unknown }[];
    expect(answers.map(({ id, error }) => [id, error !== undefined]).sort()).toEqual(
      [
        [1, false],
        [2, true],
        ['1', false],
      ].sort(),
    );
    const newer = await post(at, [toolCall(1)], { 'mcp-protocol-version': '2025-06-18' });
    expect([newer.status, code(newer)]).toEqual([400, 'batch_not_allowed']);
  });

  it('many calls with the same id from clients without a session are each answered in their own POST', async () => {
    const at = front();
    const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => post(at, toolCall(1, { n }))));
    expect(replies.map(({ json }) => json.result?.echo)).toEqual(
      Array.from({ length: 50 }, (_, n) => ({ n })),
    );
    expect([at.gateway.sessions, at.driver.opens]).toEqual([0, 1]);
  });

  it('on HTTP with SSE is answered on the stream, errors included', async () => {
    const at = front();
    const { endpoint, connection } = await sseSession(at);
    for (const body of ['{', '[]', '{"jsonrpc":"2.0","id":5}', toolCall(1)]) {
      expect((await at.ask('POST', endpoint, { body })).status).toBe(202);
    }
    expect(connection.messages.map(({ id, error }) => [id, error?.data?.code])).toEqual([
      [null, 'parse_error'],
      [null, 'batch_empty'],
      [5, 'invalid_request'],
      [1, undefined],
    ]);
  });

  it('on HTTP with SSE needs the session it is for', async () => {
    const at = front();
    const missing = await at.ask('POST', '/messages', { body: toolCall(1) });
    const unknown = await at.ask('POST', '/messages?sessionId=never', { body: toolCall(1) });
    expect([missing.status, code(missing), unknown.status, code(unknown)]).toEqual([
      400,
      'missing_session',
      404,
      'unknown_session',
    ]);
  });
});
