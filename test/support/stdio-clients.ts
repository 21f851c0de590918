/** Real clients that start `sluice stdio` themselves, as their users have them do it: SDK 1.x and client 2.x. */
import { Client as V2Client, type ClientCapabilities } from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { tap } from '../matrix/peer.ts';
import { CLI } from './stdio-face.ts';

export interface CallOptions {
  readonly onprogress?: () => void;
  readonly signal?: AbortSignal;
}

export interface Result {
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
  readonly isError?: boolean;
}

interface Params {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

/** A connected client. */
export interface StdioClient {
  tools(): Promise<string[]>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Result>;
  close(): Promise<void>;
  /** What the process wrote to stderr so far. */
  readonly said: () => string;
  /** Progress as it came: the clients themselves drop what they read together with its answer. */
  readonly progress: readonly unknown[];
}

export interface ClientKind {
  readonly name: string;
  /** Whether its requests are those of 2026-07-28 wherever the server can have them. */
  readonly isModern: boolean;
  /** Whether its revision can ask a user at all. */
  readonly canBeAsked: boolean;
  /** @param target what stands behind `sluice stdio` */
  connect(target: readonly string[]): Promise<StdioClient>;
}

/** What every question of a server is answered with. */
const ANSWER = { action: 'accept', content: { name: 'Ada' } };

export const CLIENT_KINDS: readonly ClientKind[] = [
  v1('sdk 1.0.4', 'sdk-1.0', false),
  v1('sdk 1.32.2', 'sdk-1.32', true),
  v2('client 2.4.0 legacy', 'legacy'),
  v2('client 2.4.0 auto', 'auto'),
  v2('client 2.4.0 modern', { pin: '2026-07-28' }),
];

interface V1 {
  connect(transport: object): Promise<void>;
  listTools(params?: object): Promise<{ tools: { name: string }[]; nextCursor?: string }>;
  callTool(params: Params, schema?: undefined, options?: CallOptions): Promise<Result>;
  setRequestHandler(schema: unknown, handler: () => object): void;
  close(): Promise<void>;
}

function v1(name: string, sdk: string, canBeAsked: boolean): ClientKind {
  const connect = async (target: readonly string[]): Promise<StdioClient> => {
    const [{ Client }, { StdioClientTransport }, types] = (await Promise.all([
      import(`${sdk}/client/index.js`),
      import(`${sdk}/client/stdio.js`),
      import(`${sdk}/types.js`),
    ])) as [
      { Client: new (info: object, options: object) => V1 },
      { StdioClientTransport: new (options: object) => Stderr },
      Record<string, unknown>,
    ];
    const client = new Client(INFO, { capabilities: canBeAsked ? { elicitation: {} } : {} });
    if (canBeAsked) client.setRequestHandler(types['ElicitRequestSchema'], () => ANSWER);
    const transport = new StdioClientTransport(program(target));
    const said = hear(transport);
    const progress = progressOf(transport);
    await client.connect(transport);
    return {
      tools: () => allTools((cursor) => client.listTools(cursor === undefined ? {} : { cursor })),
      call: (tool, args = {}, options = {}) =>
        client.callTool({ name: tool, arguments: args }, undefined, options),
      close: () => client.close(),
      said,
      progress,
    };
  };
  return { name, isModern: false, canBeAsked, connect };
}

function v2(name: string, mode: 'legacy' | 'auto' | { pin: string }): ClientKind {
  const connect = async (target: readonly string[]): Promise<StdioClient> => {
    const capabilities: ClientCapabilities = { elicitation: { form: {} } };
    const client = new V2Client(INFO, { capabilities, versionNegotiation: { mode } });
    client.setRequestHandler('elicitation/create', () => ANSWER as never);
    const transport = new V2Stdio(program(target));
    const said = hear(transport);
    const progress = progressOf(transport);
    await client.connect(transport);
    return {
      tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
      call: (tool, args = {}, options = {}) =>
        client.callTool({ name: tool, arguments: args }, options) as Promise<Result>,
      close: () => client.close(),
      said,
      progress,
    };
  };
  return { name, isModern: mode !== 'legacy', canBeAsked: true, connect };
}

const INFO = { name: 'stdio-client', version: '1.0.0' };

function program(target: readonly string[]): { command: string; args: string[]; stderr: 'pipe' } {
  return { command: process.execPath, args: [CLI, 'stdio', ...target], stderr: 'pipe' };
}

interface Stderr {
  readonly stderr?: { on(event: 'data', listener: (chunk: Buffer) => void): unknown } | null;
}

function hear(transport: Stderr): () => string {
  let said = '';
  transport.stderr?.on('data', (chunk) => (said += chunk.toString()));
  return () => said;
}

function progressOf(transport: Parameters<typeof tap>[0]): readonly unknown[] {
  const progress: unknown[] = [];
  tap(transport, ({ method, params }) => {
    if (method === 'notifications/progress') progress.push((params as { progress: unknown }).progress);
  });
  return progress;
}

async function allTools(
  page: (cursor: string | undefined) => Promise<{ tools: { name: string }[]; nextCursor?: string }>,
): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { tools, nextCursor } = await page(cursor);
    names.push(...tools.map(({ name }) => name));
    cursor = nextCursor;
  } while (cursor !== undefined);
  return names;
}
