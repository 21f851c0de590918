/**
 * Whether a modern request says of itself what it has to, and in which version.
 *
 * Source: MCP 2026-07-28, base protocol, `_meta`; versioning, "Protocol Version Negotiation".
 */
import { decodeString } from './decode.ts';
import { membersOf } from './cuts.ts';
import { ALL_VERSIONS, claimedLogLevel, META_KEYS, MODERN_VERSION } from './era.ts';
import type { ErrorWord } from './errors.ts';
import { isLevel } from './levels.ts';
import type { Message, Span } from './message.ts';
import { LATEST_LEGACY } from './methods.ts';
import { OPEN_OBJECT, QUOTE } from './text.ts';

/** What is wrong with a modern request, as it is told to its client. */
export interface MetaComplaint {
  readonly word: ErrorWord;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Whether a text names 2026-07-28 or what may come after it: revisions without conversations. */
export function isModernVersion(version: string): boolean {
  return DATE.test(version) && version > LATEST_LEGACY;
}

/** What is wrong with the `_meta` of a request; undefined when it is in good order, whatever version it names. */
export function badMeta(message: Message): MetaComplaint | undefined {
  const { bytes, claims } = message;
  if (!claims || claims.version.end === 0) return missing(META_KEYS.version);
  if (bytes[claims.version.start] !== QUOTE) return wrong(META_KEYS.version, 'a string');
  if (claims.capabilities.end === 0) return missing(META_KEYS.capabilities);
  if (bytes[claims.capabilities.start] !== OPEN_OBJECT) return wrong(META_KEYS.capabilities, 'an object');
  if (claims.info.end > 0 && !isImplementation(bytes, claims.info))
    return wrong(META_KEYS.info, 'an object with a `name` and a `version`');
  if (claims.logLevel.end > 0 && !isLevel(claimedLogLevel(message)))
    return wrong(META_KEYS.logLevel, 'a level of the log');
  return undefined;
}

/** What is told of a version that is not spoken in modern words; undefined for the one that is. */
export function badVersion(version: string): MetaComplaint | undefined {
  if (version === MODERN_VERSION) return undefined;
  // A known legacy one is spoken, but not like this: named again, it would only be tried again.
  const supported = ALL_VERSIONS.filter((one) => one !== version);
  const message =
    supported.length < ALL_VERSIONS.length
      ? 'This protocol version begins with `initialize`, and its requests name no version in `_meta`.'
      : 'This protocol version is not supported here.';
  return { word: 'unknown_version', message, data: { supported, requested: version.slice(0, LONGEST_TOLD) } };
}

/** A version that is longer is none: no need to send all of it back. */
const LONGEST_TOLD = 64;

/** Whether the id of a request is a string or an integer, in whatever way it is written. */
export function hasProperId({ bytes, id }: Message): boolean {
  return bytes[id.start] === QUOTE || Number.isInteger(Number(decodeString(bytes, id.start, id.end)));
}

function isImplementation(bytes: Uint8Array, span: Span): boolean {
  let told = 0;
  for (const { name, value } of membersOf(bytes, span) ?? [])
    if ((name === 'name' || name === 'version') && bytes[value] === QUOTE) told++;
  return told === 2;
}

function missing(key: string): MetaComplaint {
  return { word: 'bad_meta', message: `\`_meta\` lacks "${key}".`, data: { key } };
}

function wrong(key: string, what: string): MetaComplaint {
  return { word: 'bad_meta', message: `"${key}" in \`_meta\` must be ${what}.`, data: { key } };
}
