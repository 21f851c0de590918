/**
 * From the text of a configuration file to the configuration.
 *
 * Pure: no file, process or clock is touched; the text, the environment and the flags are handed in.
 */
import type { z } from 'zod';
import { Document, type Path } from './document.ts';
import { type EntryContext, type Findings, filler, readEntry, readUnserved } from './entries.ts';
import { explain, settingsAt, unknownSetting } from './explain.ts';
import type { Environment } from './interpolate.ts';
import { nameKeys } from './keys.ts';
import { type Flags, overlay } from './layers.ts';
import { type Problem, pathText, refuse } from './problems.ts';
import { fileSchema, settings as settingsSchema, stdioEntry } from './schema.ts';
import { collectSecrets } from './secrets.ts';
import type { Config, ServerConfig, Source, UnservedServer } from './types.ts';

export interface ReadOptions {
  /** How to call the file in errors and sources: `sluice.json`. */
  readonly file: string;
  /** What `${VAR}`, HOST, PORT and the like are taken from. */
  readonly env: Environment;
  readonly flags?: Flags | undefined;
  /** Keep servers behind a URL (for a client of them); by default they are refused with a sentence. */
  readonly acceptUrls?: boolean | undefined;
}

/** A server without a file: the command after `--`. */
export interface OneLiner {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

type Settings = z.output<typeof settingsSchema>;

/** Names that hold servers; the second is VS Code's. */
const HOLDERS = ['mcpServers', 'servers'] as const;
/** What VS Code writes beside its servers. */
const FOREIGN = new Set(['inputs']);

/**
 * Reads a configuration file.
 * @returns every value checked, filled in and given its default
 * @throws ConfigError with all problems at once, each with file, line, column and the way out
 */
export function readConfig(text: string, options: ReadOptions): Config {
  const document = Document.parse(text, options.file);
  const findings: Findings = { problems: [], warnings: [], filledIn: new Set() };
  const sources = new Map<string, Source>();
  const fromFile = readSettings(document, options.env, findings, sources);
  const settings = overlay(fromFile, options.flags ?? {}, options.env, sources, findings.problems);
  const read = readServers(
    {
      document,
      env: options.env,
      findings,
      defaults: { start: settings.timeouts.start, request: settings.timeouts.request },
      acceptUrls: options.acceptUrls ?? false,
    },
    sources,
  );
  const chosen = chooseDefault(document, settings.default, read, findings);
  return finish(options.file, { ...settings, default: chosen }, read, findings, sources, document);
}

/**
 * The configuration of one command, served under the name `default`.
 * @throws ConfigError for a flag or a variable that cannot be used
 */
export function readOneLiner(
  line: OneLiner,
  options: { env: Environment; flags?: Flags | undefined },
): Config {
  const findings: Findings = { problems: [], warnings: [], filledIn: new Set() };
  const sources = new Map<string, Source>();
  const settings = overlay(
    settingsSchema.parse({}),
    options.flags ?? {},
    options.env,
    sources,
    findings.problems,
  );
  const { disabled: _, type: __, ...entry } = stdioEntry.parse({ ...line, args: [...line.args] });
  const server: ServerConfig = {
    ...entry,
    name: 'default',
    type: 'stdio',
    cwd: undefined,
    description: undefined,
    startTimeout: settings.timeouts.start,
    requestTimeout: settings.timeouts.request,
  };
  sources.set('mcpServers.default', { kind: 'flag', where: '--' });
  const entries = { servers: [server], disabled: [], unserved: [] };
  return finish(undefined, { ...settings, default: 'default' }, entries, findings, sources, undefined);
}

// ------------------------------------------------------------------------------------------ the settings

function readSettings(
  document: Document,
  env: Environment,
  findings: Findings,
  sources: Map<string, Source>,
): Settings {
  const fill = filler({ document, env, findings });
  const raw: Record<string, unknown> = {};
  for (const name of document.names(document.root)) {
    const node = document.find([name]);
    if (!node || name === '$schema' || HOLDERS.some((holder) => holder === name)) continue;
    if (FOREIGN.has(name)) {
      findings.warnings.push(`${document.problem(node, [name], '').where}: ${name} is ignored.`);
    } else if (!Object.hasOwn(settingsSchema.shape, name)) {
      const message = unknownSetting([name], settingsAt(fileSchema));
      findings.problems.push(document.problem(document.keyOf([name]), [name], message));
    } else {
      raw[name] = document.value(node, [name], name === 'apiKeys' ? fill : undefined);
      note([name], document, sources);
    }
  }
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  findings.problems.push(...explain(settingsSchema, parsed.error, document, []));
  return settingsSchema.parse({});
}

/** Remembers where each value under a path stands. */
function note(path: Path, document: Document, sources: Map<string, Source>): void {
  const node = document.find(path);
  if (!node) return;
  const children = node.type === 'object' ? document.names(node) : [...(node.children ?? []).keys()];
  if (node.type === 'object' || node.type === 'array') {
    for (const child of children) note([...path, child], document, sources);
    if (node.type === 'object') return;
  }
  sources.set(pathText(path), { kind: 'file', where: document.problem(node, path, '').where });
}

// ------------------------------------------------------------------------------------------- the servers

type Entries = Pick<Config, 'servers' | 'disabled' | 'unserved'>;

function readServers(context: EntryContext, sources: Map<string, Source>): Entries {
  const { document, findings } = context;
  const servers: ServerConfig[] = [];
  const disabled: string[] = [];
  const unserved: UnservedServer[] = [];
  const holder = serversHolder(document, findings.problems);
  for (const name of holder === undefined ? [] : document.names(document.find([holder]))) {
    const path = [String(holder), name];
    const entry = readEntry(name, path, context);
    if (entry === 'disabled') {
      disabled.push(name);
      const remote = context.acceptUrls ? readUnserved(name, path, context) : undefined;
      if (remote) unserved.push(remote);
    } else if (entry) servers.push(entry);
    noteEntry(String(holder), name, document, sources);
  }
  return { servers, disabled, unserved };
}

function serversHolder(document: Document, problems: Problem[]): string | undefined {
  const [first, second] = HOLDERS.filter((name) => document.find([name]));
  if (first !== undefined && second !== undefined) {
    const message = `"${first}" and "${second}" mean the same; keep one of the two.`;
    problems.push(document.problem(document.keyOf([second]), [second], message));
  }
  if (first === undefined) {
    const near = document.names(document.root).some((name) => /server/i.test(name));
    const message = '"mcpServers" is missing; write "mcpServers": { "name": { "command": "…" } }.';
    if (!near) problems.push(document.problem(document.root, [], message));
    return undefined;
  }
  const node = document.find([first]);
  if (node?.type === 'object') return first;
  problems.push(document.problem(node, [first], `${first} must be an object { … } with one entry a server.`));
  return undefined;
}

/** Sources are told under `mcpServers`, however the file calls it. */
function noteEntry(holder: string, name: string, document: Document, sources: Map<string, Source>): void {
  const own = new Map<string, Source>();
  note([holder, name], document, own);
  const prefix = pathText([holder]).length;
  for (const [path, source] of own) sources.set(`mcpServers${path.slice(prefix)}`, source);
}

function chooseDefault(
  document: Document,
  wanted: string | undefined,
  { servers, disabled }: Entries,
  findings: Findings,
): string | undefined {
  if (wanted === undefined) return servers[0]?.name;
  if (servers.some((server) => server.name === wanted)) return wanted;
  // A server whose entry is wrong was complained about already.
  if (findings.problems.length > 0) return undefined;
  const names = servers.map((server) => server.name).join(', ') || 'none';
  const why = disabled.includes(wanted) ? 'is disabled' : `is not among the servers (${names})`;
  const message = `default names ${JSON.stringify(wanted)}, which ${why}; name one that is, or remove it.`;
  findings.problems.push(document.problem(document.find(['default']), ['default'], message));
  return undefined;
}

// ------------------------------------------------------------------------------------------- the whole

function finish(
  file: string | undefined,
  settings: Settings,
  entries: Entries,
  findings: Findings,
  sources: Map<string, Source>,
  document: Document | undefined,
): Config {
  const apiKeys = nameKeys(settings.apiKeys, (index, message) => {
    const where = sources.get('apiKeys')?.where ?? '';
    const inFile = sources.get('apiKeys')?.kind === 'file';
    const path = ['apiKeys', index];
    const sentence = `apiKeys[${index}] ${message}.`;
    if (inFile && document) findings.problems.push(document.problem(document.find(path), path, sentence));
    else findings.problems.push({ where, path: pathText(path), message: sentence });
  });
  const publicUrl = checkPublicUrl(settings.publicUrl, sources, findings.problems);
  refuse(findings.problems);
  return {
    ...settings,
    // Brackets belong to URLs: `listen` takes the bare address.
    host: settings.host.replace(/^\[(.*)\]$/, '$1'),
    file,
    publicUrl,
    apiKeys,
    apiKeyRequired: settings.apiKeyRequired ?? apiKeys.length > 0,
    default: settings.default,
    ...entries,
    sources,
    warnings: findings.warnings,
    secrets: collectSecrets(entries.servers, apiKeys, [...findings.filledIn]),
  };
}

function checkPublicUrl(
  given: string | undefined,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const plain = url && !url.search && !url.hash && !url.username && !url.password;
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  problems.push({
    where: sources.get('publicUrl')?.where ?? '',
    path: 'publicUrl',
    message: 'publicUrl must be an address like "https://mcp.example.com", without a query.',
  });
  return undefined;
}
