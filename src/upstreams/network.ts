/**
 * What servers over the network share before a byte is sent: their address and their headers, checked when the driver
 * is made, and how both are told to people without what is secret in them.
 *
 * Source: RFC 3986 (addresses), RFC 9110 sections 5 and 7.6.1 (fields), RFC 7617 (user and password).
 */
import { isCallerProof } from '../protocol/caller-proof.ts';
import type { Credentials } from './credentials.ts';

/** Where a server is, taken apart. */
export interface Address {
  /** Without user, password and fragment. */
  readonly url: URL;
  /** Like `https://mcp.example.com:8443`. */
  readonly origin: string;
  /** What a request to the origin asks for: the path with its query. */
  readonly target: string;
  /** For people: without user, password, query and fragment, which may hold secrets. */
  readonly shown: string;
  /** The value of an `Authorization` header, where the address names a user. */
  readonly authorization?: string;
}

const HTTP: readonly string[] = ['http:', 'https:'];

/**
 * Reads the configured address of a server.
 * @param schemes those that fit, with their colon
 * @throws TypeError with one sentence that says what to do, and nothing of a password in it
 */
export function addressOf(name: string, url: string, schemes: readonly string[] = HTTP): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const example = `${schemes.at(-1)}//mcp.example.com/mcp`;
  if (!parsed) {
    throw new TypeError(`The \`url\` of the server "${name}" is no address: give one like "${example}".`);
  }
  if (!schemes.includes(parsed.protocol)) {
    const fit = schemes.map((scheme) => `"${scheme}//"`).join(' or ');
    throw new TypeError(
      `The \`url\` of the server "${name}" begins with "${parsed.protocol}//", but it must begin with ${fit}.`,
    );
  }
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  parsed.hash = '';
  return {
    url: parsed,
    origin: `${parsed.protocol}//${parsed.host}`,
    target: targetOf(parsed),
    shown: shownAddress(parsed),
    ...(username === '' && password === '' ? {} : { authorization: basic(username, password) }),
  };
}

/** What a request to the origin of an address asks for. */
export function targetOf(url: URL): string {
  return `${url.pathname}${url.search}`;
}

/** The address as people may see it: without user, password, query and fragment, and not endless. */
function shownAddress(url: URL): string {
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
}

const SHOWN_CHARACTERS = 200;

/** Says which part of a connection a header is about, so no one may pass it on (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the drivers set themselves, for the message at hand. */
const OWN = new Set([
  'accept',
  'accept-encoding',
  'cdn-loop',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'last-event-id',
  'mcp-protocol-version',
  'mcp-session-id',
]);

/** Names of which each member of the family is the drivers'. */
const OWN_FAMILIES = ['mcp-', 'sec-websocket-'];

/** Whether a header is not for an entry or a caller to set. @param name in lower case */
function isManaged(name: string): boolean {
  return HOP_BY_HOP.has(name) || OWN.has(name) || OWN_FAMILIES.some((family) => name.startsWith(family));
}

/** RFC 9110 section 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 section 5.5: visible ASCII, spaces, tabs, and the upper half of Latin-1. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The headers of a server's entry by their lower-case names.
 * @throws TypeError for a header that cannot be sent or is ours to set; its value is not told
 */
export function entryHeaders(
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [header, value] of Object.entries(headers)) {
    const lower = header.toLowerCase();
    const refuse = (why: string): never => {
      throw new TypeError(`The header ${JSON.stringify(header)} of the server "${name}" ${why}.`);
    };
    if (!NAME.test(header)) refuse('has a name that no header can have');
    if (isManaged(lower)) refuse('is set by the gateway itself; leave it out');
    if (typeof value !== 'string' || !VALUE.test(value)) {
      refuse('has a value that no header can have: no line breaks, and Latin letters only');
    }
    if (Object.hasOwn(checked, lower)) refuse('is given twice');
    checked[lower] = value.trim();
  }
  return checked;
}

/**
 * The same with what the address itself proves, where nothing else does.
 * @throws TypeError as `entryHeaders`, and for a header that the credentials of the server set
 */
export function ownHeaders(
  {
    name,
    headers,
    credentials,
  }: {
    readonly name: string;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly credentials?: Credentials | undefined;
  },
  { authorization }: Address,
): Readonly<Record<string, string>> {
  const checked = entryHeaders(name, headers);
  const own = authorization === undefined ? checked : { authorization, ...checked };
  if (credentials && Object.hasOwn(own, credentials.header)) {
    const why = `its credentials set the header \`${credentials.header}\`; leave it out of \`headers\` and \`url\``;
    throw new TypeError(`The server "${name}" cannot be reached as it is configured: ${why}.`);
  }
  return own;
}

/** Whether a header can be sent at all. */
export function isHeader(name: string, value: string): boolean {
  return NAME.test(name) && VALUE.test(value);
}

/**
 * The headers that requests for one caller carry: those of the entry, and of the caller's those that were let through.
 *
 * A caller's never stand in place of the entry's, nor of what the drivers set, nor of `Host`; with what it proves who it
 * is, and what is no header, is left out.
 */
export function mergedHeaders(
  entry: Readonly<Record<string, string>>,
  forwarded: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const merged: Record<string, string> = { ...entry };
  for (const [header, value] of Object.entries(forwarded)) {
    const lower = header.toLowerCase();
    if (lower === 'host' || isManaged(lower) || isCallerProof(lower) || Object.hasOwn(entry, lower)) continue;
    if (isHeader(lower, value)) merged[lower] = value;
  }
  return merged;
}

/** RFC 7617 section 2, in UTF-8. */
function basic(user: string, password: string): string {
  const text = `${unescaped(user)}:${unescaped(password)}`;
  const bytes = new TextEncoder().encode(text);
  let latin1 = '';
  for (const byte of bytes) latin1 += String.fromCharCode(byte);
  return `Basic ${btoa(latin1)}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
