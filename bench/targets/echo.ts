/** What every target of the bench serves: the tools `echo`, `big` and `notify`, as answers to requests. */
export interface Request {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly protocolVersion?: string;
    readonly arguments?: Record<string, unknown>;
  };
}

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;

/** So that two of them can be merged without a clash of names. */
const prefix = process.env.BENCH_TOOL_PREFIX ?? '';

const TOOLS = [
  { name: 'echo', inputSchema: { type: 'object', properties: { text }, required: ['text'] } },
  { name: 'big', inputSchema: { type: 'object', properties: { bytes: whole }, required: ['bytes'] } },
  { name: 'notify', inputSchema: { type: 'object', properties: { count: whole } } },
].map((tool) => ({ ...tool, name: prefix + tool.name }));

export const LIST_CHANGED = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } as const;

const MAX_BYTES = 8 * 1024 * 1024;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
let big = '';

/** The text of a large result: `bytes` ASCII characters that need no escaping. Kept for the next call. */
export function bigText(bytes: number): string {
  const size = Math.min(Math.max(0, bytes), MAX_BYTES);
  if (big.length !== size) {
    const joined = Buffer.alloc(size, ALPHABET).toString('latin1');
    big = joined;
  }
  return big;
}

/** The result of a request; undefined for an unknown method. `notify` calls `announce` before it answers. */
export function resultOf(request: Request, announce: () => void): object | undefined {
  if (isModern) return modernOf(request, announce);
  switch (request.method) {
    case 'initialize':
      return {
        protocolVersion: request.params?.protocolVersion ?? '2025-06-18',
        capabilities: { tools: { listChanged: true } },
        serverInfo: { name: 'bench-echo', version: '1.0.0' },
      };
    case 'ping':
      return {};
    case 'tools/list':
      return { tools: TOOLS };
    case 'tools/call':
      return callTool(request, announce);
    default:
      return undefined;
  }
}

/** Understands 2026-07-28 and nothing else. */
const isModern = process.env.BENCH_ERA === 'modern';

function modernOf(request: Request, announce: () => void): object | undefined {
  switch (request.method) {
    case 'server/discover':
      return {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 0,
        cacheScope: 'private',
      };
    case 'tools/list':
      return { resultType: 'complete', tools: TOOLS, ttlMs: 0, cacheScope: 'private' };
    case 'tools/call':
      return { resultType: 'complete', ...callTool(request, announce) };
    default:
      return undefined;
  }
}

function callTool(request: Request, announce: () => void): object {
  const args = request.params?.arguments ?? {};
  switch (request.params?.name) {
    case 'echo':
      return { content: [{ type: 'text', text: String(args.text) }] };
    case 'big':
      return { content: [{ type: 'text', text: bigText(Number(args.bytes)) }] };
    case 'notify':
      for (let i = Math.min(Number(args.count ?? 1), 1000); i > 0; i--) announce();
      return { content: [{ type: 'text', text: 'announced' }] };
    default:
      return { content: [{ type: 'text', text: 'Unknown tool' }], isError: true };
  }
}

/** The whole answer, or undefined for a notification. */
export function answerTo(request: Request, announce: () => void): object | undefined {
  if (request.id === undefined) return undefined;
  const result = resultOf(request, announce);
  return result
    ? { result, jsonrpc: '2.0', id: request.id }
    : { jsonrpc: '2.0', id: request.id, error: { code: -32601, message: 'Method not found' } };
}
