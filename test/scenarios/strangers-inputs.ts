/** Requests of somebody without a proof, mutated: what they hold is nearly right, and never quite. */
import { ASKED } from '../matrix/guard/asked.ts';
import { KEYS } from '../matrix/guard/ways.ts';

/** Numbers that are the same for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sessions that are there, opened by somebody who may. */
export interface Victims {
  readonly streamable: string;
  readonly sse: string;
}

type Roll = () => number;

const pick = <T>(roll: Roll, from: readonly T[]): T => from[Math.floor(roll() * from.length)] as T;

const KEY_LIST = Object.values(KEYS);
const CALLS = [
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"must not run"}}}',
  '{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"s","version":"1"}}}',
  '[{"jsonrpc":"2.0","id":3,"method":"tools/list"},{"jsonrpc":"2.0","id":4,"method":"ping"}]',
  '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}',
];
/** Where methods, names and lengths of real requests stand, and what is put there. */
const BYTES = [
  '\0',
  '\t',
  ' ',
  '"',
  '%00',
  '%2e%2e',
  '%2F',
  '..',
  '/',
  '//',
  ';',
  '\\',
  '#',
  '?',
  '@',
  '\u00ff',
  'A',
  '\u212a',
  '\r',
  '\n',
  '\r\n',
];
const LOOK_ALIKES = [
  'Authorisation',
  'Authorization ',
  'Authorization\0',
  'X-Authorization',
  'Authorization-',
  'X_API_Key',
  'XAPIKey',
  'Api-Key',
  'Bearer',
];
const METHODS = ['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'get', 'QUERY'];

/** One request as the bytes that go over the wire. */
export function mutated(roll: Roll, victims: Victims): Buffer {
  const { method, path, headers } = pick(roll, ASKED);
  const body = roll() < 0.6 ? damaged(roll, pick(roll, CALLS), 0.3) : '';
  const target = damaged(
    roll,
    withSession(roll, roll() < 0.5 ? path : pick(roll, ['/mcp', '/sse', '/messages', '/ws']), victims),
    0.3,
  );
  const lines = [
    `${roll() < 0.85 ? method : pick(roll, METHODS)} ${target} HTTP/1.1`,
    `Host: ${roll() < 0.95 ? 'localhost' : 'evil.example'}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${damaged(roll, value, 0.1)}`),
    ...extras(roll, victims),
    ...(body === '' ? [] : [lengthOf(roll, body)]),
  ];
  const shuffled = roll() < 0.1 ? [lines[0], ...lines.slice(1).reverse()] : lines;
  return Buffer.from(`${shuffled.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function withSession(roll: Roll, path: string, { streamable, sse }: Victims): string {
  const name = pick(roll, ['sessionId', 'session_id', 'sessionid', 'ticket', 'access_token', 'api_key']);
  const value =
    name === 'access_token' || name === 'api_key' ? pick(roll, KEY_LIST) : pick(roll, [streamable, sse]);
  return roll() < 0.4 ? `${path}?${name}=${value}` : path;
}

function extras(roll: Roll, { streamable, sse }: Victims): string[] {
  const all = [
    () =>
      `${pick(roll, ['Authorization', 'authorization', 'AUTHORIZATION', 'Proxy-Authorization'])}: ${proof(roll)}`,
    () => `X-API-Key: ${nearly(roll, pick(roll, KEY_LIST))}`,
    () => `Mcp-Session-Id: ${pick(roll, [streamable, sse, damaged(roll, streamable, 1)])}`,
    () => `Last-Event-ID: ${pick(roll, [streamable, 'a'])}.0.${Math.floor(roll() * 9)}`,
    () => `X-Session-ID: ${pick(roll, [streamable, sse])}`,
    () => `Mcp-Protocol-Version: ${pick(roll, ['2024-11-05', '2025-11-25', '2026-07-28', 'x'])}`,
    () => `Cookie: key=${pick(roll, KEY_LIST)}; session=${streamable}`,
    () => `X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: ::1`,
    () => `Forwarded: for=127.0.0.1;host=localhost;proto=https`,
    () => `X-Original-URL: /healthz`,
    () => `Origin: ${pick(roll, ['http://localhost:1', 'null', 'http://evil.example'])}`,
    () =>
      `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==`,
    () => `${pick(roll, LOOK_ALIKES)}: Bearer ${pick(roll, KEY_LIST)}`,
    () => `Transfer-Encoding: ${pick(roll, ['chunked', 'identity', 'gzip, chunked', ' chunked'])}`,
    () => `${'X'.repeat(Math.floor(roll() * 40))}: ${'y'.repeat(Math.floor(roll() * 400))}`,
  ];
  return all.filter(() => roll() < 0.15).map((make) => make());
}

function proof(roll: Roll): string {
  const key = nearly(roll, pick(roll, KEY_LIST));
  return pick(roll, [
    `Bearer ${key}`,
    `bearer  ${key}`,
    `Basic ${btoa(key)}`,
    `Bearer`,
    `Token ${key}`,
    `Bearer ${pick(roll, KEY_LIST)}, Bearer x`,
  ]);
}

/** Another text than the key, by little. */
function nearly(roll: Roll, key: string): string {
  const at = Math.floor(roll() * key.length);
  const other = pick(roll, ['x', 'X', '0', '-', '_', '%00', '']);
  const changed = key.slice(0, at) + other + key.slice(at + 1);
  return changed === key ? `${key}1` : changed;
}

function lengthOf(roll: Roll, body: string): string {
  const length = Buffer.byteLength(body, 'latin1');
  return roll() < 0.9
    ? `Content-Length: ${length}`
    : `Content-Length: ${pick(roll, [0, 1, length - 1, length + 5, -1, '1e3', '0x10'])}`;
}

/** @param chance that it is damaged at all */
function damaged(roll: Roll, text: string, chance: number): string {
  if (roll() >= chance || text === '') return text;
  const at = Math.floor(roll() * text.length);
  const inserted = pick(roll, BYTES);
  switch (Math.floor(roll() * 4)) {
    case 0:
      return text.slice(0, at) + inserted + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + Math.floor(roll() * 3));
    case 2:
      return text.slice(0, at) + text.charAt(at).toUpperCase() + text.slice(at + 1);
    default:
      return text + inserted;
  }
}
