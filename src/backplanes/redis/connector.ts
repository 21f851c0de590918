/** How sockets to Redis are opened: none of their errors may go unheard, or it would end the process. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { AbstractConnector } from 'ioredis';

interface Options {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly tls?: ConnectionOptions | undefined;
  readonly disconnectTimeout?: number | undefined;
}

type ConnectorClass = new (options: unknown) => AbstractConnector;

/** @param Base that of the client, which is loaded where it is needed */
export function connectorOf(Base: typeof AbstractConnector): ConnectorClass {
  return class extends Base {
    readonly #options: Options;

    constructor(options: unknown) {
      super((options as Options).disconnectTimeout ?? 2_000);
      this.#options = options as Options;
    }

    override async connect(): Promise<Socket> {
      const { host = '127.0.0.1', port = 6379, tls } = this.#options;
      this.connecting = true;
      const socket = tls ? connectTls({ host, port, ...tls }) : connect({ host, port });
      // The client listens to the first error alone; there may be more.
      socket.on('error', () => {});
      this.stream = socket;
      return socket;
    }
  };
}
