/** Both connections against the contract of the port. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe } from 'vitest';
import { fetchHandler } from '../../../src/edges/fetch.ts';
import type { Front } from '../../../src/edges/http/front.ts';
import { NodeResponder } from '../../../src/edges/node/responder.ts';
import type { Connection, Responder } from '../../../src/engine/ports.ts';
import { connectionContract, type Reader } from '../../contract/connection.ts';

/** Collects text, and lets others wait for it. */
class Collected {
  text = '';
  #waiting: { length: number; resolve: () => void }[] = [];

  add(text: string): void {
    this.text += text;
    const due = this.#waiting.filter(({ length }) => this.text.length >= length);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }

  received(length: number): Promise<void> {
    if (this.text.length >= length) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ length, resolve }));
  }
}

// ----------------------------------------------------------------------------------------------- Node

/** Takes the chunks of a response apart (RFC 9112 section 7.1), as they come over a plain socket. */
class ChunkedReader implements Reader {
  readonly ended: Promise<'ended' | 'cut'>;
  readonly #socket: Socket;
  readonly #collected = new Collected();
  #raw = '';
  #isBody = false;
  #isOver = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => {
      socket.on('data', (text: string) => {
        this.#take(text);
        if (this.#isOver) resolve('ended');
      });
      socket.on('close', () => resolve(this.#isOver ? 'ended' : 'cut'));
    });
  }

  get text(): string {
    return this.#collected.text;
  }

  received(length: number): Promise<void> {
    return this.#collected.received(length);
  }

  stall(): void {
    this.#socket.pause();
  }

  unstall(): void {
    this.#socket.resume();
  }

  leave(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#raw += text;
    if (!this.#isBody) {
      const end = this.#raw.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#isBody = true;
      this.#raw = this.#raw.slice(end + 4);
    }
    while (this.#takeChunk());
  }

  #takeChunk(): boolean {
    const end = this.#raw.indexOf('\r\n');
    if (end < 0) return false;
    const size = Number.parseInt(this.#raw.slice(0, end), 16);
    if (this.#raw.length < end + 2 + size + 2) return false;
    this.#collected.add(this.#raw.slice(end + 2, end + 2 + size));
    this.#raw = this.#raw.slice(end + 2 + size + 2);
    this.#isOver ||= size === 0;
    return !this.#isOver;
  }
}

function nodeKit(change: (response: ServerResponse) => void) {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  return {
    async open(first?: Uint8Array) {
      const connections: Connection[] = [];
      const server = createServer((request, response) => {
        change(response);
        const responder = new NodeResponder(request, response, undefined, 60_000);
        connections.push(responder.stream(200, { 'content-type': 'text/event-stream' }, first));
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      sockets.push(socket);
      const reader = new ChunkedReader(socket);
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await answered;
      const [connection] = connections;
      if (!connection) throw new Error('Nothing was opened.');
      return { connection, reader };
    },
    async close() {
      for (const socket of sockets.splice(0)) socket.destroy();
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

describe('over node:http, past it', () => {
  connectionContract(nodeKit(() => {}));
});

describe('over node:http, through whoever stands in between', () => {
  connectionContract(
    nodeKit((response) => {
      const { write } = response;
      // What a middleware that looks at bodies does.
      response.write = function through(this: ServerResponse, ...args: Parameters<typeof write>) {
        return write.apply(this, args);
      } as typeof write;
    }),
  );
});

// ---------------------------------------------------------------------------------------------- fetch

class StreamReader implements Reader {
  readonly ended: Promise<'ended' | 'cut'>;
  readonly #collected = new Collected();
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #leave: ((reader: ReadableStreamDefaultReader<Uint8Array>) => void) | undefined;
  #isStalled = false;
  #goOn: (() => void) | undefined;

  constructor(body: ReadableStream<Uint8Array>, leave?: () => void) {
    this.#reader = body.getReader();
    this.#leave = leave;
    this.ended = this.#read();
  }

  get text(): string {
    return this.#collected.text;
  }

  received(length: number): Promise<void> {
    return this.#collected.received(length);
  }

  stall(): void {
    this.#isStalled = true;
  }

  unstall(): void {
    this.#isStalled = false;
    this.#goOn?.();
  }

  leave(): void {
    if (this.#leave) this.#leave(this.#reader);
    else void this.#reader.cancel();
  }

  async #read(): Promise<'ended' | 'cut'> {
    try {
      for (;;) {
        if (this.#isStalled) await new Promise<void>((resolve) => (this.#goOn = resolve));
        const { done, value } = await this.#reader.read();
        if (done) return 'ended';
        this.#collected.add(Buffer.from(value).toString('latin1'));
      }
    } catch {
      return 'cut';
    }
  }
}

function fetchKit(isAborted: boolean) {
  return {
    async open(first?: Uint8Array) {
      const responders: Responder[] = [];
      const front = {
        headersFor: () => undefined,
        handle: (_request: unknown, responder: Responder) => void responders.push(responder),
      } as unknown as Front;
      const abort = new AbortController();
      const request = new Request('http://localhost/sse', { signal: abort.signal });
      const answered = fetchHandler(front)(request);
      const connection = responders[0]?.stream(200, { 'content-type': 'text/event-stream' }, first);
      const { body } = await answered;
      if (!connection || !body) throw new Error('Nothing was opened.');
      const leave = isAborted ? () => abort.abort() : undefined;
      return { connection, reader: new StreamReader(body, leave) };
    },
    close: async () => {},
  };
}

describe('over a response of fetch whose body is let go', () => {
  connectionContract(fetchKit(false));
});

describe('over a response of fetch whose request is aborted', () => {
  connectionContract(fetchKit(true));
});
