/** POSTs to HTTP+SSE that meet a changed world, in the words of their own shape; and what the front lets through. */
import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES } from '../../../src/dialects/table.ts';
import { rescue } from '../../../src/edges/http/rescue.ts';
import { turn } from '../engine/support.ts';
import { FakeRequest, front, type FrontWorld, held, sseSession, toolCall } from './support.ts';

async function idOf(at: FrontWorld): Promise<string> {
  return (await sseSession(at)).endpoint.split('=')[1] ?? '';
}

const clgCall = (connectionId: string) => ({ ...toolCall(1), connectionId, protocol: 'sse' });
const railsCall = (connection_id: string) => ({ ...toolCall(1), connection_id });

describe('the body of a POST', () => {
  it('[DIALECT-NAMES] is read once, wherever the session is named', async () => {
    const at = front();
    const id = await idOf(at);
    for (const [url, body] of [
      ['/sse', clgCall(id)],
      ['/messages', clgCall(id)],
      ['/mcp/sse/message', railsCall(id)],
      [`/messages?sessionId=${id}`, toolCall(1)],
      ['/mcp', toolCall(1)],
      ['/mcp', clgCall('never')],
    ] as const) {
      const { request, responder } = at.begin('POST', url, { body });
      await turn();
      expect([url, request.bodiesRead, responder.answers]).toEqual([url, 1, 1]);
    }
  });

  it('is not read where the head names a session that is not there, nor where none can be in it', async () => {
    const at = front();
    const strict = front({ dialect: 'http-sse' });
    for (const [world, url, status] of [
      [at, '/messages?sessionId=never', 404],
      [at, '/mcp/sse/message?connection_id=never', 400],
      [strict, '/messages', 400],
    ] as const) {
      const { request, responder } = world.begin('POST', url, { body: toolCall(1) });
      await turn();
      expect([url, request.bodiesRead, responder.status]).toEqual([url, 0, status]);
    }
  });
});

it('[DIALECT-UNTOLD] an error in the words of the standard has the id of what was refused', async () => {
  const at = front();
  const reply = await at.ask('POST', '/mcp', { body: '{"jsonrpc":"2.0","id":"seven","method":7}' });
  expect([reply.status, reply.json]).toMatchObject([400, { id: 'seven', error: { code: -32600 } }]);
});

describe('[DIALECT-CLG-ERRORS] [DIALECT-RAILS-ERRORS] what goes wrong on the way', () => {
  it.each([
    ['clg', '/sse', /^500 {"error":"The gateway failed on this request.","code":-32603}$/],
    [
      'rails',
      '/mcp/sse/message',
      /^500 {"error":"The gateway failed on this request.","timestamp":"[^"]+"}$/,
    ],
  ])('a fault of the gateway is told in the words of %s', async (dialect, url, words) => {
    const at = front({ dialect: dialect as 'clg' });
    at.runtime.isUtf8 = () => {
      throw new Error('broken');
    };
    const reply = await at.ask('POST', url, { body: clgCall('x') });
    expect(`${reply.status} ${reply.body}`).toMatch(words);
  });

  it.each([
    ['clg', '/sse', clgCall, '{"error":"Invalid or missing connectionId","code":-32001}'],
    ['rails', '/mcp/sse/message', railsCall, '{"error":"Invalid or missing connection_id"'],
  ] as const)('the session of %s ends while the body comes', async (_name, url, body, words) => {
    const at = front();
    const { connection, endpoint } = await sseSession(at);
    const late = held();
    const { responder } = at.begin('POST', url, { held: late });
    connection.vanish();
    late.arrive(body(endpoint.split('=')[1] ?? ''));
    await turn();
    expect(responder.status).toBe(400);
    expect(responder.body).toContain(words);
  });

  it('a body that is not UTF-8, too: on a live session in its shape', async () => {
    const at = front();
    const id = await idOf(at);
    at.runtime.isUtf8 = () => false;
    const clg = await at.ask('POST', `/sse?connectionId=${id}`, { body: '{}' });
    expect([clg.status, clg.json]).toMatchObject([400, { code: -32700 }]);
    const plain = await at.ask('POST', `/messages?sessionId=${id}`, { body: '{}' });
    expect([plain.status, plain.body ?? '']).toEqual([202, '']);
  });
});

it.each(DIALECT_NAMES)(
  '[DIALECT-HEAD] [DIALECT-OWN-ROUTE] %s may be the dialect of all routes',
  async (dialect) => {
    const at = front({ dialect });
    expect((await at.ask('HEAD', '/sse')).headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(at.gateway.sessions).toBe(0);
    const { connection } = await at.ask('GET', '/sse');
    expect(connection?.frames.length).toBeGreaterThan(0);
    expect([...at.gateway.tally.dialects()]).toEqual([[dialect, 1]]);
    connection?.vanish();
    expect([...at.gateway.tally.dialects()]).toEqual([]);
  },
);

describe('[DIALECT-AAREGURU-RESCUE] a path that is a JSON text', () => {
  const rescued = (url: string, basePath = '') => {
    const found = rescue(new FakeRequest('POST', url, {}, Promise.resolve(new Uint8Array())), basePath);
    return found && `${found.path}?${found.query}`;
  };

  it.each([
    ['/%7B%22uri%22:%22/messages?session_id=x%22}', '', '/messages?session_id=x'],
    ['/%7B%22uri%22:%22/messages?session_id=x%22%7D', '', '/messages?session_id=x'],
    ['/{"uri":"/messages?session_id=x"}', '', '/messages?session_id=x'],
    ['/%7b%22uri%22%3a%20%22/messages/?session_id=x%22%7d', '', '/messages/?session_id=x'],
    [
      '/servers/a/%7B%22uri%22:%22/servers/a/messages?session_id=x%22}',
      '',
      '/servers/a/messages?session_id=x',
    ],
    ['/mcp/%7B%22uri%22:%22/base/messages?session_id=x%22}', '/base', '/messages?session_id=x'],
    ['/mcp/%7B%22uri%22:%22/basement/messages?session_id=x%22}', '/base', '/basement/messages?session_id=x'],
  ])('%s under "%s"', (url, basePath, path) => expect(rescued(url, basePath)).toBe(path));

  it.each([
    '/messages?session_id=x%22}',
    '/%7B%22url%22:%22/messages?x',
    '/%7B%22uri%22:%22/health?x',
    '/%7B%22uri%22:%22/%7B%22uri%22:%22/messages?x',
    `/%7B%22uri%22:%22/${'x'.repeat(2_100)}/messages?x`,
  ])('is not %s', (url) => expect(rescued(url)).toBeUndefined());
});
