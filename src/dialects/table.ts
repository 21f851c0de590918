/**
 * The dialects of HTTP with SSE: one standing stream a session, on which answers to its POSTs travel. What tells
 * them apart is words, so each is a row.
 *
 * Source: MCP 2024-11-05, transports, "HTTP with SSE"; the documents of the custom clients for all but `http-sse`.
 */
import type { Dialect, PostRoutes } from '../engine/ports.ts';
import type { PostKind, SessionFacts, Shape } from '../engine/ports-shape.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';
import { comment, iso, millis, textEvent, together, valueEvent } from './frames.ts';
import { clg, plain, quiet, rails, twofold } from './shapes.ts';

type Frame = (session: SessionFacts, now: number, origin: string) => Uint8Array;

interface Row {
  readonly opening: readonly Frame[];
  readonly heartbeat: readonly ((now: number) => Uint8Array)[];
  /** By the way a POST names its session. The first is that of messages which belong to no POST. */
  readonly shapes: Readonly<Partial<Record<PostKind, Shape>>>;
  readonly endpoint?: (routes: PostRoutes, id: string) => string;
  readonly headers?: (session: SessionFacts) => Readonly<Record<string, string>>;
  /** Its document opens the stream with a bare `curl`, which accepts anything. */
  readonly opensUnasked?: true;
}

const encoder = new TextEncoder();
const SERVER_INFO = { name: 'sluice', version: SLUICE_VERSION };

const at =
  (route: keyof PostRoutes, name: string) =>
  (routes: PostRoutes, id: string): string =>
    `${routes[route]}?${name}=${id}`;

// ------------------------------------------------------------------------------------------------ openings

/** A relative URI: clients refuse another origin, and a proxy's origin is not ours to know. */
const endpoint: Frame = (session) => textEvent('endpoint', session.endpoint);

const endpointAsJson: Frame = (session) => valueEvent('endpoint', { uri: session.endpoint });

/** To readers of the standard a notification they do not know. */
const endpointAsMessage: Frame = (session, _now, origin) =>
  valueEvent(undefined, {
    jsonrpc: '2.0',
    method: 'endpoint',
    params: { uri: origin + session.endpoint },
  });

const says =
  (text: string): Frame =>
  () =>
    comment(text);

const connectedClg: Frame = ({ id }, now) =>
  valueEvent('connected', { connectionId: id, protocol: 'sse', timestamp: millis(now) });

const connectedRails: Frame = ({ id }, now) =>
  valueEvent('connected', {
    type: 'connection_established',
    connection_id: id,
    timestamp: iso(now),
    server_info: SERVER_INFO,
  });

/** For both; the time as a number, which `new Date()` takes as well as arithmetic does. */
const connectedBoth: Frame = ({ id }, now) =>
  valueEvent('connected', {
    type: 'connection_established',
    connectionId: id,
    connection_id: id,
    protocol: 'sse',
    timestamp: millis(now),
    server_info: SERVER_INFO,
  });

/** Told before the server was asked: everything it may have. What it lacks, it refuses itself. */
const greeting: Frame = () =>
  valueEvent(undefined, {
    jsonrpc: '2.0',
    id: null,
    result: {
      protocolVersion: '2024-11-05',
      capabilities: { tools: {}, resources: {}, prompts: {} },
      serverInfo: SERVER_INFO,
    },
  });

// ---------------------------------------------------------------------------------------------- heartbeats

const PING = comment('ping');
const KEEPALIVE = comment('keepalive');
const ping = (): Uint8Array => PING;
const keepalive = (): Uint8Array => KEEPALIVE;
const beat = (now: number): Uint8Array => valueEvent('heartbeat', { timestamp: millis(now) });
const typedBeat =
  (time: (now: number) => number | string) =>
  (now: number): Uint8Array =>
    valueEvent('heartbeat', { type: 'heartbeat', timestamp: time(now) });

// --------------------------------------------------------------------------------------------------- table

const ROWS = {
  superset: {
    opening: [says('connected'), endpoint, connectedBoth],
    endpoint: at('messages', 'sessionId'),
    shapes: { plain, clg, rails },
    heartbeat: [ping, typedBeat(millis)],
  },
  'http-sse': {
    opening: [endpoint],
    endpoint: at('messages', 'sessionId'),
    shapes: { plain },
    heartbeat: [ping],
  },
  clg: {
    opensUnasked: true,
    opening: [connectedClg],
    shapes: { clg },
    heartbeat: [beat],
  },
  rails: {
    opening: [connectedRails],
    shapes: { rails },
    heartbeat: [typedBeat(iso)],
  },
  rare4n: {
    opensUnasked: true,
    opening: [says('connected'), endpoint, greeting],
    endpoint: at('stream', 'sessionId'),
    shapes: { plain },
    heartbeat: [ping],
  },
  'aareguru-json': {
    opensUnasked: true,
    opening: [endpointAsJson],
    endpoint: at('messages', 'session_id'),
    shapes: { plain: quiet },
    heartbeat: [ping],
  },
  'orch-data': {
    opening: [endpoint, endpointAsMessage, says('connection-established')],
    endpoint: at('messages', 'sessionId'),
    shapes: { plain: twofold },
    heartbeat: [keepalive],
    headers: ({ id }) => ({ 'x-session-id': id }),
  },
} as const satisfies Record<string, Row>;

export type DialectName = keyof typeof ROWS;

/** Names in the order in which they are told to people. */
export const DIALECT_NAMES = Object.keys(ROWS) as readonly DialectName[];

const DIALECTS = new Map<string, Dialect>(
  Object.entries<Row>(ROWS).map(([name, row]) => [name, dialectOf(name, row)]),
);

/** The dialect with a name; undefined where there is none. */
export function dialectNamed(name: string): Dialect | undefined {
  return DIALECTS.get(name);
}

export const superset = DIALECTS.get('superset') as Dialect;
export const httpSse = DIALECTS.get('http-sse') as Dialect;

function dialectOf(name: string, row: Row): Dialect {
  return {
    name,
    resumable: false,
    opensUnasked: row.opensUnasked === true,
    shape: Object.values(row.shapes)[0] as Shape,
    shapes: row.shapes,
    opening: (session, now, origin = '') => together(row.opening.map((frame) => frame(session, now, origin))),
    heartbeat: (now) => together(row.heartbeat.map((frame) => frame(now))),
    retry: (ms) => encoder.encode(`retry: ${ms}\n\n`),
    ...(row.endpoint ? { endpoint: row.endpoint } : {}),
    ...(row.headers ? { headers: row.headers } : {}),
  };
}
