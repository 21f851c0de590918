/**
 * From the text of a configuration file to the configuration.
 *
 * Pure: no file, process or clock is touched; the text, the environment and the flags are handed in.
 */
import type { z } from 'zod';
import { type StateKeyOptions, stateKeyFault } from '../access/state-keys.ts';
import { adminOf } from './admin.ts';
import { adviceOf } from './advice.ts';
import { clusterOf, secretsOfCluster } from './cluster.ts';
import { Document } from './document.ts';
import { type EntryContext, type Findings, filler } from './entries.ts';
import { explain, settingsAt, unknownSetting } from './explain.ts';
import type { Environment } from './interpolate.ts';
import { ambiguousKey, hashedKeys, nameKeys, refuseCommonKeys } from './keys.ts';
import { type Flags, overlay } from './layers.ts';
import { checkHosts } from './oauth.ts';
import { type OneLiner, serverOfLine } from './one-liner.ts';
import { ConfigError, type Problem, pathText, refuse } from './problems.ts';
import { readProjects } from './projects.ts';
import { fileSchema, settings as settingsSchema } from './schema.ts';
import { collectSecrets } from './secrets.ts';
import { chooseDefault, type Entries, readServers } from './servers.ts';
import { note } from './sources.ts';
import type { SecretLookup, SecretSource } from './secret-source.ts';
import { checkBoundKeys, tlsOf } from './tls.ts';
import type { Config, Source } from './types.ts';

export interface ReadOptions {
  /** How to call the file in errors and sources: `sluice.json`. */
  readonly file: string;
  /** What `${VAR}`, HOST, PORT and the like are taken from. */
  readonly env: Environment;
  /** What files and commands say that the text names. Default: nothing can be had of them. */
  readonly lookUp?: SecretLookup | undefined;
  readonly flags?: Flags | undefined;
}

type Settings = z.output<typeof settingsSchema>;
type Whole = Settings & Pick<Config, 'projects'>;

/** Names that hold servers; the second is VS Code's. */
const HOLDERS = ['mcpServers', 'servers'] as const;
const READ_ELSEWHERE: ReadonlySet<string> = new Set(['$schema', 'projects', ...HOLDERS]);
/** Where variables are filled in. */
const FILLED = new Set(['apiKeys', 'state', 'tls', 'oauth', 'cluster', 'admin']);
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
  const fromFile = readSettings(document, options, findings, sources);
  const settings = overlay(fromFile, options.flags ?? {}, options.env, sources, findings.problems);
  const context: EntryContext = {
    document,
    env: options.env,
    lookUp: options.lookUp,
    findings,
    defaults: { start: settings.timeouts.start, request: settings.timeouts.request },
  };
  const holder = serversHolder(document, findings.problems);
  // Told under `mcpServers`, however the file calls it.
  const read = readServers(context, holder === undefined ? undefined : [holder], ['mcpServers'], sources);
  const names = read.servers.map(({ name }) => name);
  const chosen = chooseDefault(context, ['default'], settings.default, names, read.disabled);
  const projects = readProjects(context, { ...settings, ...read }, sources);
  return finish(options.file, { ...settings, default: chosen, projects }, read, findings, sources, document);
}

