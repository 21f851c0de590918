/**
 * What may become a label: words of closed sets, and of ours no more than a fixed number. A peer that invents methods, tools or
 * codes adds no line.
 */
import { MODERN_VERSION } from '../protocol/era.ts';
import { ERRORS } from '../protocol/errors.ts';
import { LEGACY_VERSIONS, METHODS } from '../protocol/methods.ts';
import { OTHER } from './meters.ts';

/** Those of 2026-07-28 that the legacy revisions do not have. */
const MODERN = ['server/discover', 'subscriptions/listen', 'notifications/subscriptions/acknowledged'];
const KNOWN_METHODS: ReadonlySet<string> = new Set([...METHODS.map(({ method }) => method), ...MODERN]);
const VERSIONS: ReadonlySet<string> = new Set([...LEGACY_VERSIONS, MODERN_VERSION]);

export function methodLabel(method: string): string {
  return KNOWN_METHODS.has(method) ? method : OTHER;
}

export function versionLabel(version: string): string {
  return VERSIONS.has(version) ? version : OTHER;
}

/** Numbers of errors that JSON-RPC and MCP have given a meaning. */
const NUMBERS: ReadonlySet<number> = new Set([
  ...[-32_700, -32_600, -32_601, -32_602, -32_603, -32_000, -32_001, -32_002, -32_042],
  ...Object.values(ERRORS).map(({ code }) => code),
]);

/** As the conventions have it: nothing where all went well, and `_OTHER` for what nobody knows. */
export function errorLabel(outcome: string, code: number | undefined): string {
  if (FINE.has(outcome)) return '';
  if (outcome !== 'error') return outcomeLabel(outcome);
  return code !== undefined && NUMBERS.has(code) ? String(code) : '_OTHER';
}

const FINE: ReadonlySet<string> = new Set(['ok', 'asked', 'repeated']);
const OUTCOMES: ReadonlySet<string> = new Set([
  ...FINE,
  'error',
  'tool_error',
  'cancelled',
  ...Object.keys(ERRORS),
]);

export function outcomeLabel(outcome: string): string {
  return OUTCOMES.has(outcome) ? outcome : OTHER;
}

/** Whether a word of an error says that something was refused for a limit. */
export function isLimit(word: string): boolean {
  return LIMITS.has(word);
}

const LIMITS: ReadonlySet<string> = new Set([
  ...['too_many_calls', 'too_many_sessions', 'too_many_connections', 'too_many_streams', 'too_many_tickets'],
  ...['too_many_parked', 'too_many_keys', 'rate_limited', 'overloaded', 'upstream_busy'],
]);

/** By the name of a dialect; that of stdio is a pipe. */
export function transportLabel(dialect: string): string {
  return dialect === 'stdio' ? 'pipe' : 'tcp';
}

/** The same of how a server is spoken to; nothing for one in this process. */
export function upstreamTransport(kind: string | undefined): string {
  if (kind === undefined || kind === 'inprocess' || kind === 'builtin') return '';
  return kind === 'stdio' ? 'pipe' : 'tcp';
}

/** Words that come as they happen, the first so many of them. */
export class FirstWords {
  readonly #words = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether no other becomes one. */
  get isFull(): boolean {
    return this.#words.size >= this.#most;
  }

  /** @param mayBeNew whether it is known to be one of ours, and not just any text of a stranger */
  label(word: string, mayBeNew = true): string {
    if (this.#words.has(word)) return word;
    if (!mayBeNew || this.isFull) return OTHER;
    this.#words.add(word);
    return word;
  }
}
