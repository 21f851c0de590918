/** What `serve` prints when it is ready: where to reach the servers, and what to paste into a client. */
import type { Config } from '../config/types.ts';
import type { Running } from '../edges/node/start.ts';
import { type Io, painter } from './io.ts';

export interface ReadyFacts {
  readonly config: Config;
  readonly gateway: Pick<Running, 'url' | 'servers'>;
  readonly readyMs: number;
  readonly version: string;
  /** A key that was made just now: shown here and never again. */
  readonly generatedKey: string | undefined;
}

interface Addresses {
  readonly sse: string;
  readonly mcp: string;
}

/** Where clients reach the gateway; an address that stands for all is shown as one that can be opened. */
function baseOf({ config, gateway }: Pick<ReadyFacts, 'config' | 'gateway'>): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  return gateway.url.replace(/(?<=^https?:\/\/)(0\.0\.0\.0|\[::\])(?=:|$)/, '127.0.0.1');
}

function addressesOf(base: string, server: string | undefined): Addresses {
  const path = server === undefined ? base : `${base}/servers/${server}`;
  return { sse: `${path}/sse`, mcp: `${path}/mcp` };
}

/** The same facts for programs, on one line. */
export function readyJson(ready: ReadyFacts): string {
  const { config, gateway, readyMs, generatedKey } = ready;
  const base = baseOf(ready);
  const facts = {
    url: base,
    readyMs: Math.round(readyMs),
    default: config.default,
    root: addressesOf(base, undefined),
    servers: gateway.servers.map((name) => ({ name, ...addressesOf(base, name) })),
    apiKey: generatedKey,
  };
  return `${JSON.stringify(facts)}\n`;
}

export function readyText(io: Io, facts: ReadyFacts): string {
  const { config, gateway, readyMs, version, generatedKey } = facts;
  const paint = painter(io);
  const base = baseOf(facts);
  const lines = ['', `  ${paint('bold', `sluice ${version}`)}  ready in ${Math.round(readyMs)} ms`, ''];
  const width = Math.max(4, ...gateway.servers.map((name) => name.length));
  const rows = gateway.servers.map((name) => [name, addressesOf(base, name)] as const);
  for (const [name, { sse, mcp }] of rows) {
    lines.push(`  ${paint('green', name.padEnd(width))}  ${paint('cyan', mcp)}`);
    lines.push(`  ${' '.repeat(width)}  ${paint('cyan', sse)}`);
  }
  if (gateway.servers.length > 0) {
    const { sse, mcp } = addressesOf(base, undefined);
    lines.push(
      `  ${'root'.padEnd(width)}  ${paint('cyan', mcp)}  ${paint('dim', `(${config.default ?? 'all of them'})`)}`,
    );
    lines.push(`  ${' '.repeat(width)}  ${paint('cyan', sse)}`);
  } else {
    lines.push('  No servers yet: add one to "mcpServers" in the file.');
  }
  if (base !== gateway.url && config.publicUrl === undefined) {
    const how = '--public-url prints it';
    lines.push('', paint('dim', `  From other machines use the name or address of this one (${how}).`));
  }
  if (generatedKey !== undefined) {
    lines.push('', `  API key, shown this once:  ${paint('bold', generatedKey)}`);
  }
  lines.push('', ...pasteLines(facts, base), '');
  return `${lines.join('\n')}\n`;
}

/**
 * Lines for Claude Code and one snippet of JSON for everybody else, over Streamable HTTP; HTTP+SSE by the example of
 * one server. Keys are never in them: what is pasted is kept, and so may be what we print.
 */
function pasteLines({ config, gateway }: ReadyFacts, base: string): string[] {
  const [first] = gateway.servers;
  if (first === undefined) return [];
  const header = config.apiKeyRequired ? ' --header "Authorization: Bearer <key>"' : '';
  const headers = config.apiKeyRequired ? { headers: { Authorization: 'Bearer <key>' } } : {};
  const add = (transport: string, name: string, url: string) =>
    `  claude mcp add --transport ${transport} ${name} ${url}${header}`;
  const members = gateway.servers.map((name) => {
    const entry = { type: 'http', url: addressesOf(base, name).mcp, ...headers };
    return `    ${JSON.stringify(name)}: ${spaced(entry)}`;
  });
  const older = gateway.servers.find((name) => name === config.default) ?? first;
  return [
    '  Paste into Claude Code:',
    ...gateway.servers.map((name) => add('http', name, addressesOf(base, name).mcp)),
    '',
    '  or into the configuration of another client:',
    '  { "mcpServers": {',
    members.join(',\n'),
    '  } }',
    '',
    '  Older clients ("type": "sse") take the addresses that end in /sse, like',
    add('sse', older, addressesOf(base, older).sse),
  ];
}

function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}
