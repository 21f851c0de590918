/**
 * What the headers of a modern POST say, and whether that is what its body says.
 *
 * Source: MCP 2026-07-28, Streamable HTTP, "Request Metadata"; SEP-2663 (`Mcp-Name` of tasks); RFC 9110 section 5.5.
 */
import { memberAt } from '../../protocol/cuts.ts';
import { decodeString } from '../../protocol/decode.ts';
import { claimedVersion } from '../../protocol/era.ts';
import type { Message } from '../../protocol/message.ts';
import type { MetaComplaint } from '../../protocol/meta.ts';
import { decodeHeader } from '../../protocol/param-headers.ts';
import { QUOTE } from '../../protocol/text.ts';
import type { IncomingRequest } from './request.ts';

export interface ModernHead {
  readonly version: string | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
  /** `Mcp-Param-*` by lower-case name, as they were sent; undefined where there is none. */
  readonly params: Readonly<Record<string, string>> | undefined;
}

/** How much one request may say in `Mcp-Param-*`: such values are short, or they would not be in headers. */
const MOST_PARAMS = 64;
const MOST_PARAM_BYTES = 16 * 1024;

const PARAM = 'mcp-param-';
/** Whether it makes sense is for those to say who know the parameter (RFC 9110 section 5.5, without `obs-text`). */
const FIELD = /^[\t\x20-\x7e]*$/;

/** The headers that count; or what is wrong with them, whatever the body is. */
export function readHead(request: IncomingRequest): ModernHead | MetaComplaint {
  const seen = new Map<string, string>();
  let params: Record<string, string> | undefined;
  let count = 0;
  let bytes = 0;
  for (const [name, value] of request.mcpHeaders()) {
    if (!TITLES.has(name) && !name.startsWith(PARAM)) continue;
    if (seen.has(name)) return mismatch(name, 'comes twice');
    seen.set(name, value);
    if (!name.startsWith(PARAM)) continue;
    if (!FIELD.test(value)) return mismatch(name, 'holds what no header may hold');
    bytes += name.length + value.length;
    if (++count > MOST_PARAMS || bytes > MOST_PARAM_BYTES) return tooMany();
    (params ??= {})[name] = value;
  }
  return {
    version: seen.get('mcp-protocol-version'),
    method: seen.get('mcp-method'),
    name: seen.get('mcp-name'),
    params,
  };
}

/** What of a header contradicts the body, be it there or not. Undefined where all that is there agrees. */
export function contradiction(message: Message, { version, method }: ModernHead): MetaComplaint | undefined {
  if (version !== undefined && version !== claimedVersion(message))
    return mismatch('mcp-protocol-version', 'says something else than `_meta`');
  if (method !== undefined && method !== message.method)
    return mismatch('mcp-method', 'says something else than the body');
  return undefined;
}

/** What a request lacks in its head, or says there of its target that its body does not say. */
export function incompleteness(message: Message, head: ModernHead): MetaComplaint | undefined {
  if (head.version === undefined) return mismatch('mcp-protocol-version', 'is missing');
  if (head.method === undefined) return mismatch('mcp-method', 'is missing');
  if (!isNamed(message.method)) return undefined;
  const target = targetOf(message);
  if (head.name === undefined) return target === undefined ? undefined : mismatch('mcp-name', 'is missing');
  const name = decodeHeader(head.name);
  if (name === undefined) return mismatch('mcp-name', 'holds what no header may hold');
  return name === target ? undefined : mismatch('mcp-name', 'says something else than the body');
}

const NAMED: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get']);
const NAMED_TASK: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

function isNamed(method: string): boolean {
  return NAMED.has(method) || NAMED_TASK.has(method);
}

function targetOf({ bytes, method, params, target }: Message): string | undefined {
  if (!NAMED_TASK.has(method)) return target;
  const { start, end } = memberAt(bytes, params, 'taskId');
  return end > 0 && bytes[start] === QUOTE ? decodeString(bytes, start + 1, end - 1) : undefined;
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['mcp-protocol-version', 'MCP-Protocol-Version'],
  ['mcp-method', 'Mcp-Method'],
  ['mcp-name', 'Mcp-Name'],
]);

function mismatch(name: string, what: string): MetaComplaint {
  // What a stranger called a parameter is not repeated.
  const title = TITLES.get(name) ?? 'Mcp-Param-*';
  return { word: 'header_mismatch', message: `The header ${title} ${what}.`, data: { header: title } };
}

function tooMany(): MetaComplaint {
  const message = `There may be ${MOST_PARAMS} headers Mcp-Param-* of ${MOST_PARAM_BYTES} bytes in all.`;
  return { word: 'headers_too_large', message };
}
