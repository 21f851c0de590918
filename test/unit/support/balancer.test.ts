/** The balancer of a cluster: turns, what is passed over, and that nothing is held back. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Balancer, type Upstream } from '../../support/balancer.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Node extends Upstream {
  readonly server: Server;
  /** Paths it was asked for, without `/readyz`. */
  readonly asked: string[];
  isReady: boolean;
  stop(): Promise<void>;
}

async function node(name: string, listener: RequestListener = (_, to) => to.end(name)): Promise<Node> {
  const asked: string[] = [];
  const server = createServer((from, to) => {
    if (from.url === '/readyz') return void to.writeHead(one.isReady ? 200 : 503).end();
    asked.push(from.url ?? '');
    listener(from, to);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  const one: Node = { name, url, server, asked, isReady: true, stop };
  ends.push(stop);
  return one;
}

async function balance(nodes: readonly Upstream[]): Promise<Balancer> {
  // What nodes say is asked for where a test wants it.
  const balancer = await Balancer.start({ nodes, pollMs: 3_600_000 });
  ends.push(() => balancer.close());
  return balancer;
}

async function nodesOf(balancer: Balancer, times: number): Promise<(string | null)[]> {
  const seen: (string | null)[] = [];
  for (let left = times; left > 0; left--) {
    const answer = await fetch(`${balancer.url}/a`);
    await answer.text();
    seen.push(answer.ok ? answer.headers.get('x-node') : String(answer.status));
  }
  return seen;
}

describe('[PLAY-TURNS] the balancer', () => {
  test('takes turns, and says whose it was', async () => {
    const balancer = await balance([await node('a'), await node('b'), await node('c')]);
    expect(await nodesOf(balancer, 7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
    expect(Object.fromEntries(balancer.given)).toEqual({ a: 3, b: 2, c: 2 });
  });

  test('gives nothing to a node that is not ready, unless no other is', async () => {
    const [a, b] = [await node('a'), await node('b')];
    const balancer = await balance([a, b]);
    a.isReady = false;
    await balancer.look();
    expect(await nodesOf(balancer, 2)).toEqual(['b', 'b']);
    b.isReady = false;
    await balancer.look();
    expect(new Set(await nodesOf(balancer, 2))).toEqual(new Set(['a', 'b']));
    a.isReady = true;
    await balancer.look();
    expect(await nodesOf(balancer, 2)).toEqual(['a', 'a']);
  });
});

describe('[PLAY-PASSED-OVER] a node that takes no connection', () => {
  test('is passed over, and the next one gets all of the request', async () => {
    const echo: RequestListener = (from, to) => void from.pipe(to);
    const [a, b] = [await node('a', echo), await node('b', echo)];
    const balancer = await balance([a, b]);
    await a.stop();
    const body = 'x'.repeat(300_000);
    for (const _ of [1, 2]) {
      const answer = await fetch(balancer.url, { method: 'POST', body });
      expect(answer.headers.get('x-node')).toBe('b');
      expect(await answer.text()).toBe(body);
    }
    await b.stop();
    expect(await nodesOf(balancer, 1)).toEqual(['503']);
  });

  test('is another thing than one that dies with a request: nobody else gets that', async () => {
    const a = await node('a', (from) => void from.socket.resetAndDestroy());
    const b = await node('b');
    const balancer = await balance([a, b]);
    expect(await nodesOf(balancer, 2)).toEqual(['502', 'b']);
    expect(b.asked).toEqual(['/a']);
  });
});

describe('[PLAY-STREAMS] bodies', () => {
  test('go both ways as they come', async () => {
    const a = await node('a', (from, to) => {
      to.writeHead(200, { 'content-type': 'text/event-stream' });
      from.on('data', (chunk: Buffer) => to.write(`data: ${chunk.toString()}\n\n`));
      from.on('end', () => to.end());
    });
    const balancer = await balance([a]);
    const out = request(balancer.url, { method: 'POST' });
    out.write('one');
    const [answer] = (await once(out, 'response')) as [IncomingMessage];
    for (const text of ['one', 'two']) {
      // Each is sent once the one before has come back.
      if (text === 'two') out.write(text);
      const [chunk] = (await once(answer, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(`data: ${text}\n\n`);
    }
    out.end();
    await once(answer, 'end');
  });

  test('that are cut are cut for the other end, too', async () => {
    const held: { from: IncomingMessage; cut: () => void }[] = [];
    const a = await node('a', (from, to) => {
      to.writeHead(200).write('begun');
      held.push({ from, cut: () => void to.destroy() });
    });
    const balancer = await balance([a]);
    const reader = (await fetch(balancer.url)).body?.getReader();
    await reader?.read();
    held[0]?.cut();
    await expect(reader?.read()).rejects.toThrow();
    const leaving = new AbortController();
    await fetch(balancer.url, { signal: leaving.signal });
    const gone = new Promise((resolve) => held[1]?.from.once('error', resolve));
    leaving.abort();
    await gone;
  });
});

test('[PLAY-UPGRADES] WebSockets are handed through, and what refuses one is heard', async () => {
  const a = await node('a');
  const sockets = new WebSocketServer({ noServer: true });
  a.server.on('upgrade', (from, socket: Socket, head) => {
    if (from.url === '/no') socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 4\r\n\r\nNo.\n');
    else sockets.handleUpgrade(from, socket, head, (one) => one.on('message', (data) => one.send(data)));
  });
  const dead = await node('dead');
  const balancer = await balance([dead, a]);
  await dead.stop();
  const client = new WebSocket(balancer.url);
  const [[answer]] = await Promise.all([once(client, 'upgrade'), once(client, 'open')]);
  expect((answer as IncomingMessage).headers['x-node']).toBe('a');
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  const closed = once(client, 'close');
  for (const socket of sockets.clients) socket.terminate();
  await closed;
  const refused = new WebSocket(`${balancer.url}/no`);
  const [, said] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage];
  expect([said.statusCode, said.headers['x-node']]).toEqual([401, 'a']);
  said.resume();
});
