/** What a page says when it connects, with what is meant where it says nothing. */
import { DEFAULT_BACK_OFF, type BackOffLimits } from './back-off.ts';
import type { ClientError } from './errors.ts';
import type { WireEvent } from './event-reader.ts';
import { SPEECHES, type StreamDialect } from './speech.ts';
import { realTiming, type Timing } from './timing.ts';

export type DialectName = 'streamable' | StreamDialect;

/**
 * - `connecting`: not open yet. - `open`: requests go out at once.
 * - `reconnecting`: the stream was cut; requests wait. - `closed`: for good.
 */
export type LinkState = 'connecting' | 'open' | 'reconnecting' | 'closed';

export type HeaderSource =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

export interface Limits {
  /** Requests under way, in either direction; default 1,000. */
  readonly requests: number;
  /** Requests and notifications that wait for the link to open; default 100. */
  readonly waiting: number;
  /** Characters of one message; default 16 Mi. */
  readonly messageLength: number;
}

export interface ConnectOptions {
  /** A stream of the gateway: `https://host/mcp`, `https://host/servers/name/sse` … */
  readonly url: string | URL;
  /** How it is spoken to; default `http-sse` for a path that ends in `/sse` and with `eventsource`, else `streamable`. */
  readonly dialect?: DialectName;
  /**
   * What reads the stream; default `fetch`. An `EventSource` cannot send headers: it gets a ticket, and it knows of
   * no cut until the browser does. `streamable` needs `fetch`.
   */
  readonly via?: 'fetch' | 'eventsource';
  /** Sent with every request: `{ 'X-API-Key': key }`; a function is asked each time. */
  readonly headers?: HeaderSource;
  /** Where tickets are asked for, or a function that gets one; default: `/tickets` beside the stream. */
  readonly tickets?: string | URL | (() => Promise<string>);
  /** How the page names itself to the server. */
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** What the page offers to the server; default nothing. */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Every event of a stream, as it came. */
  readonly onEvent?: (event: WireEvent) => void;
  /** What the server tells. */
  readonly onNotification?: (method: string, params: Readonly<Record<string, unknown>> | undefined) => void;
  /**
   * What the server asks (sampling, elicitation, roots): the result, or a promise of it. The signal falls when the
   * server calls its request off, or the session ends: then the answer goes nowhere.
   */
  readonly onRequest?: (
    method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    signal: AbortSignal,
  ) => unknown;
  /** Each change of state, with the reason where there is one. */
  readonly onState?: (state: LinkState, reason?: ClientError) => void;
  /** How long a request may stay without an answer or progress, waiting included, in ms; default 60,000. */
  readonly timeoutMs?: number;
  /** How long opening may take, in ms; default 15,000. */
  readonly connectMs?: number;
  /** A stream on which nothing comes for so long is opened anew, in ms; default 45,000, three heartbeats. 0: never. */
  readonly inactivityMs?: number;
  /** How often, and how soon, it tries again. */
  readonly reconnect?: Partial<BackOffLimits>;
  readonly limits?: Partial<Limits>;
  /** For tests and for runtimes that bring their own. */
  readonly fetch?: typeof fetch;
  readonly EventSource?: typeof EventSource;
  readonly timing?: Timing;
}

/** The options with nothing left open. */
export interface Settled
  extends Required<Omit<ConnectOptions, 'url' | 'tickets' | 'limits' | 'reconnect' | 'EventSource'>> {
  readonly url: URL;
  readonly tickets: URL | (() => Promise<string>);
  readonly limits: Limits;
  readonly reconnect: BackOffLimits;
  readonly EventSource: typeof EventSource;
}

/** @throws TypeError with one sentence when the options contradict each other */
export function settle(options: ConnectOptions): Settled {
  const url = addressOf(options.url);
  const via = options.via ?? 'fetch';
  const dialect =
    options.dialect ?? (via === 'eventsource' || /\/sse\/?$/.test(url.pathname) ? 'http-sse' : 'streamable');
  check(dialect, via);
  if (via === 'eventsource' && !(options.EventSource ?? hasEventSource())) {
    throw new TypeError('There is no EventSource here: use `via: "fetch"`.');
  }
  const { tickets } = options;
  return {
    clientInfo: { name: 'sluice-browser', version: '1' },
    capabilities: {},
    headers: {},
    timeoutMs: 60_000,
    connectMs: 15_000,
    inactivityMs: 45_000,
    onEvent: nothing,
    onNotification: nothing,
    onRequest: refuseAll,
    onState: nothing,
    timing: realTiming,
    ...options,
    url,
    via,
    dialect,
    tickets: typeof tickets === 'function' ? tickets : ticketsAt(url, tickets),
    // Called as a method of something else it would be an illegal invocation.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    EventSource: options.EventSource ?? globalThis.EventSource,
    limits: { requests: 1_000, waiting: 100, messageLength: 16 * 1024 * 1024, ...options.limits },
    reconnect: { ...DEFAULT_BACK_OFF, ...options.reconnect },
  };
}

function check(dialect: DialectName, via: 'fetch' | 'eventsource'): void {
  if (dialect !== 'streamable' && !Object.hasOwn(SPEECHES, dialect)) {
    const names = ['streamable', ...Object.keys(SPEECHES)].join(', ');
    throw new TypeError(`There is no dialect ${JSON.stringify(dialect)}; there are ${names}.`);
  }
  if (dialect === 'streamable' && via === 'eventsource') {
    throw new TypeError(
      'Streamable HTTP needs headers, which an EventSource cannot send: use `via: "fetch"`.',
    );
  }
}

/** Some runtimes have none, whatever the types say. */
function hasEventSource(): boolean {
  return 'EventSource' in globalThis;
}

/** A page may name a path of its own origin. */
function addressOf(text: string | URL): URL {
  const base = (globalThis as { location?: { href: string } }).location?.href;
  if (!URL.canParse(String(text), base))
    throw new TypeError(`${JSON.stringify(String(text))} is no address.`);
  return new URL(text, base);
}

/** Tickets are given at the mount that a stream belongs to. */
function ticketsAt(url: URL, tickets: string | URL | undefined): URL {
  if (tickets !== undefined) return new URL(tickets, url);
  const at = new URL(url);
  at.search = '';
  at.pathname = `${url.pathname.replace(/(\/mcp)?\/(sse|mcp|ws)\/?$/, '')}/tickets`;
  return at;
}

function nothing(): void {}

function refuseAll(method: string): never {
  throw new RangeError(`This page does not answer ${method}.`);
}
