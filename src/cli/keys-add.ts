/** `sluice keys add`: makes a key, and shows it this once. */
import { createHash } from 'node:crypto';
import { formatInstant, parseInstant } from '../config/instants.ts';
import { suggest } from '../config/suggest.ts';
import { parseDuration } from '../config/units.ts';
import { generateKey, idOf, nameFault, opensInWords, scopeInWords } from '../edges/node/key-words.ts';
import type { Policy } from '../engine/ports-policy.ts';
import { dataPlace, type PlaceWords } from './data-place.ts';
import { EXIT, usage } from './exit.ts';
import type { Io } from './io.ts';
import { withStore } from './keys-place.ts';

/** As typed. */
export interface AddOptions extends PlaceWords {
  readonly project?: readonly string[] | undefined;
  readonly server?: readonly string[] | undefined;
  readonly tool?: readonly string[] | undefined;
  readonly denyTool?: readonly string[] | undefined;
  readonly readOnly?: boolean | undefined;
  readonly expires?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

const IN_SERVER = /^(?:\*|[^/]+\/[^]+)$/;
/** Of one kind, and characters of one. */
const MOST_PATTERNS = 1_000;
const LONGEST_PATTERN = 2_048;
/** What a date can be. */
const LAST = Date.UTC(9999, 11, 31);

export async function addKey(io: Io, name: string, options: AddOptions, now = Date.now()): Promise<number> {
  checkName(name);
  const place = await dataPlace(io, options);
  const { project: projects = [], expires: until } = options;
  checkProjects(projects, place.outline?.projects);
  const [policy, expires] = [policyOf(options), until === undefined ? undefined : expiryOf(until, now)];
  const key = generateKey();
  const made = { name, sha256: createHash('sha256').update(key).digest('hex'), projects, policy, expires };
  withStore(place.folder, true, (store) => store?.add(made, now));
  const ends = expires === undefined ? undefined : formatInstant(expires);
  if (options.json) {
    io.out(`${JSON.stringify({ name, id: idOf(made), key, projects, policy, expires: ends })}\n`);
    return EXIT.ok;
  }
  // Alone on standard output, for $(…).
  io.out(`${key}\n`);
  if (options.quiet) return EXIT.ok;
  const facts = [opensInWords(made), scopeInWords(policy), ends === undefined ? 'for ever' : `until ${ends}`];
  io.err(`${unknownServers(options, place.outline?.servers)}
The key "${name}" (id ${idOf(made)}) is shown this once. It opens ${facts.join(', ')}.
Clients send it as "Authorization: Bearer <key>" or "X-API-Key: <key>", like
  claude mcp add --transport http ${name} <url> --header "Authorization: Bearer <key>"
A gateway that keeps its keys in ${place.folder} takes it at once, also while it runs. To take it back: sluice keys revoke ${name}
`);
  return EXIT.ok;
}

function checkName(name: string): void {
  const fault = nameFault(name);
  if (fault !== undefined) throw usage(fault);
}

function checkProjects(named: readonly string[], known: readonly string[] | undefined): void {
  for (const name of named) {
    if (known === undefined || known.includes(name)) continue;
    const near = suggest(name, known);
    const hint = near === undefined ? `it has ${known.join(', ') || 'none'}.` : `did you mean "${near}"?`;
    throw usage(`The configuration has no project ${JSON.stringify(name)}; ${hint}`);
  }
}

/** They may come later, so it is no error; a line for each. Of patterns nobody knows what they are to fit. */
function unknownServers(
  { server = [], tool = [] }: AddOptions,
  known: readonly string[] | undefined,
): string {
  if (known === undefined) return '';
  const named = [...server, ...tool.map((pattern) => pattern.split('/', 1)[0] ?? '')];
  const unknown = new Set(named.filter((name) => !name.includes('*') && !known.includes(name)));
  const lines = [...unknown].map((name) => {
    const near = suggest(name, known);
    const hint = near === undefined ? `it has ${known.join(', ') || 'none'}.` : `did you mean "${near}"?`;
    return `The configuration has no server ${JSON.stringify(name)} so far; ${hint}\n`;
  });
  return lines.join('');
}

function policyOf({ server, tool, denyTool, readOnly }: AddOptions): Policy | undefined {
  checkPatterns('--server', server, /^[^]+$/, 'must name a server, like "files"');
  for (const [flag, patterns] of [
    ['--tool', tool],
    ['--deny-tool', denyTool],
  ] as const)
    checkPatterns(flag, patterns, IN_SERVER, 'must name the server, too, like "files/read_*"');
  const policy: Policy = {
    ...(server ? { servers: { allow: server } } : {}),
    ...(tool || denyTool
      ? { tools: { ...(tool ? { allow: tool } : {}), ...(denyTool ? { deny: denyTool } : {}) } }
      : {}),
    ...(readOnly ? { readOnly } : {}),
  };
  return Object.keys(policy).length > 0 ? policy : undefined;
}

function checkPatterns(
  flag: string,
  patterns: readonly string[] = [],
  fit: RegExp = /^/,
  message: string = '',
): void {
  if (patterns.length > MOST_PATTERNS) throw usage(`${flag} may be given ${MOST_PATTERNS} times.`);
  for (const pattern of patterns) {
    if (pattern.length > LONGEST_PATTERN || !fit.test(pattern)) throw usage(`${flag} ${message}.`);
  }
}

function expiryOf(text: string, now: number): number {
  const span = /^\d+[a-z]+$/.test(text) ? parseDuration(text) : undefined;
  const at = span === undefined ? parseInstant(text) : Math.floor(now + span);
  if (at === undefined || at > LAST)
    throw usage(
      '--expires is a time from now like 30d or 12h, or a day like 2027-01-31 (its beginning, UTC).',
    );
  if (at <= now) throw usage(`--expires ${text} is in the past; such a key would open nothing.`);
  return at;
}
