/** A gateway with real clients and a real server, as its operator sees it happen. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { MessageView } from '../../src/edges/admin/contract/session.ts';
import type { Running } from '../../src/edges/node/start.ts';
import { descendants } from '../support/children.ts';
import { configured, serve } from '../support/configured.ts';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { type Reply, send } from '../support/raw.ts';
import { request, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';

const KEY = 'an-operators-key-of-the-test';
const ECHO = fileURLToPath(new URL('../fixtures/server/echo-stdio.ts', import.meta.url));
const FILE = {
  mcpServers: {
    echo: { command: process.execPath, args: [ECHO], warm: 1, env: { TOKEN: 'planted-in-env' } },
  },
  admin: { key: KEY },
};
const SHOWN = { authorization: `Bearer ${KEY}` };

const feeds = new Set<Reply>();
afterEach(() => {
  for (const feed of feeds) feed.cut();
  feeds.clear();
});

async function started(): Promise<Running> {
  return serve(configured(FILE));
}

/** What the admin API says: of any shape, and looked at as a whole. */
async function asked(at: Running, path: string, method = 'GET'): Promise<{ status: number; body: unknown }> {
  const reply = await send(`${at.url}/admin/api/${path}`, { method, headers: SHOWN });
  const text = await reply.text();
  return { status: reply.status, body: (text === '' ? undefined : JSON.parse(text)) as unknown };
}

async function watching(at: Running, query: string, headers: Record<string, string> = SHOWN): Promise<Reply> {
  const feed = await send(`${at.url}/admin/api/events?${query}`, { headers, alone: true });
  feeds.add(feed);
  return feed;
}

/** Messages that came on a feed, when those that are waited for are there. */
function messagesOn({ events }: Reply, isEnough: (all: MessageView[]) => boolean): Promise<MessageView[]> {
  return events.until('messages', () => {
    const all = events.events
      .filter(({ event }) => event === 'messages')
      .flatMap(({ data }) => JSON.parse(data) as MessageView[]);
    return isEnough(all) ? all : undefined;
  });
}

const answers = (all: MessageView[]) =>
  all.filter(
    ({ leg, method, kind }) => leg === 'to-client' && method === 'tools/call' && kind === 'response',
  );

describe('what passes', () => {
  it('[LIVE-REAL] is shown with both sides and its times, whatever carries it', async () => {
    const at = await started();
    const feed = await watching(at, 'topics=messages,sessions');
    const server = `${at.url}/servers/echo`;
    const sse = await SseClient.open(`${server}/sse`);
    await sse.initialize();
    const streamable = await StreamableClient.start(`${server}/mcp`);
    const ws = await WsClient.open(`${server.replace('http', 'ws')}/ws`);
    await ws.initialize();
    const call = (id: string) => toolCall(id, 'echo', { text: `said by ${id}, planted-in-env` });
    expect(textOf(await sse.ask(call('sse')))).toContain('said by sse');
    await streamable.ask(call('streamable'));
    await ws.ask(call('ws'));
    const modern = modernRequest('modern', 'tools/call', {
      name: 'echo',
      arguments: { text: 'said by modern' },
    });
    const headers = modernHeaders(modern);
    await (await send(`${server}/mcp`, { method: 'POST', headers, body: JSON.stringify(modern) })).text();

    const all = await messagesOn(feed, (seen) => answers(seen).length >= 4);
    for (const answer of answers(all)) {
      const told = all.filter(({ call: of }) => of === answer.call);
      expect(told.map(({ leg, kind }) => `${leg} ${kind}`)).toEqual([
        ...['from-client request', 'to-server request', 'from-server response', 'to-client response'],
      ]);
      expect(told.every(({ target, server: name }) => target === 'echo' && name === 'echo')).toBe(true);
      const [sent, got] = [told[2]?.ms ?? -1, told[3]?.ms ?? -1];
      expect(sent).toBeGreaterThan(0);
      expect(got).toBeGreaterThanOrEqual(sent);
      expect(told[0]?.payload).toContain('said by');
    }
    expect(answers(all).map(({ id }) => id)).toEqual(['"sse"', '"streamable"', '"ws"', '"modern"']);
    expect(JSON.stringify(all)).not.toContain('planted-in-env');
    const opened = feed.events.events.filter(({ event }) => event === 'session').map(({ data }) => data);
    expect(opened.join()).toContain('"dialect":"websocket"');
    for (const id of [sse.sessionId, streamable.sessionId ?? ''])
      expect(`${opened.join()}${JSON.stringify(all)}`).not.toContain(id);
    sse.close();
    ws.ws.terminate();
  });

  it('[LIVE-EXPORT] can be kept, a line each, of one session', async () => {
    const at = await started();
    const feed = await watching(at, 'topics=messages');
    const client = await StreamableClient.start(`${at.url}/servers/echo/mcp`);
    await client.ask(toolCall('a', 'echo', { text: 'kept' }));
    await messagesOn(feed, (seen) => answers(seen).length > 0);
    const session = (client.sessionId ?? '').slice(0, 8);
    const reply = await send(`${at.url}/admin/api/messages?format=ndjson&session=${session}`, {
      headers: SHOWN,
    });
    expect(reply.headers['content-type']).toContain('application/x-ndjson');
    const lines = (await reply.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as MessageView);
    expect(lines.every((line) => line.session === session)).toBe(true);
    expect(lines.at(-1)).toMatchObject({ leg: 'to-client', id: '"a"', target: 'echo' });
    const other = await asked(at, 'messages?session=nobody');
    expect(other.body).toEqual({ messages: [] });
  });
});

