/**
 * Finds peers that vanished without a word: their systems acknowledge nothing of what is sent to them. Heartbeats alone
 * do not tell, as the kernel takes them for a quarter of an hour; but it says in a table how often it had to send again.
 *
 * Guarantees: a peer whose system answers is never taken for one that is gone, however slowly it reads; the table is read
 * beside the event loop, only while something may be waiting, and is bounded by the sockets of the machine. Where there
 * is no such table (it is Linux's), nothing is found and nothing is lost.
 *
 * Source: Linux, Documentation/networking/proc_net_tcp.rst; RFC 9293 section 3.8.3 (R2), RFC 5482 (user time-out).
 */
import { readFile } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { endianness } from 'node:os';
import { parseIp } from '../../access/ip.ts';

/** Both families; a socket of IPv6 may speak to an IPv4 peer. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** At the least so often within the time that is given. */
const LOOKS = 4;
const LONGEST_MS = 10_000;

/** The lines of the tables that are there. */
export type ReadTables = () => Promise<readonly string[]>;

const readTables: ReadTables = async () => {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
  return tables.flatMap((table) => table.split('\n'));
};

/**
 * Watches over the sockets of a server that listens on TCP, until it is closed.
 * @param silentMs a peer that acknowledged nothing for so long is cut off, a look later at most; 0: none is
 */
export function watchPeers(server: Server, silentMs: number, read: ReadTables = readTables): void {
  if (silentMs <= 0) return;
  const peers = new SilentPeers(silentMs, read);
  server.on('connection', (socket: Socket) => peers.add(socket));
  server.on('close', () => peers.close());
}

interface Silence {
  readonly since: number;
  readonly tries: number;
}

interface SilentRow {
  readonly key: string;
  /** How often the peer was sent or asked the same without an answer. */
  readonly tries: number;
}

class SilentPeers {
  readonly #silentMs: number;
  readonly #read: ReadTables;
  /** By both ports, as the table has them. */
  readonly #sockets = new Map<string, Socket>();
  /** Those whose system was silent at the last look. */
  readonly #silent = new Map<string, Silence>();
  #timer: NodeJS.Timeout | undefined;

  constructor(silentMs: number, read: ReadTables) {
    this.#silentMs = silentMs;
    this.#read = read;
  }

  add(socket: Socket): void {
    const { localPort, remotePort, remoteAddress } = socket;
    // Several peers may have the same port, each at its own address.
    if (localPort === undefined || remotePort === undefined || remoteAddress === undefined) return;
    const key = keyOf(localPort, remotePort, hexOf(remoteAddress));
    this.#sockets.set(key, socket);
    socket.once('close', () => this.#forget(key, socket));
    this.#timer ??= this.#next();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #next(): NodeJS.Timeout {
    const ms = Math.min(LONGEST_MS, this.#silentMs / LOOKS);
    return setTimeout(() => void this.#look(), ms).unref();
  }

  async #look(): Promise<void> {
    const lines = await this.#read();
    const now = performance.now();
    const before = new Map(this.#silent);
    this.#silent.clear();
    for (const line of lines) {
      const row = silentRow(line);
      const socket = row && this.#sockets.get(row.key);
      if (row && socket) this.#heardNothing(row, socket, before.get(row.key), now);
    }
    if (this.#timer) this.#timer = this.#sockets.size > 0 ? this.#next() : undefined;
  }

  #heardNothing({ key, tries }: SilentRow, socket: Socket, before: Silence | undefined, now: number): void {
    // Fewer tries than before: an answer came in between.
    const since = before && tries >= before.tries ? before.since : now;
    this.#silent.set(key, { since, tries });
    if (now - since >= this.#silentMs) socket.destroy();
  }

  #forget(key: string, socket: Socket): void {
    // Its place in the table may be another's already.
    if (this.#sockets.get(key) !== socket) return;
    this.#sockets.delete(key);
    this.#silent.delete(key);
  }
}

/** `0100007F:1F90`: an address in words of the machine's byte order, and a port. */
const ROW =
  /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]{2} [0-9A-F]{8}:[0-9A-F]{8} [0-9A-F]{2}:[0-9A-F]{8} ([0-9A-F]{8}) +\d+ +(\d+) /;

/** An IPv4 address among those of IPv6. */
const MAPPED = '0000000000000000FFFF0000';

/**
 * The socket that a line is about, where its peer is silent: what was sent had to be sent again, or it was asked in vain,
 * more than once, whether it has room.
 */
function silentRow(line: string): SilentRow | undefined {
  const [, local, address, remote, again, asked] = ROW.exec(line) ?? [];
  if (local === undefined || address === undefined || remote === undefined) return undefined;
  const tries = Number.parseInt(again ?? '', 16) + Math.max(0, Number(asked) - 1);
  if (tries === 0) return undefined;
  const own = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  return { key: keyOf(Number.parseInt(local, 16), Number.parseInt(remote, 16), own), tries };
}

function keyOf(local: number, remote: number, address: string): string {
  return `${local} ${remote} ${address}`;
}

/** An address as the table has it; empty for what is none. */
function hexOf(address: string): string {
  const [plain = ''] = address.split('%');
  const bytes = parseIp(plain) ?? [];
  let hex = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4);
    if (endianness() === 'LE') word.reverse();
    hex += word.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return hex.toUpperCase();
}
