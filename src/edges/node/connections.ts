/**
 * How many sockets a server of HTTP has at once, in all and of one address. One more is told so in plain HTTP and closed;
 * over TLS, where that would cost a handshake, it is closed alone.
 *
 * Guarantees: what is refused costs one write and a place in a small reserve for a second at most; beyond the reserve
 * the system refuses. When all places are taken, those of connections that carry no request are given to newcomers.
 */
import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { addressKey } from '../../access/address-key.ts';
import { RETRY_MS } from '../../engine/overdrawn.ts';
import { errorResponse } from '../../protocol/errors.ts';

export interface ConnectionLimits {
  /** At once; default 20,000. */
  readonly all?: number | undefined;
  /** Of one address, IPv6 by its /64; default: as many as all. Behind a proxy, all come from one. */
  readonly perAddress?: number | undefined;
}

const DEFAULT_CONNECTIONS = 20_000;
/** Sockets that are being refused at once. */
const RESERVE = 256;
/** How long one of them may take to read why. */
const REFUSED_MS = 1_000;
/** How often idle connections are looked for, at most. */
const LOOK_MS = 1_000;

/** Watches over the sockets of a server. To be called before it listens. */
export function limitConnections(
  server: Server | SecureServer,
  limits: ConnectionLimits,
  isSecure: boolean,
): void {
  const serve = server.listeners('connection');
  const gate = new ConnectionGate(limits, () => server.closeIdleConnections());
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const refusal = gate.take(socket);
    if (!refusal) for (const listener of serve) listener.call(server, socket);
    else if (isSecure) socket.destroy();
    else refuse(socket, refusal);
  });
  server.maxConnections = (limits.all ?? DEFAULT_CONNECTIONS) + RESERVE;
}

class ConnectionGate {
  readonly #all: number;
  readonly #perAddress: number;
  readonly #makeRoom: () => void;
  /** Bounded by the sockets. */
  readonly #byAddress = new Map<string, number>();
  #open = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param makeRoom closes connections that carry no request */
  constructor(limits: ConnectionLimits, makeRoom: () => void) {
    this.#all = limits.all ?? DEFAULT_CONNECTIONS;
    this.#perAddress = limits.perAddress ?? Number.POSITIVE_INFINITY;
    this.#makeRoom = makeRoom;
  }

  /** Counts a socket until it is closed; or why not. */
  take(socket: Socket): Buffer | undefined {
    const address = addressKey(socket.remoteAddress ?? '');
    const own = this.#byAddress.get(address) ?? 0;
    if (own >= this.#perAddress) return tooMany('429 Too Many Requests', 'address', this.#perAddress);
    if (this.#open >= this.#all) {
      this.#look();
      return tooMany('503 Service Unavailable', 'gateway', this.#all);
    }
    this.#open += 1;
    this.#byAddress.set(address, own + 1);
    socket.once('close', () => this.#closed(address));
    return undefined;
  }

  #closed(address: string): void {
    this.#open -= 1;
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  /** Who comes next finds their places. */
  #look(): void {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    this.#makeRoom();
  }
}

function tooMany(status: string, scope: 'address' | 'gateway', limit: number): Buffer {
  const who = scope === 'address' ? 'This address' : 'The gateway';
  const message = `${who} has as many connections as it may have.`;
  const body = errorResponse(undefined, 'too_many_connections', message, {
    limit,
    scope,
    retryAfterMs: RETRY_MS,
  });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nretry-after: ${RETRY_MS / 1_000}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** What the peer says meanwhile is read and dropped: else its answer could be lost with it. */
function refuse(socket: Socket, answer: Buffer): void {
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(), REFUSED_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroySoon());
  socket.resume();
  socket.end(answer);
}
