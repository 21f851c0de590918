/** What `serve` prints when it is ready: where to reach the servers, and what to paste into a client. */
import type { Config } from '../config/types.ts';
import { openable } from '../edges/node/openable.ts';
import type { Running } from '../edges/node/start.ts';
import { type Io, painter } from './io.ts';
import { type Addresses, type Route, routesOf } from './routes.ts';

export interface ReadyFacts {
  readonly config: Config;
  readonly gateway: Pick<Running, 'url'>;
  /** Of the console; undefined where there is none. */
  readonly console?: string | undefined;
  readonly readyMs: number;
  readonly version: string;
  /** A key that was made just now: shown here and never again. */
  readonly generatedKey: string | undefined;
}

/** The address of the console. @param token that signs whoever opens it in, once */
export function consoleOf(facts: Pick<ReadyFacts, 'config' | 'gateway'>, token: string | undefined): string {
  return `${baseOf(facts)}/console/${token === undefined ? '' : `#token=${token}`}`;
}

/** Where clients reach the gateway; an address that stands for all is shown as one that can be opened. */
function baseOf({ config, gateway }: Pick<ReadyFacts, 'config' | 'gateway'>): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  return openable(gateway.url);
}

/** The same facts for programs, on one line. */
export function readyJson(ready: ReadyFacts): string {
  const { config, readyMs, generatedKey } = ready;
  const base = baseOf(ready);
  const routes = routesOf(config, base);
  const facts = {
    url: base,
    readyMs: Math.round(readyMs),
    default: config.default,
    ...siteFacts(routes, undefined),
    projects: config.projects.map(({ name }) => ({ name, ...siteFacts(routes, name) })),
    apiKey: generatedKey,
    console: ready.console,
  };
  return `${JSON.stringify(facts)}\n`;
}

function siteFacts(routes: readonly Route[], project: string | undefined) {
  const own = routes.filter((route) => route.project === project);
  const root = own.find(({ server }) => server === undefined);
  const servers = own.flatMap(({ server, ...at }) =>
    server === undefined ? [] : [{ name: server, ...addresses(at) }],
  );
  return { root: root && addresses(root), servers };
}

function addresses({ sse, mcp, ws }: Addresses): Addresses {
  return { sse, mcp, ws };
}

export function readyText(io: Io, facts: ReadyFacts): string {
  const { config, gateway, readyMs, version, generatedKey } = facts;
  const paint = painter(io);
  const base = baseOf(facts);
  const routes = routesOf(config, base);
  const lines = ['', `  ${paint('bold', `sluice ${version}`)}  ready in ${Math.round(readyMs)} ms`, ''];
  const width = Math.max(4, ...routes.map((route) => labelOf(route).length));
  for (const route of routes) {
    const label = labelOf(route).padEnd(width);
    const note = route.server === undefined ? `  ${paint('dim', `(${route.about})`)}` : '';
    lines.push(
      `  ${route.server === undefined ? label : paint('green', label)}  ${paint('cyan', route.mcp)}${note}`,
    );
    if (route.sse !== undefined) lines.push(`  ${' '.repeat(width)}  ${paint('cyan', route.sse)}`);
  }
  if (routes.length === 0) lines.push('  No servers yet: add one to "mcpServers" in the file.');
  if (base !== gateway.url && config.publicUrl === undefined) {
    const how = '--public-url prints it';
    lines.push('', paint('dim', `  From other machines use the name or address of this one (${how}).`));
  }
  if (generatedKey !== undefined) {
    lines.push('', `  API key, shown this once:  ${paint('bold', generatedKey)}`);
  }
  if (facts.console !== undefined) lines.push('', `  Console:  ${paint('cyan', facts.console)}`);
  lines.push('', ...pasteLines(routes, config), '');
  return `${lines.join('\n')}\n`;
}

function labelOf({ project, server, about }: Route): string {
  return server === undefined ? (project ?? 'root') : about;
}

/**
 * Lines for Claude Code and one snippet of JSON for everybody else, over Streamable HTTP; the others by the example of
 * one route. Keys are never in them: what is pasted is kept, and so may be what we print.
 */
function pasteLines(routes: readonly Route[], config: Config): string[] {
  const own = routes.filter((route) => isWorthPasting(route, routes));
  const [first] = own;
  if (first === undefined) return [];
  const add = (transport: string, { name, isKeyed }: Route, url: string) =>
    `  claude mcp add --transport ${transport} ${name} ${url}${isKeyed ? ' --header "Authorization: Bearer <key>"' : ''}`;
  const members = own.map(({ name, mcp, isKeyed }) => {
    const headers = isKeyed ? { headers: { Authorization: 'Bearer <key>' } } : {};
    return `    ${JSON.stringify(name)}: ${spaced({ type: 'http', url: mcp, ...headers })}`;
  });
  const older = own.find(({ name }) => name === config.default) ?? first;
  return [
    '  Paste into Claude Code:',
    ...own.map((route) => add('http', route, route.mcp)),
    '',
    '  or into the configuration of another client:',
    '  { "mcpServers": {',
    members.join(',\n'),
    '  } }',
    '',
    ...(older.sse === undefined
      ? [`  Clients over WebSocket take the addresses that end in /ws, like ${older.ws}`]
      : [
          '  Older clients ("type": "sse") take the addresses that end in /sse, like',
          add('sse', older, older.sse),
          `  and those over WebSocket the same that end in /ws, like ${older.ws}`,
        ]),
  ];
}

/** A root that leads to one server has that server's own address to paste. */
function isWorthPasting(route: Route, routes: readonly Route[]): boolean {
  if (route.server !== undefined) return true;
  return !routes.some(({ project, server }) => project === route.project && server === route.about);
}

function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}
