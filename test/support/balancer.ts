/**
 * A reverse proxy that takes turns: each request goes to the next node that is ready, whoever sent it. Bodies stream both
 * ways, events are not held back, WebSockets are handed through.
 *
 * What was sent to a node is never sent to another; only a node that takes no connection is passed over. Without any that
 * is ready, all of them are tried: nodes may be unwell together.
 */
import { once } from 'node:events';
import {
  createServer,
  type ClientRequest,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Turns, type Upstream } from './balancer-turns.ts';

export type { Upstream } from './balancer-turns.ts';

export interface BalancerOptions {
  /** In the order in which they take turns. */
  readonly nodes: readonly Upstream[];
  /** Default: a free one. */
  readonly port?: number;
  /** Whether `x-node` in its answers names the node. Default: yes. */
  readonly tells?: boolean;
  /** How often `/readyz` is asked. Default 250. */
  readonly pollMs?: number;
}

/** Of one connection alone: RFC 9110, 7.6.1. */
const OF_THE_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'upgrade'],
]);

export class Balancer {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #tells: boolean;
  readonly #turns: Turns;
  readonly #sockets = new Set<Duplex>();

  static async start({ nodes, port = 0, pollMs = 250, tells = true }: BalancerOptions): Promise<Balancer> {
    const turns = new Turns(nodes, pollMs);
    // Clients keep their connections for as long as they like: it is not the balancer that tests are about.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 600_000 });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    await turns.look();
    return new Balancer(server, turns, tells);
  }

  private constructor(server: Server, turns: Turns, tells: boolean) {
    this.#tells = tells;
    this.#server = server;
    this.#turns = turns;
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
    server.on('connection', (socket: Socket) => this.#hold(socket));
    server.on('request', (from, to) => this.#pass(from, to));
    server.on('checkContinue', (from, to: ServerResponse) => {
      to.writeContinue();
      this.#pass(from, to);
    });
    server.on('upgrade', (from, socket, head) => this.#handThrough(from, socket, head));
  }

  /** How many requests each node was given so far, by its name. */
  get given(): ReadonlyMap<string, number> {
    return this.#turns.given;
  }

  /** Names of the nodes that were ready when they were last asked. */
  get ready(): readonly string[] {
    return this.#turns.ready;
  }

  /** Asks all nodes now whether they are ready. */
  look(): Promise<void> {
    return this.#turns.look();
  }

  /** Cuts everything off. */
  async close(): Promise<void> {
    this.#turns.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #nameOf({ name }: Upstream): string[] {
    return this.#tells ? ['x-node', name] : [];
  }

  #hold(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  // ------------------------------------------------------------------------------------------- requests

  #pass(from: IncomingMessage, to: ServerResponse): void {
    const head = headOf(from);
    this.#ask(from, head, {
      answered: (answer, node) => {
        to.writeHead(answer.statusCode ?? 502, answer.statusMessage, [
          ...passedOn(answer.rawHeaders),
          ...this.#nameOf(node),
        ]);
        to.flushHeaders();
        answer.pipe(to);
        // Half an answer must not look like a whole one.
        answer.on('error', () => {});
        answer.once('close', () => {
          if (!answer.complete) to.destroy();
        });
      },
      failed: (status, text) => {
        to.writeHead(status, { 'content-type': 'text/plain', 'x-balancer': 'failed' }).end(`${text}\n`);
        from.resume();
      },
      connected: (out) => {
        from.pipe(out);
        to.once('close', () => out.destroy());
      },
      isOver: () => to.destroyed,
    });
  }

  // ------------------------------------------------------------------------------------------ WebSockets

