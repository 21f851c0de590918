/**
 * A session's way to one server whose lists and reads may be answered from what was answered before.
 *
 * Guarantees: requests for the same thing, while it is asked for, are one request to the server; each caller still
 * gets exactly one answer with its own id; when that one request fails, only the caller on whose way it went is told,
 * and the next one asks by its own. Nobody shares what was asked for before a change that was announced, nor waits for
 * much longer than twice the time of one request.
 */
import { outcomeOf } from '../protocol/long.ts';
import { copySpan, type Message } from '../protocol/message.ts';
import { isWhole } from '../protocol/whole.ts';
import { cacheKeyOf, textOf, type CacheKey } from './cache-key.ts';
import type { EngineContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import { fail } from './faults.ts';
import type { LineOwner } from './line.ts';
import { resultParts } from './notice.ts';
import { isFailure, ClientsCall, type Failure } from './own-call.ts';
import type { UpstreamFault } from './ports.ts';
import type { ResultCache } from './result-cache.ts';
import type { Server } from './server.ts';
import { UpstreamLine } from './upstream-line.ts';

interface Caller {
  readonly line: CachedLine;
  readonly exchange: Exchange;
  readonly message: Message;
}

/** A request to the server and those who wait for its answer; the first of them leads. */
interface Flight {
  readonly key: CacheKey;
  readonly text: string;
  callers: Caller[];
  /** When the server was asked last. */
  since: number;
}

/** Requests in flight, by what they ask for; shared by all lines of a server. Bounded by the exchanges of sessions. */
export type Flights = Map<string, Flight>;

export class CachedLine extends UpstreamLine {
  readonly #cache: ResultCache;
  readonly #flights: Flights;
  /** Those of which the first caller is of this way. */
  readonly #led = new Set<Flight>();
  readonly #context: EngineContext;
  readonly #principal: string;

  constructor(
    owner: LineOwner,
    server: Server,
    version: string,
    context: EngineContext,
    cache: { results: ResultCache; flights: Flights },
  ) {
    super(owner, server, version, context);
    this.#cache = cache.results;
    this.#flights = cache.flights;
    this.#context = context;
    this.#principal = owner.principal;
  }

  override call(exchange: Exchange, message: Message, now: number): void {
    const key = cacheKeyOf(message, this.version);
    if (!key || this.#cache.isOff(key)) return super.call(exchange, message, now);
    const kept = this.#cache.find(key, this.#principal, now);
    if (kept) return exchange.answerWith(resultParts(exchange.clientId, kept));
    // What was asked for before a change is not for those who may know of it.
    const text = `${this.#cache.generation}\n${textOf(key, this.#cache.scopeOf(this.#principal))}`;
    const caller = { line: this, exchange, message };
    const flight = this.#flights.get(text);
    if (flight) return void flight.callers.push(caller);
    const fresh = { key, text, callers: [caller], since: now };
    this.#flights.set(text, fresh);
    this.#lead(fresh, caller);
  }

  override close(fault?: UpstreamFault): void {
    const led = [...this.#led];
    this.#led.clear();
    const left = [...this.#flights.values()].flatMap((flight) => this.#leave(flight));
    super.close(fault);
    for (const { exchange } of left) if (fault) fail(exchange, fault);
    for (const flight of led) this.#leadNext(flight);
  }

  /** Those of this way, who wait no longer with the others. */
  #leave(flight: Flight): Caller[] {
    const left = flight.callers.filter(({ line }) => line === this);
    if (left.length > 0) flight.callers = flight.callers.filter(({ line }) => line !== this);
    return left;
  }

  /** Asks the server, on the way of the first caller. */
  #lead(flight: Flight, { message }: Caller): void {
    const now = this.#context.runtime.now();
    const params = message.params.end === 0 ? '{}' : decoder.decode(copySpan(message.bytes, message.params));
    const { generation } = this.#cache;
    flight.since = now;
    this.#led.add(flight);
    const lead = new Lead(flight.key.method, params, now, (answer) => {
      // It was passed on meanwhile.
      if (!this.#led.delete(flight)) return;
      if (isFailure(answer)) return this.#failed(flight, answer);
      this.#flights.delete(flight.text);
      if (answer.kind === 'response') this.#keep(flight.key, answer, generation);
      for (const { exchange } of flight.callers) exchange.answer(answer);
    });
    super.call(lead, lead.message, now);
  }

  #keep(key: CacheKey, answer: Message, generation: number): void {
    if (!isWhole(answer)) return;
    const now = this.#context.runtime.now();
    this.#cache.keep(key, this.#principal, outcomeOf(answer), now, generation, answer.hints);
  }

  #failed(flight: Flight, { word, message, data }: Failure): void {
    // Who waited for as long is told, too: a server that hangs would hold them up one after the other.
    const isLate = ({ exchange }: Caller) => word === 'timed_out' && exchange.startedAt <= flight.since;
    const told = flight.callers.filter((caller, at) => at === 0 || isLate(caller));
    flight.callers = flight.callers.filter((caller) => !told.includes(caller));
    this.#leadNext(flight);
    for (const { exchange } of told) exchange.fail(word, message, data);
  }

  /** The next who still waits asks by its own way. */
  #leadNext(flight: Flight): void {
    flight.callers = flight.callers.filter(({ exchange }) => !exchange.isOver);
    const [next] = flight.callers;
    if (next) next.line.#lead(flight, next);
    else this.#flights.delete(flight.text);
  }
}

/** The one request, which is sent once more as that of its first caller would be. */
class Lead extends ClientsCall {
  override lost(fault: UpstreamFault, isUnsent: boolean): void {
    if (isUnsent) this.sends -= 1;
    if (!this.repeater?.repeats(this, fault, isUnsent)) super.lost(fault, isUnsent);
  }
}

const decoder = new TextDecoder();
