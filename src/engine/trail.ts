/**
 * What is told of one request of a client once it is over: gathered on its way, and only where somebody wants to know.
 *
 * Guarantees: told once, whatever becomes of the request; nothing of the request but its arguments is kept, and of those
 * only what the observer makes of them.
 */
import { memberAt } from '../protocol/cuts.ts';
import { MODERN_VERSION } from '../protocol/era.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import { tellingName, toldMember } from '../protocol/told-member.ts';
import { codeOf } from './error-code.ts';
import type { Sink } from './exchange.ts';
import type { ModernCall } from './modern/modern-call.ts';
import type { Bytes, Dialect, Runtime } from './ports.ts';
import type { CallEnded, Observer } from './ports-observer.ts';

/** Who asks, and where. */
interface TrailOf {
  readonly principal: string;
  readonly project: string | undefined;
  readonly server: string;
  /** Empty for requests that belong to none. */
  readonly session: string;
  readonly dialect: string;
  readonly era: CallEnded['era'];
  readonly version: string;
}

/** The context of the engine, as far as it concerns a trail. */
interface TrailHome {
  readonly runtime: Runtime;
  readonly observer: Observer;
}

export class Trail implements CallEnded {
  readonly principal: string;
  readonly project: string | undefined;
  server: string;
  readonly session: string;
  readonly address: string;
  readonly dialect: string;
  readonly era: CallEnded['era'];
  version: string;
  readonly method: string;
  target: string | undefined;
  readonly arguments: string | undefined;
  readonly bytesIn: number;
  bytesOut = 0;
  outcome = '';
  code: number | undefined;
  tie: string | undefined;
  ms = 0;
  upstreamMs: number | undefined;
  readonly #home: TrailHome;
  readonly #startedAt: number;
  #sentAt = 0;
  #isTold = false;

  constructor(of: TrailOf, message: Message, address: string, home: TrailHome) {
    this.principal = of.principal;
    this.project = of.project;
    this.server = of.server;
    this.session = of.session;
    this.dialect = of.dialect;
    this.era = of.era;
    this.version = of.version;
    this.address = address;
    this.method = message.method;
    this.target = message.target;
    this.bytesIn = message.bytes.length;
    this.#home = home;
    this.#startedAt = home.runtime.now();
    this.arguments = argumentsOf(message, home.observer);
  }

  /** Under the names that are known there: those that callers know may be others. */
  sentTo(server: string, target: string | undefined, now: number): void {
    this.server = server;
    this.target = target;
    this.#sentAt = now;
  }

  /** The server's last word. */
  answered(message: Message): void {
    this.bytesOut = message.bytes.length + gapOf(message);
    if (message.kind === 'error') {
      this.outcome = 'error';
      this.code = codeOf(message);
    } else this.outcome = this.#outcomeIn(message);
  }

  /** It was answered here, with a result. */
  answeredWith(data: Bytes): void {
    this.bytesOut = sizeOf(data);
  }

  /** It is told what an earlier one was: the server knows nothing of it. */
  repeats(): void {
    this.outcome = 'repeated';
  }

  /** It ends with questions to its client. @param id of what waits @returns what ties its rounds together */
  asked(id: string): string {
    this.outcome = ASKED;
    this.tie ??= id.slice(0, TIE_LENGTH);
    return this.tie;
  }

  /** Over. What the server said last says more than that it said something. */
  ended(outcome: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    if (this.outcome === '' || !SAID.has(outcome)) this.outcome = outcome;
    if (Object.hasOwn(ERRORS, this.outcome)) this.code = ERRORS[this.outcome as keyof typeof ERRORS].code;
    const now = this.#home.runtime.now();
    this.ms = now - this.#startedAt;
    if (this.#sentAt > 0) this.upstreamMs = now - this.#sentAt;
    this.#home.observer.callEnded?.(this);
  }

  #outcomeIn({ bytes, outcome }: Message): string {
    if (this.method === 'tools/call') {
      const { start, end } = toldMember(bytes, outcome, IS_ERROR);
      if (end - start === TRUE_LENGTH) return 'tool_error';
    }
    if (this.era === 'modern' && ASKS.has(this.method)) {
      const { start, end } = toldMember(bytes, outcome, RESULT_TYPE);
      if (end - start === INPUT_REQUIRED_LENGTH) return ASKED;
    }
    return 'ok';
  }
}

/** The outcome of a round that ends with questions to the client. */
const ASKED = 'asked';
/** Enough to tell calls apart, and too little of an id to be one. */
const TIE_LENGTH = 10;

/** A session, as far as a trail concerns it. */
interface Conversation {
  readonly principal: string;
  readonly payers: { readonly project: string | undefined };
  readonly serverName: string;
  readonly id: string;
  readonly dialect: Dialect;
  readonly isStateless: boolean;
  readonly facts: { readonly address: string };
  readonly version: string;
}

/** Of a request in legacy words; undefined where nobody wants to know. */
export function trailIn(
  session: Conversation,
  message: Message,
  sink: Sink,
  home: TrailHome,
): Trail | undefined {
  if (!home.observer.callEnded) return undefined;
  const { principal, payers, serverName: server, id, dialect, isStateless } = session;
  // One that many share came from nowhere in particular.
  const address = sink.address ?? (isStateless ? '' : session.facts.address);
  const { version } = session;
  const of = { principal, project: payers.project, server, session: id, dialect: dialect.name, version };
  return new Trail({ ...of, era: 'legacy' }, message, address, home);
}

/** Of a request in modern words; undefined where nobody wants to know. */
export function trailOf({ facts, message }: ModernCall, home: TrailHome): Trail | undefined {
  if (!home.observer.callEnded) return undefined;
  const { principal, payers, mount, hasHeaders = false, address = '' } = facts;
  const dialect = hasHeaders ? 'streamable' : 'stdio';
  const version = MODERN_VERSION;
  const of = { principal, project: payers?.project, server: mount.name, session: '', dialect, version };
  return new Trail({ ...of, era: 'modern' }, message, address, home);
}

const SAID: ReadonlySet<string> = new Set(['ok', 'error']);
const ASKS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
const IS_ERROR = tellingName('isError', 'E');
const RESULT_TYPE = tellingName('resultType', 'T');
const TRUE_LENGTH = 'true'.length;
const INPUT_REQUIRED_LENGTH = '"input_required"'.length;

/** The member of `params` that holds what a caller chose, by method; others have their say in what they are about. */
const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'arguments'],
  ['prompts/get', 'arguments'],
  ['completion/complete', 'argument'],
]);

function argumentsOf({ method, bytes, params }: Message, observer: Observer): string | undefined {
  const name = observer.keepArguments && ARGUMENTS.get(method);
  if (name === undefined || params.end === 0) return undefined;
  const { start, end } = memberAt(bytes, params, name);
  return end === 0 ? undefined : observer.keepArguments?.(bytes.subarray(start, end));
}

function gapOf({ gap }: Message): number {
  let size = 0;
  for (const piece of gap?.pieces ?? []) size += piece.length;
  return size;
}

function sizeOf(data: Bytes): number {
  if (data instanceof Uint8Array) return data.length;
  let size = 0;
  for (const piece of data) size += piece.length;
  return size;
}
