/** The ways of modern requests to modern servers, by server and caller. Closed when nobody used them for a while. */
import type { EngineContext } from '../context.ts';
import { Deadlines } from '../deadlines.ts';
import { callerKey, forwardedTo } from '../forwarded.ts';
import type { Server } from '../server.ts';
import type { ModernCall } from './modern-call.ts';
import { NativeWay } from './native-way.ts';

/**
 * So many of one caller are kept that nobody uses: it may have one for each value of a header that is passed on. When
 * there are more, the one that rests longest is closed.
 */
const MOST_IDLE = 100;

/** Bounded by the calls in flight, and by how many callers come within the idle time. */
export class Natives {
  readonly #context: EngineContext;
  readonly #ways = new Map<Server, Map<string, NativeWay>>();
  readonly #idle: Deadlines<NativeWay>;
  /** The same, by principal. */
  readonly #resting = new Map<string, Set<NativeWay>>();
  readonly #misread: (call: ModernCall) => void;

  /** @param misread its server does not understand modern words any more: the call was not carried out */
  constructor(context: EngineContext, misread: (call: ModernCall) => void) {
    this.#context = context;
    this.#misread = misread;
    const { runtime, settings } = context;
    this.#idle = new Deadlines(runtime, settings.statelessIdleMs, (way) => this.#drop(way));
  }

  take(call: ModernCall, server: Server): void {
    this.way(call, server).take(call);
  }

  /** The way of a caller; opened when there is none. Its link is opened with the first call. */
  way({ facts }: ModernCall, server: Server): NativeWay {
    const forwarded = forwardedTo(server.forwardHeaders, facts.forwarded);
    const principal = server.sharing === 'shared' ? '' : facts.principal;
    const key = callerKey(principal, forwarded);
    const ways = this.#ways.get(server) ?? new Map<string, NativeWay>();
    this.#ways.set(server, ways);
    const known = ways.get(key);
    if (known) {
      this.#wake(known);
      return known;
    }
    const onIdle = (way: NativeWay): void => this.#rest(way);
    const { principal: own } = facts;
    const options = { server, key, principal: own, forwarded, onIdle, misread: this.#misread };
    const way = new NativeWay(options, this.#context);
    ways.set(key, way);
    return way;
  }

  /** Ends the ways to a server that is taken out. */
  closeAt(server: Server): void {
    for (const way of this.#ways.get(server)?.values() ?? []) this.#end(way);
    this.#ways.delete(server);
  }

  close(): void {
    for (const server of [...this.#ways.keys()]) this.closeAt(server);
    this.#idle.clear();
  }

  #drop(way: NativeWay): void {
    if (way.inFlight > 0) return;
    const ways = this.#ways.get(way.server);
    ways?.delete(way.key);
    if (ways?.size === 0) this.#ways.delete(way.server);
    this.#end(way);
  }

  #end(way: NativeWay): void {
    way.close();
    this.#wake(way);
  }

  #rest(way: NativeWay): void {
    this.#idle.add(way);
    const resting = this.#resting.get(way.principal) ?? new Set();
    this.#resting.set(way.principal, resting);
    resting.add(way);
    const [longest] = resting;
    if (longest && resting.size > MOST_IDLE) this.#drop(longest);
  }

  #wake(way: NativeWay): void {
    this.#idle.remove(way);
    const resting = this.#resting.get(way.principal);
    resting?.delete(way);
    if (resting?.size === 0) this.#resting.delete(way.principal);
  }
}
