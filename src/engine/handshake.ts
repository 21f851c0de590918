/**
 * `initialize`, where the gateway must understand it: what a client asked for, what a server answered, and the
 * two cases in which the gateway speaks for the other side.
 *
 * Source: MCP 2024-11-05 … 2025-11-25, lifecycle; MCP 2026-07-28, base protocol, `_meta`.
 */
import { META_KEYS, MODERN_VERSION } from '../protocol/era.ts';
import { isLegacyVersion, LATEST_LEGACY } from '../protocol/methods.ts';
import { copySpan, type Message } from '../protocol/message.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Who the gateway is when it initialises a server in its own name. */
const CLIENT_INFO = { name: 'sluice', version: SLUICE_VERSION };

/** The same in a modern request of its own: its `_meta`. */
export const OWN_META = {
  [META_KEYS.version]: MODERN_VERSION,
  [META_KEYS.info]: CLIENT_INFO,
  [META_KEYS.capabilities]: {},
};

/** The raw params of an `initialize`; an empty object when it has none. */
export function helloOf(message: Message): Uint8Array {
  return message.params.end === 0 ? encoder.encode('{}') : copySpan(message.bytes, message.params);
}

/** The version a client asked for; the latest we know when it names none. */
export function requestedVersion(hello: Uint8Array): string {
  const version = member(hello, 'protocolVersion');
  return typeof version === 'string' ? version : LATEST_LEGACY;
}

/** The params of an `initialize` in the gateway's own name: it can answer nothing the server might ask. */
export function ownHello(version: string): Uint8Array {
  return encoder.encode(
    JSON.stringify({ protocolVersion: version, capabilities: {}, clientInfo: CLIENT_INFO }),
  );
}

/** Whether a server's answer to `initialize` is a result of it: an object that names a version. */
export function isHandshake(handshake: Uint8Array): boolean {
  return typeof member(handshake, 'protocolVersion') === 'string';
}

/** The version a server answered with. */
export function negotiatedVersion(handshake: Uint8Array): string {
  const version = member(handshake, 'protocolVersion');
  return typeof version === 'string' ? version : LATEST_LEGACY;
}

/**
 * The result of `initialize` for one more client of a shared link, as JSON text: the server's own, in the version
 * the client asked for (any legacy one is served), less what a shared link cannot offer.
 */
export function sharedHandshake(handshake: Uint8Array, version: string): string {
  const result = parse(handshake);
  const { logging: _logging, ...capabilities } = asObject(result.capabilities);
  const protocolVersion = isLegacyVersion(version) ? version : LATEST_LEGACY;
  return JSON.stringify({ ...result, protocolVersion, capabilities });
}

function member(json: Uint8Array, name: string): unknown {
  return parse(json)[name];
}

/** Only for JSON that was checked before. What the server sent unchecked may still be broken: then nothing. */
function parse(json: Uint8Array): Record<string, unknown> {
  try {
    return asObject(JSON.parse(decoder.decode(json)));
  } catch {
    return {};
  }
}

/** What is no JSON object counts as an empty one. */
function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
