/**
 * What of a request is said in HTTP headers, too: how values are written there, and which arguments of a tool its
 * schema wants to see as `Mcp-Param-*`. Pure; knows JSON values and texts alone.
 *
 * Source: MCP 2026-07-28, Streamable HTTP, request metadata; RFC 9110 sections 5.1 and 5.5; RFC 4648 section 4.
 */

/** One argument of a tool that a header repeats. */
export interface ParamHeader {
  /** The whole name of the header in lower case: `mcp-param-region`. */
  readonly header: string;
  /** Names of members, from the arguments down to the value. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}

const PREFIX = '=?base64?';
const SUFFIX = '?=';
/** Printable ASCII, blanks and tabs within, none at the edges. */
const SAFE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.0+)?$/;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A text as the value of a header: as it is where that is safe, else in base64. For `Mcp-Name`, too. */
export function encodeHeader(text: string): string {
  if (SAFE.test(text) && !isEncoded(text)) return text;
  return PREFIX + base64(encoder.encode(text)) + SUFFIX;
}

/** The text that a header's value stands for; undefined for one that no client may send. */
export function decodeHeader(value: string): string | undefined {
  if (!isEncoded(value)) return value === '' || SAFE.test(value) ? value : undefined;
  const inner = value.slice(PREFIX.length, -SUFFIX.length);
  if (!BASE64.test(inner)) return undefined;
  try {
    return strict.decode(Uint8Array.from(atob(inner), (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/**
 * Which arguments a tool wants to see as headers.
 * @param schema its `inputSchema`, parsed from JSON
 * @returns none for most tools; a text that says what is wrong where an annotation breaks the rules: then the tool is
 * invalid over HTTP
 */
export function paramHeadersOf(schema: unknown): readonly ParamHeader[] | string {
  const found: ParamHeader[] = [];
  const names = new Set<string>();
  const todo: Place[] = [{ schema, path: [], depth: 0 }];
  for (let place = todo.pop(); place; place = todo.pop()) {
    if (place.depth > MAX_DEPTH || todo.length > MAX_PLACES)
      return 'The schema is too large to look for headers.';
    const annotation = ownMember(place.schema, ANNOTATION);
    if (annotation !== undefined) {
      const header = headerOf(annotation, place, names);
      if (typeof header === 'string') return header;
      found.push(header);
    }
    lookInto(place, todo);
  }
  return found;
}

/**
 * The headers that repeat a call's arguments, by lower-case name. What is not there or `null`, or of another type
 * than its schema says, has none.
 * @param args `params.arguments`, parsed from JSON
 */
export function headersOf(params: readonly ParamHeader[], args: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { header, path } of params) {
    const text = textOf(valueAt(args, path));
    if (text !== undefined) headers[header] = encodeHeader(text);
  }
  return headers;
}

/**
 * Compares the headers of a call with its arguments.
 * @param header gives a header's value by its lower-case name
 * @returns what is wrong, in one sentence without values; undefined when all is as it must be
 */
export function mismatchOf(
  params: readonly ParamHeader[],
  args: unknown,
  header: (name: string) => string | undefined,
): string | undefined {
  for (const param of params) {
    const value = valueAt(args, param.path);
    if (textOf(value) === undefined) continue;
    const said = header(param.header);
    if (said === undefined) return `The header ${titled(param)} is missing.`;
    if (!saysValue(said, value)) return `The header ${titled(param)} says something else than the arguments.`;
  }
  return undefined;
}

/** Whether a header's value stands for a value of the body; whole numbers are compared as numbers. */
export function saysValue(header: string, value: unknown): boolean {
  const said = decodeHeader(header);
  if (said === undefined) return false;
  if (typeof value === 'number') return DECIMAL.test(said) && Number(said) === value;
  return said === textOf(value);
}

// ------------------------------------------------------------------------------------------------ schemas

const ANNOTATION = 'x-mcp-header';
/** Deeper and wider than any schema that people write. */
const MAX_DEPTH = 100;
const MAX_PLACES = 100_000;

interface Place {
  readonly schema: unknown;
  /** From the arguments down to it; undefined where it is not reached by `properties` alone. */
  readonly path: readonly string[] | undefined;
  readonly depth: number;
}

function headerOf(annotation: unknown, { schema, path }: Place, names: Set<string>): ParamHeader | string {
  if (!path || path.length === 0) return `\`${ANNOTATION}\` stands where no argument is sure to be.`;
  const where = `\`${ANNOTATION}\` of "${path.join('.')}"`;
  if (typeof annotation !== 'string' || !TOKEN.test(annotation)) return `${where} is no name of a header.`;
  const type = ownMember(schema, 'type');
  if (type !== 'string' && type !== 'integer' && type !== 'boolean')
    return `${where} is on something else than a string, an integer or a boolean.`;
  const name = annotation.toLowerCase();
  if (names.has(name)) return `${where} is used twice.`;
  names.add(name);
  return { header: `mcp-param-${name}`, path, type };
}

/** Values of these keywords are data, not schemas. */
const DATA = new Set(['const', 'default', 'enum', 'examples', 'example']);
/** Values of these are schemas by names of their own. */
const BY_NAME = new Set(['patternProperties', 'dependentSchemas', '$defs', 'definitions']);

function lookInto({ schema, path, depth }: Place, todo: Place[]): void {
  if (!isObject(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (DATA.has(keyword) || typeof value !== 'object' || value === null) continue;
    const below = { path: undefined, depth: depth + 1 };
    if (keyword === 'properties' && isObject(value)) {
      for (const [name, one] of Object.entries(value))
        todo.push({ schema: one, path: path && [...path, name], depth: depth + 1 });
    } else if (BY_NAME.has(keyword) || Array.isArray(value)) {
      for (const one of Object.values(value)) todo.push({ schema: one, ...below });
    } else todo.push({ schema: value, ...below });
  }
}

// ------------------------------------------------------------------------------------------------- values

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const name of path) value = ownMember(value, name);
  return value;
}

/** The text of a value as a header says it; undefined for what no header may say. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return Number.isSafeInteger(value) ? String(Object.is(value, -0) ? 0 : value) : undefined;
}

function ownMember(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function titled({ header }: ParamHeader): string {
  return `Mcp-Param-${header.slice('mcp-param-'.length)}`;
}

function isEncoded(value: string): boolean {
  return value.length >= PREFIX.length + SUFFIX.length && value.startsWith(PREFIX) && value.endsWith(SUFFIX);
}

/** How many bytes are made characters at once: arguments of a call have a limit. */
const CHUNK = 8_192;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
