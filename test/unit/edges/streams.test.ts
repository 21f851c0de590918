/** GET and DELETE: standing streams, taking up again, and the end. */
import { describe, expect, it } from 'vitest';
import { turn } from '../engine/support.ts';
import { front, held, sseSession, streamableSession, toolCall, type FrontWorld } from './support.ts';

const code = (reply: { body: string | undefined }) =>
  (JSON.parse(reply.body ?? '') as { error?: { data?: { code?: string } } }).error?.data?.code;

const changed = (at: FrontWorld, n: number) =>
  at.driver.link.notifies('notifications/tools/list_changed', { n });

describe('the standing stream of Streamable HTTP', () => {
  it('brings what the server announces, and a second GET takes over', async () => {
    const at = front();
    const headers = { 'mcp-session-id': await streamableSession(at) };
    const first = await at.ask('GET', '/mcp', { headers });
    changed(at, 1);
    const second = await at.ask('GET', '/mcp', { headers });
    changed(at, 2);
    expect(first.connection?.closedBy).toBe('replaced');
    expect(first.connection?.messages.map(({ params }) => params?.n)).toEqual([1]);
    expect(second.connection?.messages.map(({ params }) => params?.n)).toEqual([2]);
    expect(second.headers['mcp-session-id']).toBe(headers['mcp-session-id']);
  });

  it('starts with a priming event for those who know it, and with a comment for others', async () => {
    const at = front({ settings: { retryMs: 900 } });
    const older = { 'mcp-session-id': await streamableSession(at, {}, '2025-06-18') };
    at.driver.handshake = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} };
    const newer = { 'mcp-session-id': await streamableSession(at, {}, '2025-11-25') };
    const epoch = at.gateway.context.epoch;
    expect((await at.ask('GET', '/mcp', { headers: older })).connection?.frames).toEqual([
      { comment: 'connected' },
    ]);
    expect((await at.ask('GET', '/mcp', { headers: newer })).connection?.frames).toEqual([
      { id: `${epoch}-0-0`, retry: 900, data: '' },
    ]);
  });

  it('gives what came while nobody listened, once', async () => {
    const at = front();
    const headers = { 'mcp-session-id': await streamableSession(at) };
    for (const n of [1, 2]) changed(at, n);
    const first = await at.ask('GET', '/mcp', { headers });
    expect(first.connection?.messages.map(({ params }) => params?.n)).toEqual([1, 2]);
    const second = await at.ask('GET', '/mcp', { headers });
    expect(second.connection?.messages).toEqual([]);
  });
});

