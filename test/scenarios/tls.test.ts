/** The gateway over TLS: what it serves, to whom, and what becomes of peers that do not play along. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecure, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createGateway, type GatewayOptions, type TlsFiles } from '../../src/node.ts';
import { listen } from '../../src/edges/node/http.ts';
import { TlsIdentity } from '../../src/edges/node/tls-identity.ts';
import { certificate, type Certificate } from '../support/certificates.ts';
import { echoStdio, fixtureInprocess } from '../support/servers.ts';
import { hello, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, overTls, send, wire, within } from '../support/raw.ts';
import { WsClient } from '../support/ws-client.ts';

const MIB = 1024 * 1024;

let own: Certificate;
let authority: Certificate;
let client: Certificate;
let foreign: Certificate;

beforeAll(async () => {
  [own, authority, foreign] = await Promise.all([
    certificate('gateway'),
    certificate('authority'),
    certificate('foreign'),
  ]);
  client = await certificate('client', { by: authority });
  overTls({ ca: own.cert });
});

async function secure(tls: Partial<TlsFiles> = {}, options: Partial<GatewayOptions> = {}) {
  const echo = await echoStdio({})({ name: 'echo', observer: {} });
  const fixture = await fixtureInprocess({})({ name: 'fixture', observer: {} });
  const gateway = createGateway({ servers: { echo, fixture }, default: 'echo', ...options });
  const files = { cert: own.certFile, key: own.keyFile, ...tls };
  const listening = await gateway.listen(0, '127.0.0.1', files);
  const { port } = listening;
  onTestFinished(async () => {
    await gateway.close();
    await listening.close();
  });
  return { gateway, listening, port, url: `https://127.0.0.1:${port}`, wss: `wss://127.0.0.1:${port}` };
}

const ended = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

/** A connection whose handshake is done. */
async function shaken(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectSecure({ port, host: '127.0.0.1', ca: own.cert, ...options });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  const refused = ended(socket).then(() => Promise.reject(new Error('The handshake was refused.')));
  refused.catch(() => {});
  const shaken = new Promise((resolve) => socket.once('secureConnect', resolve));
  await within(Promise.race([shaken, refused]), 'a handshake');
  return socket;
}

/** What a peer hears that asks for health, or that it was cut off. */
async function hears(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = await shaken(port, options).catch(() => undefined);
  if (!socket) return 'cut';
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString('latin1')));
  await within(ended(socket), 'the end of a connection');
  return heard === '' ? 'cut' : heard.slice(9, 12);
}

