/**
 * Where messages are shown to a tap, while there is one: on the client's side of a session, on its side of a modern
 * request, and on the server's side of a conversation. All that belongs to one request is tied together by what the tap
 * called it.
 */
import { ANY_SIZE, ownNumber, readMessage, type Message, type Span } from '../protocol/message.ts';
import type { Asks } from './asks.ts';
import { joined } from './bytes.ts';
import { digits } from './digits.ts';
import type { Exchange } from './exchange.ts';
import type { Member } from './member.ts';
import type { ModernCall } from './modern/modern-call.ts';
import type { Bytes } from './ports.ts';
import type { Leg, Passing, Tap } from './ports-tap.ts';

/** The context of the engine, as far as it concerns a tap. */
export interface TapHome {
  readonly tap?: Tap | undefined;
}

/** A session, as far as it is shown. */
interface Shown {
  readonly id: string;
  readonly serverName: string;
}

/** The client's side of a session. */
export class ClientTaps {
  readonly #home: TapHome;
  readonly #session: Shown;
  /** What the tap called the message that came last: of use in the turn in which it came. */
  #latest = 0;

  constructor(session: Shown, home: TapHome) {
    this.#session = session;
    this.#home = home;
  }

  /** The client sent it. @param asks the questions it may answer */
  came(message: Message, asks: Asks): void {
    const { tap } = this.#home;
    if (!tap) return void (this.#latest = 0);
    const ask = isAnswer(message) ? asks.of(message) : undefined;
    const tie = ask ? { call: ask.seenAs, request: ask.toldAs, method: ask.method } : NO_TIE;
    this.#latest = tap.passed(whole('from-client', this.#names, message, tie));
  }

  /** The client's request is taken in. */
  began(exchange: Exchange): void {
    exchange.seenAs = this.#latest;
  }

  /** It is told the answer to a request. */
  answered(exchange: Exchange, data: Bytes, isError: boolean): void {
    const { tap } = this.#home;
    if (tap) tap.passed(answer(this.#names, exchange, exchange.clientId, data, isError, exchange.seenAs));
  }

  /** The same of one that was answered at once, and belongs to no exchange. */
  answeredAtOnce({ method, target, bytes, id }: Message, data: Bytes, isError: boolean): void {
    const { tap } = this.#home;
    if (!tap) return;
    const kind = isError ? 'error' : 'response';
    const call = this.#latest;
    const ids = { idIn: bytes, id, call, request: call };
    tap.passed({ leg: 'to-client', ...this.#names, kind, method, target, ...ids, bytes: data });
  }

  /** It is told something that is no answer. @param call what the tap called what that belongs to */
  told(data: Bytes, call = 0): number {
    const { tap } = this.#home;
    return tap ? tap.passed(parsed('to-client', this.#names, data, call)) : 0;
  }

  get #names() {
    return { session: this.#session.id, server: this.#session.serverName };
  }
}

/** A request of a modern client comes. */
export function modernCame(call: ModernCall, home: TapHome): void {
  call.home = home;
  if (home.tap) call.seenAs = home.tap.passed(whole('from-client', namesOf(call), call.message, NO_TIE));
}

/** It is answered. */
export function modernAnswered(call: ModernCall, data: Bytes, isError: boolean, tap: Tap): void {
  tap.passed(answer(namesOf(call), call.message, call.id, data, isError, call.seenAs));
}

/** It is told something before. */
export function modernTold(call: ModernCall, data: Bytes, tap: Tap): void {
  tap.passed(parsed('to-client', namesOf(call), data, call.seenAs));
}

/** A conversation with a server, as far as it is shown. */
interface Spoken {
  readonly serverName: string;
  readonly isShared: boolean;
  readonly members: ReadonlySet<Member>;
}

/** The server's side. */
export class ServerTaps {
  readonly #home: TapHome;
  readonly #upstream: Spoken;
  /** What the tap called the message that the server said last: of use in the turn in which it came. */
  latest = 0;

  constructor(upstream: Spoken, home: TapHome) {
    this.#upstream = upstream;
    this.#home = home;
  }

  /** A request of a client goes to the server. @param bytes as they are sent */
  sent(exchange: Exchange, { method, target }: Message, bytes: Uint8Array): void {
    const { tap } = this.#home;
    if (!tap) return;
    const idIn = digits(exchange.number);
    const names = this.#namesFor(exchange);
    const facts = { kind: 'request', method, target, idIn, id: wholeOf(idIn) } as const;
    const tie = { call: exchange.seenAs, request: 0 };
    exchange.sentAs = tap.passed({ leg: 'to-server', ...names, ...facts, ...tie, bytes });
  }

  /** Anything else goes to it. @param call what the tap called what it belongs to */
  said(bytes: Bytes, call = 0): number {
    const { tap } = this.#home;
    return tap ? tap.passed(parsed('to-server', this.#namesFor(), bytes, call)) : 0;
  }

  /**
   * The server says something.
   * @param inFlight what it may be about, by number @param related which of these that is, where the driver knows it
   */
  heard(
    message: Message,
    inFlight: ReadonlyMap<number, Exchange>,
    related: number | undefined,
    hello: Asked | undefined,
  ): void {
    const { tap } = this.#home;
    if (!tap) return void (this.latest = 0);
    const number = numberOf(message) ?? related ?? -1;
    const exchange = inFlight.get(number);
    const names = this.#namesFor(exchange);
    const tie = tieOf(message, exchange ?? (number === hello?.number ? hello : undefined));
    this.latest = tap.passed(whole('from-server', names, message, tie));
  }

  #namesFor(exchange?: Exchange) {
    const { serverName: server, isShared, members } = this.#upstream;
    const [member] = members;
    const session = exchange?.owner.id || (isShared ? '' : (member?.id ?? ''));
    return { session: session === MODERN ? '' : session, server };
  }
}

/** A request, and what a tap calls it: as its client sent it, and as it went on. */
export interface Asked {
  readonly number: number;
  readonly method: string;
  readonly seenAs: number;
  readonly sentAs: number;
}

function isAnswer({ kind }: Message): boolean {
  return kind === 'response' || kind === 'error';
}

/** Our number in an answer, or in progress. */
function numberOf(message: Message): number | undefined {
  if (isAnswer(message)) return ownNumber(message.bytes, message.id);
  return message.method === 'notifications/progress'
    ? ownNumber(message.bytes, message.progressToken)
    : undefined;
}

/** A question of the server belongs to itself. */
function tieOf(message: Message, asked: Asked | undefined): Tie {
  if (!asked || message.kind === 'request') return NO_TIE;
  const { seenAs, sentAs } = asked;
  // One of the gateway's own begins with what was sent.
  const call = seenAs === 0 ? sentAs : seenAs;
  return isAnswer(message) ? { call, request: sentAs, method: asked.method } : { call, request: 0 };
}

/** What modern ways are called where sessions have an id. */
const MODERN = 'modern';

interface Names {
  readonly session: string;
  readonly server: string;
}

interface Tie {
  readonly call: number;
  readonly request: number;
  /** Of an answer: what it answers. */
  readonly method?: string | undefined;
}

const NO_TIE: Tie = { call: 0, request: 0 };
const NOTHING: Span = { start: 0, end: 0 };

function namesOf({ facts }: ModernCall): Names {
  return { session: '', server: facts.mount.name };
}

function whole(leg: Leg, names: Names, message: Message, { call, request, method }: Tie): Passing {
  const { kind, bytes, id, target, gap } = message;
  const about = { method: method ?? message.method, target, idIn: bytes, id };
  return { leg, ...names, kind, ...about, call, request, bytes, gap };
}

/** @param of the request, as it was asked */
function answer(
  names: Names,
  { method }: { readonly method: string },
  idIn: Uint8Array,
  bytes: Bytes,
  isError: boolean,
  call: number,
): Passing {
  const kind = isError ? 'error' : 'response';
  const ids = { idIn, id: wholeOf(idIn), call, request: call };
  return { leg: 'to-client', ...names, kind, method, target: undefined, ...ids, bytes };
}

/** What is only bytes by now, and seldom. */
function parsed(leg: Leg, names: Names, data: Bytes, call: number): Passing {
  const bytes = joined(data);
  try {
    const message = readMessage(bytes, ANY_SIZE, 'envelope');
    return whole(leg, names, message, { call, request: isAnswer(message) ? call : 0 });
  } catch {
    // It was read or written here before; should it be neither, it is shown all the same.
    const nothing = { method: '', target: undefined, idIn: bytes, id: NOTHING, call, request: 0 };
    return { leg, ...names, kind: 'notification', ...nothing, bytes };
  }
}

function wholeOf(bytes: Uint8Array): Span {
  return { start: 0, end: bytes.length };
}