/** What files and commands a text names, where they are of use: not in entries that are disabled. */
export function secretsWanted(text: string, options: ReadOptions): ReadonlyMap<string, SecretSource> {
  const wanted = new Map<string, SecretSource>();
  // What cannot be a secret need not be read twice.
  if (!/\$\{(?:file|command):/.test(text)) return wanted;
  const lookUp: SecretLookup = (token, source) => {
    wanted.set(token, source);
    return { fault: 'is not known yet' };
  };
  try {
    readConfig(text, { ...options, lookUp });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  return wanted;
}

/**
 * The configuration of one server, served under the name `default`; without one, the settings alone.
 * @throws ConfigError for a flag or a variable that cannot be used
 */
export function readOneLiner(
  line: OneLiner | undefined,
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
  const servers = line ? [serverOfLine(line, settings.timeouts)] : [];
  for (const { name } of servers) sources.set(`mcpServers.${name}`, { kind: 'flag', where: '--' });
  const entries = { servers, disabled: [], unserved: [] };
  const whole = { ...settings, default: servers[0]?.name, projects: [] };
  return finish(undefined, whole, entries, findings, sources, undefined);
}

// ------------------------------------------------------------------------------------------ the settings

function readSettings(
  document: Document,
  { env, lookUp }: Pick<ReadOptions, 'env' | 'lookUp'>,
  findings: Findings,
  sources: Map<string, Source>,
): Settings {
  const fill = filler({ document, env, lookUp, findings });
  const raw: Record<string, unknown> = {};
  for (const name of document.names(document.root)) {
    const node = document.find([name]);
    if (!node || READ_ELSEWHERE.has(name)) continue;
    if (FOREIGN.has(name)) {
      findings.warnings.push(`${document.problem(node, [name], '').where}: ${name} is ignored.`);
    } else if (!Object.hasOwn(settingsSchema.shape, name)) {
      const message = unknownSetting([name], settingsAt(fileSchema));
      findings.problems.push(document.problem(document.keyOf([name]), [name], message));
    } else {
      raw[name] = document.value(node, [name], FILLED.has(name) ? fill : undefined);
      note([name], document, sources);
    }
  }
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  findings.problems.push(...explain(settingsSchema, parsed.error, document, []));
  return settingsSchema.parse({});
}

// ------------------------------------------------------------------------------------------- the servers

function serversHolder(document: Document, problems: Problem[]): string | undefined {
  const [first, second] = HOLDERS.filter((name) => document.find([name]));
  if (first !== undefined && second !== undefined) {
    const message = `"${first}" and "${second}" mean the same; keep one of the two.`;
    problems.push(document.problem(document.keyOf([second]), [second], message));
  }
  if (first === undefined) {
    const near = document.names(document.root).some((name) => /server|^projects$/i.test(name));
    const message = '"mcpServers" is missing; write "mcpServers": { "name": { "command": "…" } }.';
    if (!near) problems.push(document.problem(document.root, [], message));
    return undefined;
  }
  const node = document.find([first]);
  if (node?.type === 'object') return first;
  problems.push(document.problem(node, [first], `${first} must be an object { … } with one entry a server.`));
  return undefined;
}

// ------------------------------------------------------------------------------------------- the whole

function finish(
  file: string | undefined,
  settings: Whole,
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
  const listed = sources.get('apiKeys');
  // One that could not be read is told already.
  const isTold = findings.problems.some(({ path }) => path.startsWith('apiKeys'));
  if (apiKeys.length === 0 && listed && !isTold) {
    const message = 'apiKeys must hold a key; leave it out where nobody is to be asked for one.';
    findings.problems.push({ where: listed.where, path: 'apiKeys', message });
  }
  refuseCommonKeys(apiKeys, settings.projects, (project, index, message) => {
    const path = ['projects', project, 'apiKeys', index];
    const sentence = `${pathText(path)} ${message}.`;
    if (document) findings.problems.push(document.problem(document.find(path), path, sentence));
  });
  const doubtful = ambiguousKey(apiKeys, settings.projects, entries.servers);
  if (doubtful !== undefined) {
    const path = pathText(['apiKeys', doubtful]);
    const message = `${path} is named like a key of a project, whose secrets at servers it could have; choose a name without "/".`;
    findings.problems.push({ where: sources.get('apiKeys')?.where ?? '', path, message });
  }
  checkStateKeys(settings.state.keys, document, findings.problems);
  const publicUrl = checkPublicUrl(settings.publicUrl, sources, findings.problems);
  const tls = tlsOf(settings.tls, sources, findings.problems);
  const cluster = clusterOf(settings.cluster, sources, findings.problems);
  const bound = [...apiKeys, ...settings.projects.flatMap((project) => project.apiKeys ?? [])];
  checkBoundKeys(bound, tls, findings.problems);
  const admin = adminOf(settings.admin, { host: settings.host, keys: bound }, sources, findings.problems);
  const allServers = [...entries.servers, ...settings.projects.flatMap(({ servers }) => servers)];
  checkHosts(settings, sources, findings.problems);
  refuse(findings.problems);
  return {
    ...settings,
    oauth: settings.oauth,
    tls,
    cluster,
    admin,
    // Brackets belong to URLs: `listen` takes the bare address.
    host: settings.host.replace(/^\[(.*)\]$/, '$1'),
    file,
    publicUrl,
    apiKeys: hashedKeys(apiKeys),
    projects: settings.projects.map((project) => ({
      ...project,
      apiKeys: project.apiKeys && hashedKeys(project.apiKeys),
    })),
    apiKeyRequired: settings.apiKeyRequired ?? apiKeys.length > 0,
    default: settings.default,
    ...entries,
    sources,
    warnings: [...findings.warnings, ...adviceOf({ ...settings, cluster, keys: bound, servers: allServers })],
    secrets: collectSecrets(allServers, bound, [
      ...findings.filledIn,
      ...settings.state.keys.map(({ secret }) => secret),
      settings.oauth?.introspection?.clientSecret ?? '',
      tls?.passphrase ?? '',
      settings.admin.key ?? '',
      ...(cluster ? secretsOfCluster(cluster) : []),
    ]),
  };
}

function checkStateKeys(
  keys: readonly StateKeyOptions[],
  document: Document | undefined,
  problems: Problem[],
): void {
  const fault = stateKeyFault(keys);
  if (!fault || !document) return;
  const path = ['state', 'keys', fault.index];
  const shown = pathText(path);
  // A variable that is not set was told already; what stands in its place is no secret.
  if (problems.some((told) => told.path.startsWith(shown))) return;
  problems.push(document.problem(document.find(path), path, `${shown} ${fault.message}.`));
}

function checkPublicUrl(
  given: string | undefined,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const plain = url && !url.search && !url.hash && !url.username && !url.password;
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/(?<!\/)\/+$/, '');
  problems.push({
    where: sources.get('publicUrl')?.where ?? '',
    path: 'publicUrl',
    message: 'publicUrl must be an address like "https://mcp.example.com", without a query.',
  });
  return undefined;
}
