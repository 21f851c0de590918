/** What the engine tells, as lines of the log. */
import type { Asker, Observer } from './engine/ports-observer.ts';
import type { Logger } from './log.ts';
import type { LogView } from './log-ring.ts';
import { hintFor } from './engine/hints.ts';
import { PerSecond } from './upstreams/reports.ts';

/** A peer that is refused without end must not fill the log. */
const REFUSALS_PER_SECOND = 50;
/** Texts from elsewhere are cut once more where secrets were looked for; before that, so that looking takes no time. */
const MOST_CHARACTERS = 65_536;
/** Bytes of the id of a request: one that is longer is not shown, as a part of it would help nobody. */
const MOST_OF_ID = 200;
/** Outcomes of exchanges that are the normal run of things. */
const NORMAL = new Set(['ok', 'result', 'cancelled']);

const decoder = new TextDecoder();

export interface ObserveOptions {
  /** A clock in milliseconds. */
  readonly now?: () => number;
  /** The log itself, where it can tell how it is: lines that are lost are told on `/health`. */
  readonly view?: Pick<LogView, 'lost' | 'troubles'>;
}

/**
 * Turns events of the engine into one line each: what happened, where, the first 8 characters of the session, and why. The
 * first line of a session says who opened it, the last why it ended. Of a request that ended well, or was called off, there is
 * a line at the level `debug`, of any other one at `info`. Refusals beyond 50 a second are counted and told as a number.
 */
export function observe(logger: Logger, options: ObserveOptions = {}): Observer {
  const { now = () => performance.now(), view } = options;
  const refusals = new PerSecond(REFUSALS_PER_SECOND, now);
  return {
    sessionOpened({ session, server, project, address, origin, userAgent, ...facts }) {
      const { dialect, era, principal } = facts;
      const who = { dialect, era, principal, address: told(address), origin, userAgent };
      logger.info({ server, project, session: brief(session), ...who }, 'session opened');
    },
    clientKnown({ session, server, project, client, version }) {
      const line = { server, project, session: brief(session), client: told(client.name) };
      logger.info({ ...line, clientVersion: told(client.version), version }, 'client known');
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
    exchangeEnded({ session, server, project, method, id, era, outcome, ms, who }) {
      const level = NORMAL.has(outcome) ? 'debug' : 'info';
      if (!logger.isLevelEnabled(level)) return;
      const place = { server, project, session: told(brief(session)), exchange: idOf(id) };
      const line = { ...place, method: cut(method), outcome, ms: Math.round(ms) };
      logger[level](era === 'modern' ? { ...line, era, ...asker(who) } : line, 'request ended');
    },
    linkOpened({ server, ms }) {
      logger.info({ server, ms: Math.round(ms) }, 'server started');
    },
    linkClosed({ server, code, message }) {
      const line = { server, code, reason: cut(message) };
      if (code === 'closed') logger.debug(line, 'server stopped');
      else logger.warn({ ...line, hint: hintFor(code) }, 'server lost');
    },
    refused({ where, code, message, server, session, exchange, address }) {
      if (!refusals.allow()) return;
      const untold = refusals.takeDenied();
      if (untold > 0) logger.warn({ count: untold }, 'more was refused than is logged');
      const line = { where, code, reason: cut(message), server, session: session && brief(session) };
      // What is refused to clients is told them with a hint of their own.
      const hint = where === 'upstream' ? hintFor(code) : undefined;
      logger.info({ ...line, exchange: exchange && idOf(exchange), address: told(address), hint }, 'refused');
    },
    degraded({ code, message }) {
      logger.warn({ code, reason: cut(message), hint: hintFor(code) }, 'degraded');
    },
    recovered({ code, ms }) {
      logger.info({ code, ms: Math.round(ms) }, 'well again');
    },
    operated({ operator, address, action, target, outcome }) {
      const line = { operator, address: told(address), action, target: cut(target), outcome };
      logger.info(line, 'an operator changed something');
    },
    ...(view && {
      health: () => (view.lost > 0 ? { log: { lost: view.lost } } : {}),
      troubles: () => view.troubles,
    }),
    serverLog({ server, line }) {
      logger.info({ server, line: cut(line) }, 'server says');
    },
  };
}

/** Enough to tell sessions apart, too little to take one over. */
function brief(session: string): string {
  return session.slice(0, 8);
}

/** Missing where it says nothing. */
function told(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text;
}

/** As JSON text, as its client has it in its own log. */
function idOf(id: Uint8Array): string {
  return id.length > MOST_OF_ID ? '…' : decoder.decode(id);
}

function asker(who: Asker | undefined) {
  if (!who) return {};
  const { principal, hasHeaders, address, origin, userAgent } = who;
  const dialect = hasHeaders ? 'streamable' : 'stdio';
  const from = {
    address: told(address),
    origin: origin && cut(origin),
    userAgent: userAgent && cut(userAgent),
  };
  return { dialect, principal, ...from };
}
