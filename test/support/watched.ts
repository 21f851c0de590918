/** The fixture server over the network in the process of the test, watched: what comes with each request, and how often. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpSessions } from '../fixtures/server/http-sessions.ts';
import { SocketSessions } from '../fixtures/server/socket-sessions.ts';
import { SseSessions } from '../fixtures/server/sse-sessions.ts';
import type { Carrier } from './remote.ts';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Watched {
  readonly url: string;
  /** Every request, upgrades included. */
  readonly seen: readonly Seen[];
  /** Sessions opened so far. */
  opened(): number;
  /** Sessions that were ended by whoever opened them. */
  ended(): number;
  close(): Promise<void>;
}

/** @param lets whether a request is let in; else it is answered 401 */
export async function watched(
  carrier: Carrier,
  lets: (headers: IncomingHttpHeaders) => boolean = () => true,
): Promise<Watched> {
  const seen: Seen[] = [];
  let [opened, ended] = [0, 0];
  const watch = (request: IncomingMessage) => {
    const { method = '', headers, socket, url: target = '' } = request;
    seen.push({ method, target, headers });
    if (!lets(headers)) return;
    if (carrier === 'streamable') {
      if (method === 'POST' && headers['mcp-session-id'] === undefined) opened++;
      if (method === 'DELETE') ended++;
    } else if (method === 'GET') {
      opened++;
      socket.once('close', () => ended++);
    }
  };
  const listener = createServer();
  listener.on('request', watch);
  listener.on('upgrade', watch);
  const close = serve(carrier);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: {
      sse: `http://127.0.0.1:${port}/sse`,
      streamable: `http://127.0.0.1:${port}/mcp`,
      websocket: `ws://127.0.0.1:${port}/ws`,
    }[carrier],
    seen,
    opened: () => opened,
    ended: () => ended,
    async close() {
      await close();
      listener.closeAllConnections();
      listener.close();
      await once(listener, 'close');
    },
  };

  function serve(kind: Carrier): () => Promise<void> | void {
    if (kind === 'websocket') {
      const sockets = new SocketSessions();
      sockets.attach(listener);
      const opens = listener.listeners('upgrade').slice(1) as ((...all: unknown[]) => void)[];
      for (const open of opens) listener.off('upgrade', open);
      listener.on('upgrade', (request: IncomingMessage, ...rest: unknown[]) => {
        if (lets(request.headers)) for (const open of opens) open.call(listener, request, ...rest);
        else
          request.socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      });
      return () => sockets.close();
    }
    const sessions = kind === 'sse' ? new SseSessions() : new HttpSessions();
    const answer: RequestListener = (request, response) => {
      if (lets(request.headers)) void sessions.handle(request, response);
      else response.writeHead(401).end();
    };
    listener.on('request', answer);
    return () => sessions.close();
  }
}
