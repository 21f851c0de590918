/**
 * A server built with an MCP SDK, of either generation: anything that connects to a transport.
 *
 * The transport is ours and known to the SDKs by its shape alone, so none of them is loaded here.
 */
import { failedMessage, sayValue } from './inprocess-answers.ts';
import type { Inbound, Line, Peer } from './inprocess-link.ts';

/** What a server needs to have; `McpServer` and `Server` of both SDK generations do. */
export interface ConnectableServer {
  connect(transport: InprocessTransport): Promise<void>;
  close?(): Promise<void>;
}

/** What a server is connected to, in the shape in which both SDK generations know it. */
export class InprocessTransport {
  onmessage?: (message: unknown, extra?: unknown) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Never set: there is one server object a link, so no session needs a name. */
  sessionId?: string;
  readonly #line: Line;
  #isClosed = false;

  /** @internal */
  constructor(line: Line) {
    this.#line = line;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves when the client reads; a server that waits for it is held up as it should be. */
  async send(message: unknown, options?: { relatedRequestId?: string | number | undefined }): Promise<void> {
    if (this.#isClosed) return;
    const related = options?.relatedRequestId;
    await sayValue(this.#line, message, typeof related === 'number' ? related : undefined);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#line.end({ code: 'closed', message: `The server "${this.#line.name}" closed the link.` });
    this.onclose?.();
  }

  /** @internal Gives the server a message; throws what the server throws. */
  deliver(message: Inbound): void {
    if (!this.onmessage) throw new Error('The server does not listen.');
    this.onmessage(message);
  }
}

/** A connected server as the other end of a link. */
export class ServerPeer implements Peer {
  readonly #line: Line;
  readonly #server: ConnectableServer;
  readonly #transport: InprocessTransport;

  constructor(server: ConnectableServer, line: Line) {
    this.#line = line;
    this.#server = server;
    this.#transport = new InprocessTransport(line);
  }

  /** Rejects with whatever the server throws. */
  async connect(): Promise<void> {
    await this.#server.connect(this.#transport);
  }

  deliver(inbound: Inbound): void {
    try {
      this.#transport.deliver(inbound);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#line.refusals.report('server_threw', `The server threw at a message: ${why}`);
      if (inbound.method === undefined || inbound.id === undefined) return;
      void this.#line.say(
        failedMessage(inbound.id, `The server "${this.#line.name}" could not take the request.`),
      );
    }
  }

  async close(): Promise<void> {
    try {
      await this.#server.close?.();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#line.refusals.report('server_threw', `The server threw when it was closed: ${why}`);
    } finally {
      // A server without `close`, or one whose `close` failed, still learns of the end.
      await this.#transport.close().catch(() => {});
    }
  }
}