describe('over TLS', () => {
  it('[TLS-SERVES] every transport is served, and nothing in the clear', async () => {
    const at = await secure();
    const sse = await SseClient.open(`${at.url}/sse`);
    expect(textOf(await sse.ask(toolCall(1, 'echo', { text: 'sse' })))).toBe('sse');
    const streamable = await StreamableClient.start(`${at.url}/mcp`);
    expect(textOf(await streamable.ask(toolCall(1, 'echo', { text: 'mcp' })))).toBe('mcp');
    const ws = await WsClient.open(`${at.wss}/ws`, ['mcp'], { ca: own.cert });
    await ws.initialize();
    expect(textOf(await ws.ask(toolCall(1, 'echo', { text: 'wss' })))).toBe('wss');
    ws.ws.close();
    expect(await wire(at.port, 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')).toBe('');
  });

  it('[TLS-STREAMS] answers of megabytes and many small ones arrive whole, on every transport', async () => {
    const at = await secure();
    const clients = [
      await SseClient.open(`${at.url}/sse`),
      await StreamableClient.start(`${at.url}/mcp`),
      await WsClient.open(`${at.wss}/ws`, ['mcp'], { ca: own.cert }),
    ];
    await (clients[2] as WsClient).initialize();
    for (const one of clients) {
      expect(textOf(await one.ask(toolCall('big', 'big', { bytes: MIB }))).length).toBe(MIB);
      const texts = Array.from({ length: 100 }, (_, n) => `${n}`.repeat(1 + (n % 50)));
      const answers = await Promise.all(texts.map((text, n) => one.ask(toolCall(n, 'echo', { text }))));
      expect(answers.map(textOf)).toEqual(texts);
    }
    (clients[2] as WsClient).ws.close();
  });

  it('[TLS-SLOW] a reader that stops costs its cap, and gets everything when it goes on', async () => {
    const at = await secure({}, { settings: { queuedBytes: MIB } });
    const slow = await SseClient.open(`${at.url}/sse`);
    expect(textOf(await slow.ask(toolCall('first', 'echo', { text: 'x' })))).toBe('x');
    slow.stream.stall();
    const before = process.memoryUsage().rss;
    for (let id = 0; id < 40; id++) await slow.post(toolCall(id, 'big', { bytes: MIB }));
    const other = await SseClient.open(`${at.url}/sse`);
    expect(textOf(await other.ask(toolCall(1, 'echo', { text: 'meanwhile' })))).toBe('meanwhile');
    expect(process.memoryUsage().rss - before).toBeLessThan(30 * MIB);
    slow.stream.unstall();
    expect(textOf(await slow.feed.answer(39)).length).toBe(MIB);
  });

  it('[TLS-SLOW] a reader that takes nothing any more is cut off', async () => {
    const at = await secure({}, { settings: { stallMs: 300, queuedBytes: MIB, heartbeatMs: 100 } });
    const slow = await SseClient.open(`${at.url}/sse`);
    slow.stream.stall();
    for (let id = 0; id < 20; id++) await slow.post(toolCall(id, 'big', { bytes: MIB })).catch(() => {});
    await eventually('the session is closed', async () => {
      const { sessions } = await (await send(`${at.url}/health`)).json<{ sessions: number }>();
      return sessions === 0;
    });
  });

  it('[TLS-PINGS] a WebSocket that only answers pings is not taken for one in the middle of a message', async () => {
    const at = await secure({}, { settings: { stallMs: 200, heartbeatMs: 20 } });
    const ws = await WsClient.open(`${at.wss}/ws`, ['mcp'], { ca: own.cert });
    await ws.initialize();
    let pings = 0;
    ws.ws.on('ping', () => pings++);
    await eventually('many pings', () => pings > 40 || ws.ws.readyState !== ws.ws.OPEN);
    expect(textOf(await ws.ask(toolCall(1, 'echo', { text: 'still' })))).toBe('still');
    ws.ws.close();
  });
});

describe('handshakes', () => {
  it('[TLS-VERSIONS] TLS 1.1 is refused, 1.2 and 1.3 are served', async () => {
    const { port } = await secure();
    expect(await hears(port, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).toBe('200');
    expect(await hears(port, { minVersion: 'TLSv1.3' })).toBe('200');
    expect(
      await hears(port, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
    ).toBe('cut');
  });

  it('[TLS-VERSIONS] none is begun anew on a connection that is open', async () => {
    const { port } = await secure();
    const socket = await shaken(port, { maxVersion: 'TLSv1.2' });
    const asked = new Promise<Error | null>((resolve) => socket.renegotiate({}, resolve));
    const told = new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(await within(Promise.race([asked, told]), 'the end of a renegotiation')).toBeInstanceOf(Error);
  });

  it('[TLS-UNSHAKEN] peers that never finish theirs do not hold up the end, nor get an answer in the clear', async () => {
    const at = await secure();
    const silent: Socket[] = [];
    for (let n = 0; n < 5; n++) silent.push(connect(at.port, '127.0.0.1'));
    onTestFinished(() => silent.forEach((socket) => socket.destroy()));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    for (const socket of silent) socket.on('error', () => {});
    const ends = silent.map((socket) => ended(socket.resume()));
    const begun = performance.now();
    await at.gateway.close();
    await at.listening.close();
    await Promise.all(ends);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

it('[TLS-UNSHAKEN] a peer that says nothing, or a little now and then, is cut off in time', async () => {
  const identity = await TlsIdentity.of({ cert: own.certFile, key: own.keyFile });
  const listening = await listen((_request, response) => void response.end(), {
    ...{ host: '127.0.0.1', port: 0, headersMs: 300, identity },
  });
  onTestFinished(() => listening.close());
  const [silent, slow] = [connect(listening.port, '127.0.0.1'), connect(listening.port, '127.0.0.1')];
  const dribble = setInterval(() => slow.write(Buffer.from([0x16])), 100);
  onTestFinished(() => clearInterval(dribble));
  for (const socket of [silent, slow]) socket.on('error', () => {}).resume();
  await within(Promise.all([silent, slow].map(ended)), 'the end of both');
});

describe('certificates of clients', () => {
  const shows = ({ cert, key }: Certificate) => ({ cert, key });

  it('[TLS-MUTUAL] where there is an authority, who has none of its certificates is refused in the handshake', async () => {
    const { port, url } = await secure({ ca: authority.certFile });
    expect(await hears(port)).toBe('cut');
    expect(await hears(port, shows(foreign))).toBe('cut');
    expect(await hears(port, shows(client))).toBe('200');
    const tls = { ca: own.cert, ...shows(client) };
    const body = JSON.stringify(hello(1, '2025-11-25'));
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    expect((await send(`${url}/mcp`, { method: 'POST', headers, body, tls })).status).toBe(200);
  });

  it('[TLS-MUTUAL] where they are optional, one of another authority is refused and none is not', async () => {
    const { port } = await secure({ ca: authority.certFile, clientCertificates: 'optional' });
    expect(await hears(port)).toBe('200');
    expect(await hears(port, shows(client))).toBe('200');
    expect(await hears(port, shows(foreign))).toBe('cut');
  });

  it('[TLS-BOUND-KEY] a key that goes with one is good with that alone, and so are its tickets', async () => {
    const second = await certificate('second', { by: authority });
    const apiKeys = [{ name: 'ann', key: 'slc_bound', certificate: client.print.toUpperCase() }];
    const { url } = await secure({ ca: authority.certFile, clientCertificates: 'optional' }, { apiKeys });
    const headers = { 'x-api-key': 'slc_bound', accept: 'text/event-stream' };
    const ask = (path: string, shown: object, more: object = { headers }) =>
      send(`${url}${path}`, { tls: { ca: own.cert, ...shown }, ...more });
    const ticket = async () => {
      const given = await ask('/tickets', shows(client), { method: 'POST', headers });
      return (await given.json<{ ticket: string }>()).ticket;
    };
    for (const [shown, status] of [
      [{}, 401],
      [shows(second), 401],
      [shows(client), 200],
    ] as const) {
      const stream = await ask('/sse', shown);
      const byTicket = await ask(`/sse?ticket=${await ticket()}`, shown, {
        headers: { accept: 'text/event-stream' },
      });
      expect([stream.status, byTicket.status]).toEqual([status, status]);
      stream.cut();
      byTicket.cut();
    }
  });

  it('[TLS-MUTUAL] one that ran out is refused', async () => {
    const { port } = await secure({ ca: authority.certFile });
    const old = await certificate('old', { by: authority, from: new Date(0), to: new Date(86_400_000) });
    expect(await hears(port, shows(old))).toBe('cut');
  });
});
