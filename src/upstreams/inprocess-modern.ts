/**
 * Modern requests to a server made of functions: what they say of their client, and what their results must say.
 *
 * Source: MCP 2026-07-28, base protocol (`_meta`, results), caching, versioning.
 */
import { ALL_VERSIONS, META_KEYS, MODERN_VERSION } from '../protocol/era.ts';
import { ERRORS } from '../protocol/errors.ts';
import { type HandlerRequest, memberOf } from './inprocess-call.ts';

/** What a client says of itself: with each modern request, or in its `initialize`. */
export interface HandlerClient {
  /** The revision that is spoken. */
  readonly version: string;
  /** Whatever JSON it sent; not checked. */
  readonly info: unknown;
  readonly capabilities: unknown;
  /** The least severe level of log lines that it wants for this request; undefined: none are to be sent. */
  readonly logLevel: unknown;
}

/** Results that say how long and for whom they may be kept. */
const CACHEABLE: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

/** What a modern request says of its client; undefined for any other. */
export function modernClient({ params }: HandlerRequest): HandlerClient | undefined {
  const meta = memberOf(params, '_meta');
  const version = memberOf(meta, META_KEYS.version);
  if (typeof version !== 'string') return undefined;
  const [info, capabilities] = [memberOf(meta, META_KEYS.info), memberOf(meta, META_KEYS.capabilities)];
  return { version, info, capabilities, logLevel: memberOf(meta, META_KEYS.logLevel) };
}

/** An error as JSON for a revision that is not spoken here; undefined when it is. */
export function unknownVersion({ version }: HandlerClient) {
  if (version === MODERN_VERSION) return undefined;
  const data = { supported: ALL_VERSIONS, requested: version };
  return { code: ERRORS.unknown_version.code, message: 'That revision is not spoken here.', data };
}

/** A result with what every modern one must say, unless it says so itself. */
export function modernResult(method: string, result: unknown): unknown {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return result;
  const kept = CACHEABLE.has(method) && !isUnfinished(result) ? UNCACHED : undefined;
  return { resultType: 'complete', ...kept, ...result };
}

const UNCACHED = { ttlMs: 0, cacheScope: 'private' } as const;

function isUnfinished(result: object): boolean {
  return 'resultType' in result && result.resultType !== 'complete';
}
