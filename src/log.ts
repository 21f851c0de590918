/**
 * The log: one line an event, without secrets, JSON or plain text.
 *
 * Two nets catch secrets: members with a telling name are masked by pino at any depth it is told of, and every
 * finished line is searched for the texts that the configuration declared secret and for what looks like a
 * credential. Where the lines go is handed in.
 */
import { type Logger as PinoLogger, pino } from 'pino';
import { MASK, maskCredentials, scrub } from './config/secrets.ts';
import type { LogLevel } from './config/types.ts';
import type { Observer } from './engine/ports-observer.ts';
import { ERRORS } from './protocol/errors.ts';
import { PerSecond } from './upstreams/reports.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  /** Takes one finished line, its line break included. */
  readonly sink: (line: string) => void;
  /** Texts to hide wherever they turn up; asked for each line, so that a reload can change them. */
  readonly secrets?: () => readonly string[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Members whose values are never shown. Header names are lower-case as Node gives them, or as people write them. */
const TELLING = [
  ...[
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Cookie',
    'set-cookie',
    'Set-Cookie',
  ],
  ...['x-api-key', 'X-API-Key', 'apiKey', 'apiKeys', 'api_key', 'key', 'token', 'tokens', 'accessToken'],
  ...['access_token', 'refreshToken', 'refresh_token', 'idToken', 'id_token', 'secret', 'clientSecret'],
  ...['client_secret', 'password', 'passphrase', 'credential', 'credentials'],
];

/** pino looks for a member at fixed depths: the object itself and five levels into it. */
const DEPTHS = 6;

export function createLogger(options: LoggerOptions): Logger {
  const { level, format, sink, secrets = () => [], now = Date.now } = options;
  const write = (line: string) => {
    const clean = cleaned(parsed(line), secrets()) as Record<string, unknown>;
    sink(format === 'json' ? `${JSON.stringify(clean)}\n` : `${textLine(clean)}\n`);
  };
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths(), censor: MASK },
    },
    { write },
  );
}

function redactedPaths(): string[] {
  return TELLING.flatMap((name) => {
    const member = /^\w+$/.test(name) ? name : `["${name}"]`;
    return Array.from({ length: DEPTHS }, (_, depth) => {
      const above = Array.from({ length: depth }, () => '*').join('.');
      if (above === '') return member;
      return member.startsWith('[') ? `${above}${member}` : `${above}.${member}`;
    });
  });
}

/** What pino wrote is JSON; should it ever not be, the line is told as it stands, and logging goes on. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return { level: 'error', msg: line.trimEnd() };
  }
}

/** Every text within, without secrets. They are looked for in the texts themselves: never in their written form. */
function cleaned(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return maskCredentials(scrub(value, secrets));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => cleaned(element, secrets));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cleaned(member, secrets)]));
}

/** `12:03:04.123 warn  message server=files reason="too slow"`, control characters escaped. */
function textLine(line: Record<string, unknown>): string {
  const { time, level, msg, ...rest } = line;
  const clock = String(time).slice(11, 23);
  const members = Object.entries(rest).map(([name, value]) => `${name}=${textValue(value)}`);
  const parts = [clock, String(level).padEnd(5), String(msg ?? ''), ...members];
  return escapeControls(parts.filter((part) => part !== '').join(' '));
}

function textValue(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** So that what a server writes can neither forge a line of the log nor steer the terminal. */
function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

// ------------------------------------------------------------------------------------------ what happened

/** Characters of one text from elsewhere. */
const LINE_CHARACTERS = 4_096;
/** A peer that is refused without end must not fill the log. */
const REFUSALS_PER_SECOND = 50;
/** What to do about faults of servers whose sentence does not say it; callers get it beside the sentence. */
const HINTS: ReadonlyMap<string, string> = new Map([['start-timeout', ERRORS.upstream_start_timeout.hint]]);
/** Outcomes of exchanges that are the normal run of things. */
const NORMAL = new Set(['ok', 'result', 'cancelled']);

/**
 * Turns events of the engine into one line each: what happened, the server, the first 8 characters of the
 * session, and why. Refusals beyond 50 a second are counted and told as a number.
 */
export function observe(logger: Logger, now: () => number = () => performance.now()): Observer {
  const refusals = new PerSecond(REFUSALS_PER_SECOND, now);
  return {
    sessionOpened({ session, server, project, address, origin, userAgent, ...facts }) {
      const { dialect, era, principal } = facts;
      const who = { dialect, era, principal, address: address || undefined, origin, userAgent };
      logger.info({ server, project, session: brief(session), ...who }, 'session opened');
    },
    clientKnown({ session, server, project, client, version }) {
      const line = { server, project, session: brief(session), client: client.name || undefined };
      logger.info({ ...line, clientVersion: client.version || undefined, version }, 'client known');
    },
    sessionClosed({ session, server, project, reason, ms, ...facts }) {
      const { requests, messagesIn, messagesOut, bytesIn } = facts;
      const line = { server, project, session: brief(session), reason, ms: Math.round(ms) };
      logger.info({ ...line, requests, messagesIn, messagesOut, bytesIn }, 'session closed');
    },
    streamOpened({ session, server, dialect, resumed }) {
      logger.debug({ server, session: brief(session), dialect, resumed }, 'stream opened');
    },
    streamClosed({ session, server, reason }) {
      logger.debug({ server, session: brief(session), reason }, 'stream closed');
    },
    exchangeEnded({ session, server, method, outcome, ms }) {
      const level = NORMAL.has(outcome) ? 'debug' : 'info';
      if (!logger.isLevelEnabled(level)) return;
      const line = { server, session: brief(session), method: cut(method), outcome, ms: Math.round(ms) };
      logger[level](line, 'request ended');
    },
    linkOpened({ server, ms }) {
      logger.info({ server, ms: Math.round(ms) }, 'server started');
    },
    linkClosed({ server, code, message }) {
      const line = { server, code, reason: cut(message) };
      if (code === 'closed') logger.debug(line, 'server stopped');
      else logger.warn(line, 'server lost');
    },
    refused({ where, code, message, server, session }) {
      if (!refusals.allow()) return;
      const untold = refusals.takeDenied();
      if (untold > 0) logger.warn({ count: untold }, 'more was refused than is logged');
      const line = { where, code, reason: cut(message), server, session: session && brief(session) };
      logger.info({ ...line, hint: HINTS.get(code) }, 'refused');
    },
    degraded({ code, message }) {
      logger.warn({ code, reason: cut(message) }, 'degraded');
    },
    recovered({ code, ms }) {
      logger.info({ code, ms: Math.round(ms) }, 'well again');
    },
    operated({ operator, address, action, target, outcome }) {
      logger.info(
        { operator, address, action, target: cut(target), outcome },
        'an operator changed something',
      );
    },
    serverLog({ server, line }) {
      logger.info({ server, line: cut(line) }, 'server says');
    },
  };
}

/** Enough to tell sessions apart, too little to take one over. */
function brief(session: string): string {
  return session.slice(0, 8);
}

function cut(text: string): string {
  return text.length > LINE_CHARACTERS ? `${text.slice(0, LINE_CHARACTERS)}…` : text;
}
