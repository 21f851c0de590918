/** A wire with a knife: forwards bytes to a port on this machine, and cuts its connections when told. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class CuttingProxy {
  readonly url: string;
  /** Connections cut so far. */
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port: number;
  /** Bytes from the far side that the next connection may still pass before it is cut. */
  #budgets: number[] = [];

  static async start(port: number): Promise<CuttingProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new CuttingProxy(server, port);
  }

  constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (near) => this.#join(near, connect({ port: this.#port, host: '127.0.0.1' })));
  }

  /** Cuts every connection that is open now. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.cuts++;
  }

  /** Leads what connects from now on to another port. */
  redirect(port: number): void {
    this.#port = port;
  }

  /** Each of the next connections is cut after so many bytes from the far side. */
  cutAfter(...bytes: number[]): void {
    this.#budgets.push(...bytes);
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket): void {
    let budget = this.#budgets.shift();
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      // A cut is no accident here.
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      if (budget === undefined) return void near.write(chunk);
      near.write(chunk.subarray(0, budget));
      budget -= chunk.length;
      if (budget > 0) return;
      this.cuts++;
      // The last bytes are let through: half an event must reach the client.
      near.end();
      far.destroy();
    });
  }
}
