/** What to paste into a client so that it reaches a server; the same as in docs/clients.md. A key is never in it. */
import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { reached } from './reached.ts';

export interface Setup {
  readonly id: string;
  readonly label: string;
  /** Where it goes. */
  readonly where: string;
  readonly text: string;
}

export type Transport = 'http' | 'sse';
type Reached = Pick<ServerView, 'name' | 'endpoints' | 'isKeyed'>;

/** @returns one for each client; nothing where the server has no such address */
export function setupsOf({ name, endpoints, isKeyed }: Reached, transport: Transport): readonly Setup[] {
  const address = transport === 'http' ? endpoints.mcp : endpoints.sse;
  if (address === undefined) return [];
  const url = reached(address);
  const facts = { name: nameFor(name), url, transport, isKeyed };
  return [
    claudeCode(facts),
    claudeDesktop(facts),
    cursor(facts),
    vsCode(facts),
    curl(facts),
    typescript(facts),
  ];
}

interface Facts {
  readonly name: string;
  readonly url: string;
  readonly transport: Transport;
  readonly isKeyed: boolean;
}

/** As clients allow it: letters, digits, `-` and `_`. */
function nameFor(server: string): string {
  const allowed = server
    .replace(/[^\w-]+/g, '-')
    .replace(/--+/g, '-')
    .replace(/^-|-$/g, '');
  return allowed === '' ? 'sluice' : allowed.slice(0, 60);
}

function claudeCode({ name, url, transport, isKeyed }: Facts): Setup {
  const key = isKeyed ? ' --header "Authorization: Bearer $SLUICE_KEY"' : '';
  return {
    id: 'claude-code',
    label: 'Claude Code',
    where: 'In a terminal',
    text: `claude mcp add --transport ${transport} ${name} ${shell(url)}${key}`,
  };
}

function claudeDesktop({ name, url, transport, isKeyed }: Facts): Setup {
  const headers = isKeyed ? ['--header', 'Authorization:${AUTH_HEADER}'] : [];
  const strategy = transport === 'sse' ? ['--transport', 'sse-only'] : ['--transport', 'http-only'];
  const server = {
    command: 'npx',
    args: ['-y', 'mcp-remote', url, ...strategy, ...headers],
    ...(isKeyed ? { env: { AUTH_HEADER: 'Bearer <key>' } } : {}),
  };
  return {
    id: 'claude-desktop',
    label: 'Claude Desktop',
    where:
      'claude_desktop_config.json (Settings → Developer → Edit config); it reaches URLs by the bridge mcp-remote',
    text: pretty({ mcpServers: { [name]: server } }),
  };
}

function cursor({ name, url, isKeyed }: Facts): Setup {
  const headers = isKeyed ? { headers: { Authorization: 'Bearer ${env:SLUICE_KEY}' } } : {};
  return {
    id: 'cursor',
    label: 'Cursor',
    where: '.cursor/mcp.json in the project, or ~/.cursor/mcp.json',
    text: pretty({ mcpServers: { [name]: { url, ...headers } } }),
  };
}

function vsCode({ name, url, transport, isKeyed }: Facts): Setup {
  const inputs = isKeyed
    ? { inputs: [{ type: 'promptString', id: 'sluice-key', description: 'Key of Sluice', password: true }] }
    : {};
  const headers = isKeyed ? { headers: { Authorization: 'Bearer ${input:sluice-key}' } } : {};
  return {
    id: 'vscode',
    label: 'VS Code',
    where: isKeyed ? '.vscode/mcp.json; it asks for the key once' : '.vscode/mcp.json',
    text: pretty({ ...inputs, servers: { [name]: { type: transport, url, ...headers } } }),
  };
}

function curl({ url, transport, isKeyed }: Facts): Setup {
  const key = isKeyed ? ' \\\n  -H "Authorization: Bearer $SLUICE_KEY"' : '';
  if (transport === 'sse') {
    return {
      id: 'curl',
      label: 'curl',
      where: 'In a terminal: it shows the stream, whose first event says where to post',
      text: `curl -N ${shell(url)} -H "Accept: text/event-stream"${key}`,
    };
  }
  const call = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
  return {
    id: 'curl',
    label: 'curl',
    where: 'In a terminal: it lists the tools',
    text: [
      `curl ${shell(url)}`,
      '  -H "Content-Type: application/json"',
      '  -H "Accept: application/json, text/event-stream"',
      `  -d '${call}'${key}`,
    ].join(' \\\n'),
  };
}

function typescript({ url, transport, isKeyed }: Facts): Setup {
  const made = transport === 'http' ? 'StreamableHTTPClientTransport' : 'SSEClientTransport';
  return {
    id: 'typescript',
    label: 'TypeScript',
    where: '@modelcontextprotocol/client',
    text: [
      `import { Client, ${made} } from '@modelcontextprotocol/client';`,
      '',
      `const url = new URL(${JSON.stringify(url)});`,
      ...(isKeyed ? ['const headers = { Authorization: `Bearer ${process.env.SLUICE_KEY}` };'] : []),
      "const client = new Client({ name: 'example', version: '1.0.0' });",
      '',
      `await client.connect(new ${made}(url${isKeyed ? ', { requestInit: { headers } }' : ''}));`,
      'console.log(await client.listTools());',
      'await client.close();',
    ].join('\n'),
  };
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** Quoted where a shell would read more into it than an address. */
function shell(text: string): string {
  return /^[\w./:%@+=,[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
