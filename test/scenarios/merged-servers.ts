/** Ten servers for the tests of merging: of every kind, two of them down, one slow. */
import { Server } from 'sdk-1.32/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from 'sdk-1.32/types.js';
import { inprocess } from '../../src/node.ts';
import {
  child,
  echoStdio,
  everythingStdio,
  fixtureInprocess,
  fixtureStdio,
  type ServerEntry,
  type SharedSetup,
} from '../support/gateway.ts';
import { fixtureStreamable } from '../support/network-servers.ts';

/** A server over stdio whose tools answer with its name, theirs, and what they were given. */
export function named(tools: readonly string[], setup: SharedSetup = {}): ServerEntry {
  return (at) => child(process.execPath, ['-e', SCRIPT, at.name, ...tools], setup)(at);
}

const SCRIPT = `
const [name, ...tools] = process.argv.slice(1);
const results = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name, version: '1' } }),
  'tools/list': () => ({ tools: tools.map((tool) => ({ name: tool, inputSchema: { type: 'object' } })) }),
  'tools/call': (params) => ({ content: [{ type: 'text', text: [name, params.name, JSON.stringify(params.arguments)].join(' ') }] }),
};
const take = ({ id, method, params }) => {
  if (id === undefined || !results[method]) return;
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method](params) }) + '\\n');
};
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  lines.filter(Boolean).forEach((line) => take(JSON.parse(line)));
});
`;

/** Lets a server list its tools when the test says so. */
export class Gate {
  isOpen = false;
  readonly #waiting: (() => void)[] = [];

  open(): void {
    this.isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  async passed(): Promise<void> {
    if (!this.isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** A server that lists its one tool when the gate is open, and not before. */
export function gated(gate: Gate): ServerEntry {
  return ({ name, observer }) => ({ driver: inprocess({ name, create: () => gatedServer(gate), observer }) });
}

function gatedServer(gate: Gate): Server {
  const server = new Server({ name: 'gated', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    await gate.passed();
    return { tools: [{ name: 'patient', inputSchema: { type: 'object' as const } }] };
  });
  server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: 'text', text: 'slow' }] }));
  return server;
}

/** A tool of each healthy server, what it is given, and what its answer must hold. */
export const TOOLS = {
  git: ['git__search', { q: 1 }, 'git search {"q":1}'],
  web: ['web__search', { q: 2 }, 'web search {"q":2}'],
  child: ['child__add', { a: 2, b: 40 }, '42'],
  here: ['here__add', { a: 1, b: 2 }, '3'],
  echo: ['echo__echo', { text: 'hi' }, 'hi'],
  everything: ['everything__echo', { message: 'hey' }, 'hey'],
  remote: ['remote__add', { a: 5, b: 5 }, '10'],
} as const;

/** Ten in all; `slow` waits for the gate. */
export function tenServers(gate: Gate): Record<string, ServerEntry> {
  return {
    git: named(['log', 'search']),
    missing: child('/no/such/command', []),
    web: named(['fetch', 'search']),
    child: fixtureStdio(),
    slow: gated(gate),
    here: fixtureInprocess(),
    echo: echoStdio(),
    broken: child(process.execPath, ['-e', 'process.exit(3)']),
    everything: everythingStdio(),
    remote: fixtureStreamable(),
  };
}
