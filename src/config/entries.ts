/** One entry of `mcpServers`: which kind it is, its variables filled in, checked. */
import type { z } from 'zod';
import type { AuthFault } from './auth.ts';
import type { Document, Path, StringReader } from './document.ts';
import { explain, settingsAt, unknownSetting } from './explain.ts';
import { type Environment, gapSentence, interpolate } from './interpolate.ts';
import { type Problem, pathText } from './problems.ts';
import type { SecretLookup } from './secret-source.ts';
import { buildRemote, NOT_SHARED } from './remote.ts';
import { builtinEntry, remoteEntry, stdioEntry } from './schema-entries.ts';
import { looksSecret } from './secrets.ts';
import { suggest } from './suggest.ts';
import type { ServerConfig, UnservedServer } from './types.ts';

/** Where findings are collected while a file is read. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: string[];
  /** Values of variables with a telling name that were filled in somewhere. */
  readonly filledIn: Set<string>;
}

export interface EntryContext {
  readonly document: Document;
  readonly env: Environment;
  /** What files and commands say. Default: nothing. */
  readonly lookUp?: SecretLookup | undefined;
  readonly findings: Findings;
  /** Times where an entry names none, in ms. */
  readonly defaults: { readonly start: number; readonly request: number };
}

type Kind = 'stdio' | 'inprocess' | 'url';

const SCHEMAS: Record<Kind, z.ZodType> = { stdio: stdioEntry, inprocess: builtinEntry, url: remoteEntry };
const DECISIVE: Record<string, Kind> = { command: 'stdio', builtin: 'inprocess', url: 'url' };
const KIND_OF_TYPE: Record<string, Kind> = {
  stdio: 'stdio',
  inprocess: 'inprocess',
  http: 'url',
  'streamable-http': 'url',
  sse: 'url',
  ws: 'url',
};
/** Where variables are filled in. */
const FILLED = new Set([
  ...['command', 'args', 'env', 'envPerPrincipal', 'cwd', 'url', 'headers', 'auth', 'options'],
]);
/** What other programs write into their entries, without a meaning here. */
const FOREIGN = new Set([
  'alwaysAllow',
  'autoApprove',
  'disabledTools',
  'gallery',
  'version',
  'dev',
  'timeout',
  'oauth',
]);
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Fills in variables and tells what could not be filled in, at its place. */
export function filler(
  context: Pick<EntryContext, 'document' | 'env' | 'lookUp' | 'findings'>,
): StringReader {
  const { document, env, lookUp, findings } = context;
  return (text, node, path) => {
    const filled = interpolate(text, env, lookUp);
    for (const gap of filled.gaps) {
      const shift = Math.max(0, document.raw(node).indexOf(gap.token));
      findings.problems.push(document.problem(node, path, gapSentence(pathText(path), gap), shift));
    }
    for (const name of filled.used) if (looksSecret(name)) findings.filledIn.add(env[name] ?? '');
    for (const secret of filled.secrets) findings.filledIn.add(secret);
    return filled.text;
  };
}

/** The server of one entry; undefined when it is wrong (then a problem was told). */
export function readEntry(
  name: string,
  path: Path,
  context: EntryContext,
): ServerConfig | 'disabled' | undefined {
  const { document, findings } = context;
  const node = document.find(path);
  if (!nameIsFit(name, path, context) || !node) return undefined;
  if (node.type !== 'object') {
    const message = `${pathText(path)} must be an object { … } with "command", "builtin" or "url".`;
    findings.problems.push(document.problem(node, path, message));
    return undefined;
  }
  const disabled = document.find([...path, 'disabled'])?.value === true;
  const before = findings.problems.length;
  const raw = members(path, context, disabled);
  const kind = kindOf(raw, path, context);
  if (kind === undefined) return undefined;
  const parsed = SCHEMAS[kind].safeParse(raw);
  if (!parsed.success) findings.problems.push(...explain(SCHEMAS[kind], parsed.error, document, path));
  if (disabled) return 'disabled';
  if (!parsed.success || findings.problems.length > before) return undefined;
  return build(name, kind, raw, path, context);
}

/**
 * A disabled entry with a URL, read as if it were not. What is wrong with it comes back with it, and is no problem
 * of the file: its variables need not be set. Undefined for every other kind.
 */
export function readUnserved(name: string, path: Path, context: EntryContext): UnservedServer | undefined {
  const { document } = context;
  if (!document.find([...path, 'url']) || document.find([...path, 'command'])) return undefined;
  const findings: Findings = { problems: [], warnings: [], filledIn: context.findings.filledIn };
  const own: EntryContext = { ...context, findings };
  const raw = members(path, own, false);
  // What is wrong with its shape was told already.
  if (!remoteEntry.safeParse(raw).success) return undefined;
  const server = findings.problems.length > 0 ? undefined : build(name, 'url', raw, path, own);
  return server && 'url' in server ? { name, server } : { name, problems: findings.problems };
}

/** Whether a name can be part of URLs; else a problem was told. */
export function nameIsFit(
  name: string,
  path: Path,
  { document, findings }: Pick<EntryContext, 'document' | 'findings'>,
  what = 'a server',
): boolean {
  if (NAME.test(name)) return true;
  const better = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|(?<!-)-+$/g, '')
    .slice(0, 64);
  const fix = better === '' ? 'choose another' : `for example ${JSON.stringify(better)}`;
  const rule = `${what} is named with up to 64 letters, digits, ".", "_" and "-", the first a letter or digit, because its name is part of URLs`;
  findings.problems.push(document.problem(document.keyOf(path), path, `${pathText(path)}: ${rule}; ${fix}.`));
  return false;
}