describe('taking up again', () => {
  async function cutCall(at: FrontWorld) {
    at.driver.answersCalls = false;
    const headers = { 'mcp-session-id': await streamableSession(at) };
    const { responder } = at.begin('POST', '/mcp', {
      headers,
      body: toolCall(1, { name: 't', _meta: { progressToken: 'p' } }),
    });
    await turn();
    const { link } = at.driver;
    const { id } = link.last;
    const progress = (n: number) =>
      link.notifies('notifications/progress', { progressToken: id, progress: n });
    progress(1);
    progress(2);
    const { connection } = responder;
    if (!connection) throw new Error('There is no stream.');
    return { headers, connection, progress, answer: () => link.answers(id, { ok: true }) };
  }

  it('gives every event of a call after the last one, and then its answer', async () => {
    const at = front();
    const { headers, connection, progress, answer } = await cutCall(at);
    const [firstId] = connection.ids;
    connection.vanish();
    progress(3);
    const resumed = await at.ask('GET', '/mcp', {
      headers: { ...headers, 'last-event-id': firstId ?? '' },
    });
    progress(4);
    answer();
    expect(resumed.connection?.messages.map(({ params, result }) => params?.progress ?? result)).toEqual([
      2,
      3,
      4,
      { ok: true },
    ]);
    expect(resumed.connection?.closedBy).toBe('done');
    const last = resumed.connection?.ids.at(-1) ?? '';
    const again = await at.ask('GET', '/mcp', { headers: { ...headers, 'last-event-id': last } });
    expect(again.status).toBe(204);
  });

  it('takes the stream over from a reader that hangs', async () => {
    const at = front();
    const { headers, connection, progress } = await cutCall(at);
    const last = connection.ids.at(-1) ?? '';
    const resumed = await at.ask('GET', '/mcp', { headers: { ...headers, 'last-event-id': last } });
    expect(connection.closedBy).toBe('replaced');
    progress(3);
    expect(resumed.connection?.messages.map(({ params }) => params?.progress)).toEqual([3]);
  });

  it.each([
    ['nonsense', 'bad_event_id'],
    ['EPOCH-0-5', 'bad_event_id'],
    ['EPOCH-1-3', 'bad_event_id'],
    ['EPOCH-1-999999999999999', 'bad_event_id'],
    ['EPOCH-7-1', 'history_lost'],
    ['other-1-1', 'history_lost'],
  ])('by %s is refused as %s', async (lastEventId, word) => {
    const at = front();
    const { headers } = await cutCall(at);
    const last = lastEventId.replace('EPOCH', at.gateway.context.epoch);
    const reply = await at.ask('GET', '/mcp', { headers: { ...headers, 'last-event-id': last } });
    expect([reply.status, code(reply)]).toEqual([400, word]);
  });

  it('by the event id of another session gives only what is of one’s own', async () => {
    const at = front();
    const { connection, answer } = await cutCall(at);
    answer();
    const mine = { 'mcp-session-id': await streamableSession(at) };
    const reply = await at.ask('GET', '/mcp', {
      headers: { ...mine, 'last-event-id': connection.ids[0] ?? '' },
    });
    expect(code(reply)).toBe('history_lost');
    const standing = `${at.gateway.context.epoch}-0-0`;
    const own = await at.ask('GET', '/mcp', { headers: { ...mine, 'last-event-id': standing } });
    expect(own.connection?.messages).toEqual([]);
  });

  it('with an empty id is the standing stream', async () => {
    const at = front();
    const headers = { 'mcp-session-id': await streamableSession(at), 'last-event-id': '' };
    changed(at, 1);
    expect((await at.ask('GET', '/mcp', { headers })).connection?.messages).toHaveLength(1);
  });
});

describe('DELETE', () => {
  it('ends the session and its streams; it is not found any more', async () => {
    const at = front();
    const headers = { 'mcp-session-id': await streamableSession(at) };
    const { connection } = await at.ask('GET', '/mcp', { headers });
    expect((await at.ask('DELETE', '/mcp', { headers })).status).toBe(200);
    expect(connection?.closedBy).toBe('session-closed');
    for (const method of ['DELETE', 'GET', 'POST']) {
      expect((await at.ask(method, '/mcp', { headers, body: toolCall(1) })).status).toBe(404);
    }
    expect([at.gateway.sessions, at.driver.alive]).toEqual([0, 0]);
  });

  it('needs a session to end', async () => {
    const at = front();
    expect((await at.ask('DELETE', '/mcp')).status).toBe(400);
  });

  it('answers a call that is in flight', async () => {
    const at = front();
    at.driver.answersCalls = false;
    const headers = { 'mcp-session-id': await streamableSession(at) };
    const { responder } = at.begin('POST', '/mcp', { headers, body: toolCall(1) });
    await turn();
    await at.ask('DELETE', '/mcp', { headers });
    expect(responder.json).toMatchObject({ id: 1, error: { data: { code: 'session_closed' } } });
  });
});

describe('HTTP with SSE', () => {
  it('says the endpoint first and once, relative to where it is mounted', async () => {
    const at = front({ basePath: '/base' });
    const { endpoint, connection } = await sseSession(at);
    expect(endpoint).toMatch(/^\/base\/messages\?sessionId=[\w-]+$/);
    expect(connection.frames.filter(({ event }) => event === 'endpoint')).toHaveLength(1);
    expect((await at.ask('HEAD', '/sse')).headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(at.gateway.sessions).toBe(1);
  });

  it('ends its session with its stream, also one whose POST is on its way', async () => {
    const at = front();
    const { endpoint, connection } = await sseSession(at);
    const late = held();
    at.begin('POST', endpoint, { held: late });
    connection.vanish();
    expect(at.gateway.sessions).toBe(0);
    late.arrive(toolCall(1));
    await turn();
    expect(at.driver.opens).toBe(0);
  });
});
