/**
 * The era of a message: what its words mean. *Legacy* messages (2024-11-05 … 2025-11-25) belong to a conversation that
 * `initialize` began; a *modern* one (2026-07-28) says everything about itself in its own `_meta`.
 *
 * Source: MCP 2026-07-28, versioning; base protocol, `_meta`.
 */
import { decodeString } from './decode.ts';
import type { Message, Span } from './message.ts';
import { LEGACY_VERSIONS } from './methods.ts';
import { QUOTE } from './text.ts';

export type Era = 'legacy' | 'modern';

export const MODERN_VERSION = '2026-07-28';

/** Every revision that is spoken here, the latest first. */
export const ALL_VERSIONS: readonly string[] = [MODERN_VERSION, ...LEGACY_VERSIONS.toReversed()];

/** Where the values of the protocol's own keys in `params._meta` stand; an `end` of 0 where a key is absent. */
export interface Claims {
  version: Span;
  info: Span;
  capabilities: Span;
  logLevel: Span;
  subscription: Span;
  /** Ours: see `idempotency.ts`. */
  idempotencyKey: Span;
  traceparent: Span;
  tracestate: Span;
  baggage: Span;
}

/** The protocol's own keys in `_meta`. */
export const META_KEYS = {
  version: 'io.modelcontextprotocol/protocolVersion',
  info: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscription: 'io.modelcontextprotocol/subscriptionId',
  server: 'io.modelcontextprotocol/serverInfo',
} as const;

/** A message of a client is modern when its `_meta` names a version, whichever that is. */
export function eraOf({ claims }: Message): Era {
  return claims !== undefined && claims.version.end > 0 ? 'modern' : 'legacy';
}

/** The version that a message claims; undefined when it claims none, or something else than a string. */
export function claimedVersion({ bytes, claims }: Message): string | undefined {
  return claims && textAt(bytes, claims.version);
}

/** The log level that a request asks for. */
export function claimedLogLevel({ bytes, claims }: Message): string | undefined {
  return claims && textAt(bytes, claims.logLevel);
}

function textAt(bytes: Uint8Array, { start, end }: Span): string | undefined {
  return end > 0 && bytes[start] === QUOTE ? decodeString(bytes, start + 1, end - 1) : undefined;
}