  #handThrough(from: IncomingMessage, socket: Duplex, first: Buffer): void {
    const upgrade = ['connection', 'Upgrade', 'upgrade', from.headers.upgrade ?? ''];
    this.#ask(from, [...headOf(from), ...upgrade], {
      answered: (answer, node) => {
        // It was refused: an ordinary answer, and the end.
        const headers = [...passedOn(answer.rawHeaders), 'connection', 'close', ...this.#nameOf(node)];
        socket.write(headText(answer, withoutLength(headers)));
        answer.pipe(socket);
      },
      upgraded: (answer, far, head, node) => {
        this.#hold(far);
        // Who asked may have left meanwhile: nobody tells of that twice.
        if (socket.destroyed) return void far.destroy();
        socket.write(headText(answer, [...answer.rawHeaders, ...this.#nameOf(node)]));
        socket.write(head);
        far.write(first);
        socket.pipe(far).pipe(socket);
        socket.once('close', () => far.destroy());
        far.once('close', () => socket.destroy());
      },
      failed: (status, text) => {
        if (socket.writable) socket.write(`HTTP/1.1 ${status} ${text}\r\nconnection: close\r\n\r\n`);
        socket.destroy();
      },
      connected: (out) => {
        out.end();
        socket.once('close', () => out.destroy());
      },
      isOver: () => socket.destroyed,
    });
  }

  // ------------------------------------------------------------------------------------------- both ways

  /** One node after the other, until one takes the connection. */
  #ask(from: IncomingMessage, headers: readonly string[], asked: Asked): void {
    const nodes = this.#turns.next();
    const tryOne = (index: number) => {
      const node = nodes[index];
      if (asked.isOver()) return;
      if (!node) return asked.failed(503, 'No node takes connections.');
      const out = request(node.url, {
        ...{ method: from.method, path: from.url, headers, setHost: false },
        // A connection of its own: of one that was kept nobody knows whether the node has let go of it.
        agent: false,
      });
      let isConnected = false;
      let isAnswered = false;
      out.once('socket', (socket) => {
        const connected = () => {
          isConnected = true;
          // Who asked may have left while nobody listened.
          if (asked.isOver()) return void out.destroy();
          this.#turns.gave(node);
          asked.connected(out);
        };
        if (socket.connecting) socket.once('connect', connected);
        else connected();
      });
      out.once('response', (answer) => {
        isAnswered = true;
        asked.answered(answer, node);
      });
      out.once('upgrade', (answer, far, head) => {
        isAnswered = true;
        if (asked.upgraded) asked.upgraded(answer, far, head, node);
        else far.destroy();
      });
      out.on('error', () => {
        if (isAnswered || asked.isOver()) return;
        if (isConnected) return asked.failed(502, 'The node went away.');
        this.#turns.refused(node);
        tryOne(index + 1);
      });
    };
    tryOne(0);
  }
}

interface Asked {
  /** The node took the connection; nothing was sent yet. */
  readonly connected: (out: ClientRequest) => void;
  readonly answered: (answer: IncomingMessage, node: Upstream) => void;
  readonly upgraded?: (answer: IncomingMessage, far: Duplex, head: Buffer, node: Upstream) => void;
  readonly failed: (status: number, text: string) => void;
  readonly isOver: () => boolean;
}

/** What goes on to the node, as names and values in turn. */
function headOf(from: IncomingMessage): string[] {
  const forwarded = [from.headers['x-forwarded-for'], from.socket.remoteAddress].filter(Boolean).join(', ');
  const headers = passedOn(from.rawHeaders, new Set([...OF_THE_HOP, 'x-forwarded-for', 'expect']));
  return [...headers, 'x-forwarded-for', forwarded];
}

function passedOn(raw: readonly string[], but: ReadonlySet<string> = OF_THE_HOP): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    if (!but.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

/** The end of the connection is the end of what is handed on unwrapped. */
function withoutLength(headers: readonly string[]): string[] {
  return passedOn(headers, new Set(['transfer-encoding', 'content-length']));
}

function headText({ statusCode, statusMessage }: IncomingMessage, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
  for (let at = 0; at + 1 < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${text}\r\n`;
}
