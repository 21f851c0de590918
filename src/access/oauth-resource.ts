/**
 * Which resource an endpoint is, what a token for it may say, and where its metadata is.
 *
 * An endpoint is known by its own URL. All legs under one prefix are the same resource in different words, so that a
 * token for `…/sse` is good for the messages that belong to it; nothing above, below or beside the prefix is.
 *
 * Source: RFC 9728 sections 3 and 5.1; RFC 8707 section 2; MCP 2026-07-28, "Canonical Server URI".
 */
import type { RequestHead } from '../engine/ports.ts';
import type { Place } from './principal.ts';

/** The origin and path under which clients see the gateway, without a slash at its end. */
export type BaseOf = (head: RequestHead) => string;

export const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** What may stand behind the prefix in an audience. */
const LEGS: ReadonlySet<string> = new Set(
  ['', '/mcp', '/sse', '/ws', '/mcp/sse', '/api/mcp'].flatMap((leg) => [leg, `${leg}/`]),
);

/** Whether a token with one of these audiences is meant for an endpoint under a prefix. */
export function isMeantFor(audiences: readonly string[], base: string, prefix: string): boolean {
  const own = base + prefix;
  for (const audience of audiences)
    if (audience.startsWith(own) && LEGS.has(audience.slice(own.length))) return true;
  return false;
}

/** What RFC 3986 lets a path consist of: nothing that could end a quoted text. */
const PATH = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,;=:@%]*)*$/;
const LONGEST_PATH = 1_024;

/** Whether a path can be told again as it came. */
export function isPlainPath(path: string): boolean {
  return path.length <= LONGEST_PATH && PATH.test(path);
}

/** The address of the metadata of what was asked for; it depends on the request alone, never on what there is. */
export function metadataUrl(base: string, { path }: RequestHead, at: Place): string {
  const resource = resourcePath(path, at);
  return `${base}${WELL_KNOWN}${isPlainPath(resource) ? resource : ''}`;
}

/** The endpoint that a client has to name when it asks for a token. */
function resourcePath(path: string, { prefix, leg }: Place): string {
  switch (leg) {
    case 'messages':
      return `${prefix}${/\/mcp\/sse\/message\/?$/.test(path) ? '/mcp/sse' : '/sse'}`;
    case 'tickets':
      return `${prefix}/mcp`;
    default:
      return path === '/' ? '' : path;
  }
}
