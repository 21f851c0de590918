/** The client of `@modelcontextprotocol/client` 2.x, in either era: methods go by their names. */
import {
  Client,
  type ClientCapabilities,
  type LoggingLevel,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import * as z from 'zod';
import type { Rpc } from '../support/raw.ts';
import {
  ANNOUNCED,
  type CallOptions,
  type Ears,
  type Params,
  QUESTIONS,
  type Result,
  type Sdk,
  tap,
} from './peer.ts';
import { WsTransport } from './peer-socket.ts';

const ANY = z.looseObject({});

type Over = { fetch?: typeof fetch };

const TRANSPORTS = {
  sse: (url: URL, over: Over) => new SSEClientTransport(url, over),
  streamable: (url: URL, over: Over) => new StreamableHTTPClientTransport(url, over),
  websocket: (url: URL) => new WsTransport(url),
} as const;

export interface V2Options {
  readonly transport: keyof typeof TRANSPORTS;
  /** `auto` asks for the modern era first, `modern` takes no other. */
  readonly mode?: 'legacy' | 'auto' | 'modern';
  /** In place of the network. */
  readonly fetch?: typeof fetch;
}

export class V2Sdk implements Sdk {
  readonly #client: Client;
  readonly #transport: ReturnType<(typeof TRANSPORTS)[V2Options['transport']]>;

  constructor(options: V2Options, url: string, capabilities: Params, ears: Ears) {
    this.#client = new Client(
      { name: 'matrix', version: '1.0.0' },
      {
        capabilities: capabilities as ClientCapabilities,
        versionNegotiation: {
          mode: options.mode === 'modern' ? { pin: '2026-07-28' } : (options.mode ?? 'legacy'),
        },
      },
    );
    this.#client.onerror = (error) => ears.error(error);
    for (const method of ANNOUNCED) {
      this.#client.setNotificationHandler(method, ({ params }) =>
        ears.notified(method, (params ?? {}) as Params),
      );
    }
    for (const method of QUESTIONS) {
      if (!((method.split('/')[0] as string) in capabilities)) continue;
      this.#client.setRequestHandler(
        method,
        ({ params }) => ears.asked(method, (params ?? {}) as Params) as never,
      );
    }
    const over = options.fetch ? { fetch: options.fetch } : {};
    this.#transport = TRANSPORTS[options.transport](new URL(url), over);
    tap(this.#transport, (message: Rpc) => ears.message(message));
  }

  connect(): Promise<void> {
    return this.#client.connect(this.#transport);
  }

  ask(method: string, params: Params, options: CallOptions): Promise<Result> {
    const { meta: _meta, ...own } = options;
    const client = this.#client;
    const asked = params as never;
    switch (method) {
      case 'tools/call':
        return client.callTool(asked, own) as Promise<Result>;
      case 'resources/read':
        return client.readResource(asked, own);
      case 'resources/subscribe':
        return client.subscribeResource(asked, own);
      case 'resources/unsubscribe':
        return client.unsubscribeResource(asked, own);
      case 'prompts/get':
        return client.getPrompt(asked, own);
      case 'completion/complete':
        return client.complete(asked, own) as Promise<Result>;
      case 'logging/setLevel':
        return client.setLoggingLevel(params['level'] as LoggingLevel, own);
      case 'ping':
        return client.ping(own);
      // Its own lists gather all pages; here each page counts.
      case 'tools/list':
      case 'resources/list':
      case 'resources/templates/list':
      case 'prompts/list':
        return client.request({ method, params }, own) as Promise<Result>;
      default:
        return client.request({ method, params }, ANY, own) as Promise<Result>;
    }
  }

  notify(method: string): Promise<void> {
    return this.#client.notification({ method });
  }

  capabilities(): Params {
    return this.#client.getServerCapabilities() ?? {};
  }

  discovered(): Params | undefined {
    return this.#client.getDiscoverResult() as Params | undefined;
  }

  async listen(filter: Params): Promise<() => Promise<void>> {
    const subscription = await this.#client.listen(filter);
    return () => subscription.close();
  }

  async close(): Promise<void> {
    if (this.#transport instanceof StreamableHTTPClientTransport && this.discovered() === undefined)
      await this.#transport.terminateSession();
    await this.#client.close();
  }
}
