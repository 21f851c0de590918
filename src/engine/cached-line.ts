/**
 * A session's way to one server whose lists and reads may be answered from what was answered before.
 *
 * Guarantees: requests for the same thing, while it is asked for, are one request to the server; each caller still
 * gets exactly one answer with its own id; when that one request fails, only the caller on whose way it went is told,
 * and the next one asks by its own.
 */
import { outcomeOf } from '../protocol/long.ts';
import { copySpan, type Message } from '../protocol/message.ts';
import { isWhole } from '../protocol/whole.ts';
import { cacheKeyOf, textOf, type CacheKey } from './cache-key.ts';
import type { EngineContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import type { LineOwner } from './line.ts';
import { resultParts } from './notice.ts';
import { isFailure, OwnCall, type Failure } from './own-call.ts';
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
}

/** Requests in flight, by what they ask for; shared by all lines of a server. Bounded by the exchanges of sessions. */
export type Flights = Map<string, Flight>;

export class CachedLine extends UpstreamLine {
  readonly #cache: ResultCache;
  readonly #flights: Flights;
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
    const text = textOf(key, this.#cache.scopeOf(this.#principal));
    const caller = { line: this, exchange, message };
    const flight = this.#flights.get(text);
    if (flight) return void flight.callers.push(caller);
    const fresh = { key, text, callers: [caller] };
    this.#flights.set(text, fresh);
    this.#lead(fresh, caller);
  }

  override close(fault?: UpstreamFault): void {
    super.close(fault);
    // What waited on this way only is told to nobody by its end.
    for (const flight of [...this.#flights.values()])
      if (flight.callers[0]?.line === this) this.#passOn(flight);
  }

  /** Asks the server, on the way of the first caller. */
  #lead(flight: Flight, { message }: Caller): void {
    const { runtime } = this.#context;
    const params = message.params.end === 0 ? '{}' : decoder.decode(copySpan(message.bytes, message.params));
    const { generation } = this.#cache;
    const own = new OwnCall(flight.key.method, params, runtime.now(), (answer) => {
      // It was passed on meanwhile.
      if (flight.callers[0]?.line !== this) return;
      if (isFailure(answer)) return this.#failed(flight, answer);
      this.#flights.delete(flight.text);
      if (answer.kind === 'response') this.#keep(flight.key, answer, generation);
      for (const { exchange } of flight.callers) exchange.answer(answer);
    });
    super.call(own, own.message, runtime.now());
  }

  #keep(key: CacheKey, answer: Message, generation: number): void {
    if (!isWhole(answer)) return;
    this.#cache.keep(key, this.#principal, outcomeOf(answer), this.#context.runtime.now(), generation);
  }

  #failed(flight: Flight, { word, message }: Failure): void {
    const [first] = flight.callers;
    this.#passOn(flight);
    first?.exchange.fail(word, message);
  }

  /** The next who still waits asks by its own way. */
  #passOn(flight: Flight): void {
    flight.callers = flight.callers.slice(1).filter(({ exchange }) => !exchange.isOver);
    const [next] = flight.callers;
    if (next) next.line.#lead(flight, next);
    else this.#flights.delete(flight.text);
  }
}

const decoder = new TextDecoder();
