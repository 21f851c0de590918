/** Handshakes of WebSockets: guarded like requests, refused in plain HTTP, and nothing is left of those refused. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type NodeGateway } from '../../src/node.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { JSON_TYPE, hello, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { eventually, firstAnswer, send, wire, Wire, within } from '../support/raw.ts';
import { refusedHandshake, WsClient } from '../support/ws-client.ts';

const KEY = 'slc_right';
const bearer = { authorization: `Bearer ${KEY}` };
const MOST = 3;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    apiKeys: [KEY],
    settings: { sessions: MOST },
  });
});

afterAll(() => gateway.close());

const GOOD: Readonly<Record<string, string>> = {
  host: 'localhost',
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  ...bearer,
};

/** A handshake as it is on the wire. Undefined takes a header away. */
function handshake(path: string, change: Readonly<Record<string, string | undefined>> = {}): string {
  const headers = Object.entries({ ...GOOD, ...change }).filter(([, value]) => value !== undefined);
  return `GET ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

async function answered(bytes: string): Promise<{ status: number; head: string; word: string | undefined }> {
  const { status, head, body } = firstAnswer(await wire(gateway.port, bytes));
  return { status, head: head.toLowerCase(), word: wordOf(JSON.parse(body)) };
}

describe('a handshake', () => {
  it('[WS-GUARD] needs a key, an origin and a host that are allowed', async () => {
    const none = await answered(handshake('/ws', { authorization: undefined }));
    expect([none.status, none.word]).toEqual([401, 'unauthorized']);
    expect(none.head).toContain('www-authenticate: bearer');
    expect(none.head).toContain('connection: close');
    const origin = await answered(handshake('/ws', { origin: 'https://evil.example' }));
    expect([origin.status, origin.word]).toEqual([403, 'forbidden_origin']);
    const host = await answered(handshake('/ws', { host: 'evil.example' }));
    expect([host.status, host.word]).toEqual([403, 'forbidden_host']);
    const two = await answered(handshake('/ws').replace('host:', 'host: localhost\r\nhost:'));
    expect([two.status, two.word]).toEqual([400, 'malformed_http']);
    const stranger = await answered(handshake('/servers/nobody/ws', { authorization: undefined }));
    expect(stranger.status).toBe(401);
    const byHeader = await WsClient.open(gateway.ws(), ['mcp'], { headers: { 'x-api-key': KEY } });
    expect((await byHeader.initialize()).result).toBeDefined();
    byHeader.ws.close();
    await byHeader.goodbye();
  });

  it('[WS-GUARD] takes a ticket in place of a key, once', async () => {
    const given = await send(`${gateway.url}/tickets`, { method: 'POST', headers: bearer });
    const { ticket } = await given.json<{ ticket: string }>();
    const elsewhere = await refusedHandshake(`${gateway.ws('echo')}?ticket=${ticket}`);
    expect(elsewhere.status).toBe(401);
    const again = await send(`${gateway.url}/tickets`, { method: 'POST', headers: bearer });
    const url = `${gateway.ws()}?ticket=${(await again.json<{ ticket: string }>()).ticket}`;
    const client = await WsClient.open(url);
    expect((await client.initialize()).result).toBeDefined();
    expect((await refusedHandshake(url)).status).toBe(401);
    client.ws.close();
    await client.goodbye();
  });

  it.each([
    ['to a path of something else', '/mcp', {}, 404, 'not_found'],
    ['to no path at all', '/ws/deeper', {}, 404, 'not_found'],
    ['to a server that is not there', '/servers/nobody/ws', {}, 404, 'unknown_server'],
    ['of another version', '/ws', { 'sec-websocket-version': '8' }, 426, 'upgrade_required'],
    ['of no version', '/ws', { 'sec-websocket-version': undefined }, 426, 'upgrade_required'],
    ['without a key', '/ws', { 'sec-websocket-key': undefined }, 400, 'malformed_http'],
    ['with a key that is none', '/ws', { 'sec-websocket-key': 'short' }, 400, 'malformed_http'],
    ['for another protocol', '/ws', { 'sec-websocket-protocol': 'soap' }, 400, 'bad_subprotocol'],
    [
      'of which it says twice the same',
      '/ws',
      { 'sec-websocket-protocol': 'mcp, mcp' },
      400,
      'malformed_http',
    ],
    ['that has no `Connection`', '/ws', { connection: 'close' }, 426, 'upgrade_required'],
    ['for something else', '/ws', { upgrade: 'h2c', connection: 'close, Upgrade' }, 426, 'upgrade_required'],
  ])('[WS-HANDSHAKE] %s is refused', async (_what, path, change, status, word) => {
    const before = gateway.recorder.of('sessionOpened').length;
    const refused = await answered(handshake(path, change));
    expect([refused.status, refused.word]).toEqual([status, word]);
    if (status === 426) expect(refused.head).toContain('upgrade: websocket');
    expect(gateway.recorder.of('sessionOpened').length).toBe(before);
  });

  it('[WS-HANDSHAKE] that is refused leaves no socket, though its peer does not close', async () => {
    const before = await openSockets(gateway.listening.server);
    const wires = await Promise.all(Array.from({ length: 200 }, () => Wire.open(gateway.port)));
    for (const one of wires) one.write(handshake('/ws', { authorization: undefined }));
    const answers = await Promise.all(wires.map((one) => one.end()));
    expect(new Set(answers.map((raw) => firstAnswer(raw).status))).toEqual(new Set([401]));
    await eventually(
      'no socket is left',
      async () => (await openSockets(gateway.listening.server)) === before,
    );
  });

  it.each([
    ['refused', { 'sec-websocket-key': 'short' }],
    ['taken', {}],
  ])('[WS-HANDSHAKE] behind a stream on one connection is never %s', async (_what, change) => {
    const opened = gateway.recorder.of('sessionOpened').length;
    const one = await Wire.open(gateway.port);
    const get = `GET /sse HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${KEY}\r\nAccept: text/event-stream\r\n\r\n`;
    one.write(get + handshake('/ws', change));
    const raw = await one.end();
    expect(raw).not.toMatch(/ 101 | 400 /);
    expect(gateway.recorder.of('sessionOpened').length - opened).toBe(1);
    await gateway.recorder.when('sessionClosed', ({ session }) => {
      return session === gateway.recorder.of('sessionOpened').at(-1)?.session;
    });
  });

  it('[WS-HANDSHAKE] whose peer is gone at once leaves no session', async () => {
    const opened = gateway.recorder.of('sessionOpened').length;
    for (let n = 0; n < 20; n++) {
      const one = await Wire.open(gateway.port);
      one.socket.end(handshake('/ws'));
      if (n % 2 === 0) one.socket.resetAndDestroy();
    }
    await eventually('every session is closed', () => {
      const { recorder } = gateway;
      return recorder.of('sessionOpened').length === recorder.of('sessionClosed').length;
    });
    expect(gateway.recorder.of('sessionOpened').length - opened).toBeLessThanOrEqual(20);
  });

  it('[WS-CAPS] over the cap is refused with 503 until one goes', async () => {
    const headers = { ...bearer };
    const clients = await Promise.all(
      Array.from({ length: MOST }, () => WsClient.open(gateway.ws(), ['mcp'], { headers })),
    );
    const refused = await refusedHandshake(gateway.ws(), ['mcp'], { headers });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(wordOf(JSON.parse(refused.body))).toBe('too_many_sessions');
    const [first] = clients as [WsClient];
    first.ws.close();
    await gateway.recorder.when('sessionClosed');
    await eventually('one more is let in', async () => {
      const ws = await WsClient.open(gateway.ws(), ['mcp'], { headers }).catch(() => undefined);
      ws?.ws.close();
      return ws !== undefined;
    });
    for (const client of clients) client.ws.close();
    await Promise.all(clients.map((client) => client.goodbye()));
  });
});

describe('what is no handshake', () => {
  it('[WS-HANDSHAKE] is served as if it had not asked for another protocol', async () => {
    const headers = { ...bearer, ...JSON_TYPE, connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' };
    const reply = await send(`${gateway.url}/mcp`, {
      method: 'POST',
      headers,
      body: JSON.stringify(hello(1, '2025-06-18')),
      alone: true,
    });
    expect(reply.status).toBe(200);
    expect(JSON.parse(await reply.text()).id).toBe(1);
  });
});

describe('a session over a socket', () => {
  it('[WS-CLOSED] that the gateway ends alone is closed with 1000', async () => {
    const client = await WsClient.open(gateway.ws(), ['mcp'], { headers: bearer });
    await client.initialize();
    const { session } = gateway.recorder.of('sessionOpened').at(-1) ?? { session: '' };
    await send(gateway.mcp(), { method: 'DELETE', headers: { ...bearer, 'mcp-session-id': session } });
    expect(await client.goodbye()).toEqual({ code: 1000, reason: 'The session was closed.' });
  });
});

describe('mounted in a server of somebody else', () => {
  let server: Server;
  let mounted: NodeGateway;

  beforeAll(async () => {
    const { driver } = await echoStdio()({ name: 'echo', observer: {} });
    mounted = createGateway({ servers: { echo: driver }, basePath: '/gw' });
    server = createServer((_request, response) => response.end('mine'));
    server.on('upgrade', mounted.upgrade);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await mounted.close();
    await within(new Promise((resolve) => server.close(resolve)), 'the end of the server');
  });

  it('[WS-SERVERS] is had under the path of the mount', async () => {
    const { port } = server.address() as AddressInfo;
    const client = await WsClient.open(`ws://127.0.0.1:${port}/gw/servers/echo/ws`);
    await client.initialize();
    expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'there' })))).toBe('there');
    client.ws.close();
    await client.goodbye();
  });
});

function openSockets(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