describe('an operator', () => {
  it('[LIVE-SIGNED-OUT] who signs out sees nothing more', async () => {
    const at = await started();
    const body = JSON.stringify({ key: KEY });
    const json = { 'content-type': 'application/json', origin: at.url };
    const signedIn = await send(`${at.url}/admin/api/login`, { method: 'POST', headers: json, body });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    await signedIn.text();
    const feed = await watching(at, 'topics=stats', { cookie });
    await feed.events.until('hello', () => feed.events.events.find(({ event }) => event === 'hello'));
    await (await send(`${at.url}/admin/api/logout`, { method: 'POST', headers: { ...json, cookie } })).text();
    await feed.events.ended;
    const again = await watching(at, 'topics=stats', { cookie });
    expect(again.status).toBe(401);
  });

  it('[LIVE-ACTS] restarts, takes out and puts back a server, twice as once, and is told so', async () => {
    const at = await started();
    const url = `${at.url}/servers/echo/mcp`;
    const client = await StreamableClient.start(url);
    const echoes = () => descendants().filter(({ command }) => command.includes(ECHO));
    // The one that is used, and the spare.
    await expect.poll(() => echoes().length).toBe(2);
    const before = new Set(echoes().map(({ pid }) => pid));
    expect((await asked(at, 'servers/echo/restart', 'POST')).status).toBe(200);
    expect(textOf(await client.ask(toolCall('p', 'echo', { text: 'again' })))).toContain('again');
    await expect.poll(() => echoes().some(({ pid }) => before.has(pid))).toBe(false);
    for (const _again of [1, 2]) {
      const { body } = await asked(at, 'servers/echo/disable', 'POST');
      expect(body).toMatchObject({ state: 'disabled' });
    }
    const again = await asked(at, 'servers/echo/restart', 'POST');
    expect(again.body).toMatchObject({ error: { code: 'conflict' } });
    const refused = await StreamableClient.start(url).catch((error: unknown) => String(error));
    expect(refused).toContain('out of service');
    const { body } = await asked(at, 'sessions?state=closed');
    expect(body).toMatchObject({ sessions: [{ reason: 'server-disabled', server: 'echo' }] });
    for (const _again of [1, 2]) expect((await asked(at, 'servers/echo/enable', 'POST')).status).toBe(200);
    await StreamableClient.start(url);
    expect((await asked(at, 'servers/nobody/enable', 'POST')).status).toBe(404);
  });

  it('[LIVE-SESSIONS] sees sessions with what is in flight, and ends one', async () => {
    const at = await started();
    const client = await StreamableClient.start(`${at.url}/servers/echo/mcp`);
    const id = (client.sessionId ?? '').slice(0, 8);
    const list = await asked(at, 'sessions?server=echo&state=open');
    expect(list.body).toMatchObject({ open: 1, sessions: [{ id, client: { name: 'raw', version: '1' } }] });
    expect(JSON.stringify(list.body)).not.toContain(client.sessionId);
    const one = await asked(at, `sessions/${id}`);
    expect(one.body).toMatchObject({ id, version: '2025-11-25', calls: [] });
    // Beside the standing stream there may be one on which it was greeted, where that took long.
    expect((one.body as { followed: object[] }).followed[0]).toMatchObject({ number: 0 });
    for (const _again of [1, 2]) expect((await asked(at, `sessions/${id}`, 'DELETE')).status).toBe(204);
    expect((await client.post(request(9, 'ping'))).status).toBe(404);
    expect((await asked(at, `sessions/${id}`)).body).toMatchObject({ id, reason: 'operator' });
    expect((await asked(at, 'sessions/nobody', 'DELETE')).status).toBe(404);
  });
});
