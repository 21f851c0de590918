/**
 * The wire between two programs on this machine, which can be cut in two ways.
 *
 * `silent`: nothing gets through any more and nobody is told, as where packets are dropped; when it is mended, what was
 * written in between arrives late, as it does over TCP. `refuse`: connections are reset, and so are new ones.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type CutKind = 'silent' | 'refuse';

export class Wire {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: CutKind | undefined;

  /** @param port where the far end listens, on 127.0.0.1 */
  static async start(port: number): Promise<Wire> {
    const server = createServer({ allowHalfOpen: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new Wire(server, port);
  }

  private constructor(server: Server, far: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => this.#join(near, far));
  }

  cut(kind: CutKind): void {
    this.#cut = kind;
    for (const socket of this.#sockets) {
      if (kind === 'silent') socket.pause();
      else socket.resetAndDestroy();
    }
  }

  mend(): void {
    this.#cut = undefined;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #join(near: Socket, port: number): void {
    if (this.#cut === 'refuse') return void near.resetAndDestroy();
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      // Either end may vanish: the other is told by the reset.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('data', (chunk) => {
        if (!other.write(chunk)) socket.pause();
      });
      other.on('drain', () => {
        if (this.#cut === undefined) socket.resume();
      });
      socket.on('end', () => other.end());
      socket.once('close', () => this.#sockets.delete(socket));
      if (this.#cut === 'silent') socket.pause();
    }
  }
}