/** The entry's members as plain values. A disabled entry keeps its `${VAR}` as written. */
function members(path: Path, context: EntryContext, disabled: boolean): Record<string, unknown> {
  const { document, findings } = context;
  const fill = filler(context);
  const raw: Record<string, unknown> = {};
  for (const key of document.names(document.find(path))) {
    const here = [...path, key];
    const node = document.find(here);
    if (!node) continue;
    if (FOREIGN.has(key)) {
      const hint = key === 'timeout' ? '; write requestTimeout instead' : '';
      findings.warnings.push(
        `${document.problem(node, here, '').where}: ${pathText(here)} is ignored${hint}.`,
      );
      continue;
    }
    raw[key] = document.value(node, here, FILLED.has(key) && !disabled ? fill : undefined);
  }
  return raw;
}

/** Decided by `command`, `builtin` or `url` first, so that all further errors speak of the right kind. */
function kindOf(
  raw: Record<string, unknown>,
  path: Path,
  { document, findings }: EntryContext,
): Kind | undefined {
  const decisive = Object.keys(DECISIVE).filter((key) => key in raw);
  const [first, second] = decisive;
  if (first !== undefined && second !== undefined) {
    const message = `${pathText(path)} has both "${first}" and "${second}"; keep one of the two.`;
    findings.problems.push(document.problem(document.keyOf([...path, second]), path, message));
    return undefined;
  }
  const written = typeof raw['type'] === 'string' ? KIND_OF_TYPE[raw['type']] : undefined;
  if (first !== undefined) return DECISIVE[first];
  const strange = Object.keys(raw).filter(
    (key) => suggest(key, Object.keys(DECISIVE)) && !knownAnywhere(key),
  );
  if (strange.length === 0) {
    const needs =
      written === 'url' ? '"url"' : written === 'stdio' ? '"command"' : '"command", "builtin" or "url"';
    const message = `${pathText(path)} needs ${needs} to tell which server it is.`;
    findings.problems.push(document.problem(document.keyOf(path), path, message));
  }
  for (const key of strange) {
    const here = [...path, key];
    const message = unknownSetting(here, Object.keys(DECISIVE));
    findings.problems.push(document.problem(document.keyOf(here), here, message));
  }
  return undefined;
}

function knownAnywhere(key: string): boolean {
  return Object.values(SCHEMAS).some((schema) => settingsAt(schema).includes(key));
}

function build(
  name: string,
  kind: Kind,
  raw: Record<string, unknown>,
  path: Path,
  context: EntryContext,
): ServerConfig | undefined {
  if (!namesAreOnce(raw, path, context)) return undefined;
  if (kind === 'url') {
    const { disabled: _, type, ...entry } = remoteEntry.parse(raw);
    const way = buildRemote(entry, type, path, context);
    return way && { ...entry, ...way, name, ...shared(entry, context) };
  }
  if (kind === 'inprocess') {
    const { disabled: _, type: __, ...entry } = builtinEntry.parse(raw);
    return { ...entry, name, type: 'inprocess', ...shared(entry, context) };
  }
  const { disabled: _, type: __, ...entry } = stdioEntry.parse(raw);
  const wrong = processFault(entry);
  if (wrong) {
    const here = [...path, ...wrong.member];
    const message = `${pathText(here)} ${wrong.message}.`;
    context.findings.problems.push(context.document.problem(context.document.find(here), path, message));
    return undefined;
  }
  return { ...entry, name, type: 'stdio', cwd: entry.cwd, ...shared(entry, context) };
}

/** What does not go together in the entry of a program. */
function processFault(entry: Omit<z.output<typeof stdioEntry>, 'disabled'>): AuthFault | undefined {
  const { warm, maxProcesses, envPerPrincipal, sharing, env } = entry;
  if (warm > maxProcesses)
    return { member: ['warm'], message: `must be at most maxProcesses (${maxProcesses})` };
  if (!envPerPrincipal) return undefined;
  if (warm > 0) {
    const message = 'must be 0 with envPerPrincipal: a process is started for one caller';
    return { member: ['warm'], message };
  }
  if (sharing === 'shared') return { member: ['sharing'], message: NOT_SHARED };
  const doubled = Object.keys(envPerPrincipal).find((name) => Object.hasOwn(env, name));
  if (doubled === undefined) return undefined;
  return { member: ['envPerPrincipal', doubled], message: 'is in env, too; keep one of the two' };
}

/** Whether no name is given to two tools or prompts; else a problem was told. */
function namesAreOnce(
  raw: Record<string, unknown>,
  path: Path,
  { document, findings }: EntryContext,
): boolean {
  const before = findings.problems.length;
  for (const kind of ['tools', 'prompts'] as const) {
    const { rename = {} } = (raw[kind] ?? {}) as { rename?: Record<string, string> };
    const owners = new Map<string, string>();
    for (const [own, name] of Object.entries(rename)) {
      const other = owners.get(name);
      owners.set(name, own);
      if (other === undefined) continue;
      const here = [...path, kind, 'rename', own];
      const message = `${pathText(here)} is ${JSON.stringify(name)}, which is the name of ${JSON.stringify(other)} already; give each its own.`;
      findings.problems.push(document.problem(document.find(here), here, message));
    }
  }
  return findings.problems.length === before;
}

function shared(
  entry: {
    description?: string | undefined;
    startTimeout?: number | undefined;
    requestTimeout?: number | undefined;
  },
  { defaults }: EntryContext,
) {
  return {
    description: entry.description,
    startTimeout: entry.startTimeout ?? defaults.start,
    requestTimeout: entry.requestTimeout ?? defaults.request,
  };
}
