/**
 * Who is at the other end of a session, as far as it said so, and how much passed in it: to be shown, never to decide by.
 * Texts of strangers are cut; whoever shows them escapes them.
 */
import type { Message } from '../protocol/message.ts';
import type { EngineContext } from './context.ts';
import type { Client, SessionClosed, SessionOpened } from './ports-observer.ts';
import type { Session } from './session.ts';
import { wallTime } from './wall.ts';

/** Characters that are kept of what a client says of itself. */
const MOST_CHARACTERS = 200;

export interface WhoOpens {
  /** Where it comes from, as far as that can be told; empty or undefined where nobody can. */
  readonly address?: string | undefined;
  /** The header `Origin`: a page of that origin opens it. */
  readonly origin?: string | undefined;
  /** The header `User-Agent`. */
  readonly userAgent?: string | undefined;
}

export class SessionFacts {
  readonly address: string;
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  /** By the clock of the engine. */
  readonly since: number;
  /** When its client last sent something, by the clock of the engine. */
  lastSeen: number;
  /** What its `initialize` said of it; undefined until that was answered with a result. */
  client: Client | undefined;
  /** Requests of the client. */
  requests = 0;
  /** Messages of the client, requests among them, and their bytes. */
  messagesIn = 0;
  bytesIn = 0;
  /** Messages to the client: answers, and what its server said. */
  messagesOut = 0;
  readonly #context: EngineContext;

  constructor(who: WhoOpens, context: EngineContext) {
    this.address = who.address ?? '';
    this.origin = cutText(who.origin);
    this.userAgent = cutText(who.userAgent);
    this.#context = context;
    this.openedAt = wallTime(context.runtime);
    this.since = context.runtime.now();
    this.lastSeen = this.since;
  }

  /** When its client last sent something, in milliseconds since the epoch. */
  get lastSeenAt(): number {
    const { runtime } = this.#context;
    return wallTime(runtime) - (runtime.now() - this.lastSeen);
  }

  /** How long it has been open, in milliseconds. */
  get age(): number {
    return this.#context.runtime.now() - this.since;
  }

  /** It asks something. @returns when that came */
  asked(): number {
    this.requests += 1;
    return this.lastSeen;
  }

  /** The client sent a message. */
  received({ bytes, method, kind }: Message, now: number): void {
    this.lastSeen = now;
    this.messagesIn += 1;
    this.bytesIn += bytes.length;
    this.#context.observer.received?.(method, kind);
  }
}

export function openingOf(session: Session): SessionOpened {
  const { id, serverName, dialect, principal, payers, facts } = session;
  const { address, origin, userAgent } = facts;
  const who = { principal, project: payers.project, address, origin, userAgent };
  return { session: id, server: serverName, dialect: dialect.name, era: 'legacy', ...who };
}

export function closingOf(session: Session): Omit<SessionClosed, 'reason'> {
  const { id, serverName, dialect, payers, facts } = session;
  const { age: ms, requests, messagesIn, messagesOut, bytesIn } = facts;
  const where = { server: serverName, project: payers.project, dialect: dialect.name };
  return { session: id, ...where, ms, requests, messagesIn, messagesOut, bytesIn };
}

/** Its client has said who it is. Told once. */
export function tellClient(session: Session, { observer }: Pick<EngineContext, 'observer'>): void {
  const { id, serverName, payers, facts, line } = session;
  if (facts.client || !line.wasInitialized) return;
  facts.client = clientIn(line.memory.hello);
  const { client } = facts;
  const { version } = line;
  observer.clientKnown?.({ session: id, server: serverName, project: payers.project, client, version });
}

/** @param hello the JSON text of the params of an `initialize`; what names no client gives one without a name */
function clientIn(hello: string | undefined): Client {
  const { clientInfo } = objectIn(hello) as { clientInfo?: { name?: unknown; version?: unknown } | null };
  const { name, version } = clientInfo ?? {};
  return { name: textOf(name), version: textOf(version) };
}

function objectIn(json: string | undefined): object {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return (typeof value === 'string' && cutText(value)) || '';
}

/** Between words: of a secret that stands in it no part is left that nobody would know for one. */
function cutText(text: string | undefined): string | undefined {
  if (!text || text.length <= MOST_CHARACTERS) return text;
  const kept = text.slice(0, text.lastIndexOf(' ', MOST_CHARACTERS) + 1);
  // A part of a text keeps the whole of it alive, unless it is made anew.
  return `${decoder.decode(encoder.encode(kept))}…`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
