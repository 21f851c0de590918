/** The clients of `@modelcontextprotocol/sdk` 1.x: methods take schemas. */
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

/** What the modules of one version give, as far as it is used here. */
export interface V1Modules {
  readonly Client: new (info: object, options: object) => V1Client;
  readonly Transport: new (url: URL) => V1Transport;
  /** `types.js`: the schemas, by name. */
  readonly types: Readonly<Record<string, unknown>>;
}

interface V1Transport {
  /** Since 1.10: ends the session on the server's side. */
  terminateSession?(): Promise<void>;
}

type Handler = (message: { method: string; params?: Params }) => unknown;
type Method = (...args: unknown[]) => Promise<Result>;

interface V1Client {
  onerror?: (error: Error) => void;
  connect(transport: V1Transport): Promise<void>;
  close(): Promise<void>;
  request(message: object, schema: unknown, options?: object): Promise<Result>;
  notification(message: object): Promise<void>;
  setRequestHandler(schema: unknown, handler: Handler): void;
  setNotificationHandler(schema: unknown, handler: Handler): void;
  getServerCapabilities(): Params | undefined;
}

/** The SDK's own method for each of the protocol's, all called as `(params, options)`. */
const METHODS: Readonly<Record<string, string>> = {
  'tools/list': 'listTools',
  'resources/list': 'listResources',
  'resources/templates/list': 'listResourceTemplates',
  'resources/read': 'readResource',
  'resources/subscribe': 'subscribeResource',
  'resources/unsubscribe': 'unsubscribeResource',
  'prompts/list': 'listPrompts',
  'prompts/get': 'getPrompt',
  'completion/complete': 'complete',
};

const SCHEMAS: Readonly<Record<string, string>> = {
  'sampling/createMessage': 'CreateMessageRequestSchema',
  'elicitation/create': 'ElicitRequestSchema',
  'roots/list': 'ListRootsRequestSchema',
  'notifications/tools/list_changed': 'ToolListChangedNotificationSchema',
  'notifications/resources/list_changed': 'ResourceListChangedNotificationSchema',
  'notifications/resources/updated': 'ResourceUpdatedNotificationSchema',
  'notifications/prompts/list_changed': 'PromptListChangedNotificationSchema',
  'notifications/message': 'LoggingMessageNotificationSchema',
};

export class V1Sdk implements Sdk {
  readonly #client: V1Client;
  readonly #transport: V1Transport;
  readonly #types: V1Modules['types'];

  constructor(modules: V1Modules, url: string, capabilities: Params, ears: Ears) {
    const { Client, Transport, types } = modules;
    this.#types = types;
    this.#client = new Client({ name: 'matrix', version: '1.0.0' }, { capabilities });
    this.#client.onerror = (error) => ears.error(error);
    for (const method of ANNOUNCED) {
      this.#client.setNotificationHandler(this.#schema(method), ({ params }) =>
        ears.notified(method, params ?? {}),
      );
    }
    for (const method of QUESTIONS) {
      if (!((method.split('/')[0] as string) in capabilities)) continue;
      this.#client.setRequestHandler(this.#schema(method), ({ params }) => ears.asked(method, params ?? {}));
    }
    this.#transport = new Transport(new URL(url));
    tap(this.#transport, (message) => ears.message(message));
  }

  connect(): Promise<void> {
    return this.#client.connect(this.#transport);
  }

  ask(method: string, params: Params, options: CallOptions): Promise<Result> {
    const { meta: _meta, ...own } = options;
    if (method === 'tools/call')
      return this.#method('callTool')(params, this.#types['CallToolResultSchema'], own);
    if (method === 'ping') return this.#method('ping')(own);
    if (method === 'logging/setLevel') return this.#method('setLoggingLevel')(params['level'], own);
    const name = METHODS[method];
    if (name) return this.#method(name)(params, own);
    return this.#client.request({ method, params }, this.#types['ResultSchema'], own);
  }

  notify(method: string): Promise<void> {
    return this.#client.notification({ method });
  }

  capabilities(): Params {
    return this.#client.getServerCapabilities() ?? {};
  }

  async close(): Promise<void> {
    await this.#transport.terminateSession?.();
    await this.#client.close();
  }

  #method(name: string): Method {
    const client = this.#client as unknown as Record<string, Method>;
    return (client[name] as Method).bind(client);
  }

  #schema(method: string): unknown {
    return this.#types[SCHEMAS[method] as string];
  }
}
