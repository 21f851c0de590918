/**
 * Where modern requests are taken in, whatever carried them: each goes to its server in its own words where the server
 * understands them, else over the bridge.
 *
 * Guarantees: a call is answered exactly once, or not at all once its client went away; calls in flight are bounded in
 * number and in bytes, in all and of one principal.
 */
import type { ErrorWord } from '../../protocol/errors.ts';
import { type Message, splice } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import type { Payers } from '../account.ts';
import { wordOf } from '../faults.ts';
import type { Mount } from '../line.ts';
import { OVERLOADED, outOfService, overdrawn, type Refusal } from '../overdrawn.ts';
import { UpstreamError, type UpstreamFault } from '../ports.ts';
import { oneCallMore } from '../room.ts';
import type { Backplane } from '../ports-backplane.ts';
import type { Server } from '../server.ts';
import { countsOnce, Once } from '../once/once.ts';
import { LISTEN, Listens } from './listens.ts';
import type { ListenSource } from './listener.ts';
import { modernCame } from '../taps.ts';
import { spanOf } from '../spans.ts';
import { trailOf } from '../trail.ts';
import type { CallFacts, ModernCall } from './modern-call.ts';
import { codeOf } from '../error-code.ts';
import { Natives } from './natives.ts';
import { ToolHeaders } from './tool-headers.ts';

/** What only legacy conversations have. */
const GONE: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
]);

/** Serves calls at mounts that do not understand modern words. */
export interface Bridge {
  /** Whether it may be the next round of a call that was asked something here. */
  awaits(message: Message): boolean;
  take(call: ModernCall): void;
  /** Who hears what a call listens for; undefined where nobody can. */
  listensFor?(call: ModernCall): ListenSource | undefined;
  /** Ends what is open at a mount that is taken out. */
  closeAt(mount: Mount): void;
  /** Ends what belongs to those who may not use it any more. */
  closeUnless(allows: (principal: string, mount: Mount) => boolean): void;
  close(): void;
}

export class Desk {
  readonly natives: Natives;
  readonly #listens: Listens;
  readonly #context: EngineContext;
  readonly #bridge: Bridge;
  readonly #toolHeaders: ToolHeaders;
  readonly #once: Once;
  readonly #calls = new Set<ModernCall>();
  #isDraining = false;
  #isClosed = false;

  constructor(context: EngineContext, bridge: Bridge, backplane: Backplane) {
    this.#context = context;
    this.#bridge = bridge;
    this.natives = new Natives(context, (call) => this.#serve(call));
    this.#listens = new Listens(context);
    this.#toolHeaders = new ToolHeaders(context, (call) => this.#serve(call));
    this.#once = new Once(context, backplane, (call) => this.#serve(call));
  }

  /** Calls that are not answered yet. */
  get inFlight(): number {
    return this.#calls.size + this.#once.inFlight;
  }

  /** Where calls are in flight. */
  get mounts(): Mount[] {
    return [...[...this.#calls].map(({ facts }) => facts.mount), ...this.#once.mounts];
  }

  take(call: ModernCall): void {
    call.trail = trailOf(call, this.#context);
    modernCame(call, this.#context);
    call.span = spanOf(call, this.#context.tracer);
    this.#context.observer.received?.(call.message.method, 'request');
    const payers = this.#payersOf(call);
    const refusal = this.#refusal(call, payers);
    if (refusal) return call.fail(refusal.word, refusal.message, refusal.data);
    this.#count(call, payers);
    const { method } = call.message;
    if (GONE.has(method)) return call.fail('method_not_found', `There is no "${method}" in 2026-07-28.`);
    if (call.facts.idempotencyKey !== undefined && countsOnce(method)) this.#once.take(call);
    else this.#serve(call);
  }

  /** Takes no more calls, and ends those that would never end by themselves. */
  drain(): void {
    this.#isDraining = true;
    this.#listens.end({ word: 'draining', message: 'The gateway is shutting down.' });
  }

  /** Ends what is open at a mount that is taken out. */
  closeAt(gone: Mount): void {
    const why = { word: 'unknown_server', message: 'There is no such server here.' } as const;
    this.#listens.end(why, (_principal, mount) => mount === gone);
    this.#endWhere((facts) => facts.mount === gone, 'session_closed', 'The server was taken out.');
    this.#bridge.closeAt(gone);
  }

  /** Ends what is open for those who may not call any more. */
  closeUnless(allows: (principal: string, mount: Mount) => boolean): void {
    const why = { word: 'unauthorized', message: 'The key is not good any more.' } as const;
    this.#listens.end(why, (principal, mount) => !allows(principal, mount));
    this.#endWhere(({ principal, mount }) => !allows(principal, mount), why.word, why.message);
    this.#bridge.closeUnless(allows);
  }

  /** Ends a call whose caller has run out of proof. */
  expire(call: ModernCall): void {
    const why = { word: 'unauthorized', message: 'The token or key has run out.' } as const;
    this.#listens.endOf(call, why);
    if (!call.isOver) call.callOff(why.word, why.message);
  }

  /** Ends a call that listens, for its client to listen again. */
  rotate(call: ModernCall): void {
    this.#listens.endOf(call, { word: 'timed_out', message: 'This was open for as long as it may be.' });
  }

  close(): void {
    this.drain();
    this.#isClosed = true;
    this.natives.close();
    this.#bridge.close();
    this.#once.close();
  }

  /** By the way of its mount, for calls of the gateway's own as well. */
  #serve(call: ModernCall): void {
    const server = call.facts.mount.whole;
    const isModern = server ? server.eras.isModern(call.facts) : false;
    if (server && isModern === undefined) this.#find(call, server);
    else this.#send(call, isModern === true ? server : undefined);
  }

  /** @param server it understands modern words; undefined: over the bridge */
  #send(call: ModernCall, server: Server | undefined): void {
    // It may have run: it is not sent again to who understood it.
    if (server && call.met) return told(call, call.met);
    if (call.message.method !== 'tools/call') return this.#handOver(call, server);
    const { hasHeaders = false } = call.facts;
    const takesHeaders = server?.driver.takesHeaders === true;
    if (hasHeaders === takesHeaders) return this.#handOver(call, server);
    const pass = (): void => this.#handOver(call, server);
    if (hasHeaders) this.#toolHeaders.compare(call, pass);
    else this.#toolHeaders.stamp(call, pass);
  }

  #handOver(call: ModernCall, server: Server | undefined): void {
    if (this.#isClosed) call.fail('draining', 'The gateway is shutting down.');
    else if (call.message.method === LISTEN) this.#listen(call, server);
    else if (server) this.natives.take(call, server);
    else this.#bridge.take(call);
  }

  /** Which words its server understands has to be found out first. */
  #find(call: ModernCall, server: Server): void {
    // What is called off meanwhile is not kept.
    const waiting = new Set([call]);
    call.onCancel = () => waiting.clear();
    const found = (isModern: boolean): void => {
      for (const one of waiting) this.#send(one, isModern ? server : undefined);
    };
    const lost = (error: unknown): void => {
      const fault = error instanceof UpstreamError ? error.fault : undefined;
      // It may know neither the question nor that it should say so: legacy words are what is left to try.
      if (fault?.code === 'silent') return found(false);
      const why = fault?.message ?? 'The gateway failed to reach the server.';
      for (const one of waiting) one.fail(fault ? wordOf(fault) : 'upstream_failed', why);
    };
    void server.eras.find(call.facts).then(found).catch(lost);
  }

  /** Who hears what it listens for; undefined where nobody can, and the bridge says why. */
  #listen(call: ModernCall, server: Server | undefined): void {
    // It was on its way when the others were ended, and would never end by itself.
    if (this.#isDraining) return call.fail('draining', 'The gateway is shutting down.');
    const source = server ? undefined : this.#bridge.listensFor?.(call);
    if (server) this.#listens.take(call, () => this.natives.way(call, server).listens);
    else if (source) this.#listens.take(call, () => source);
    else this.#bridge.take(call);
  }

  #endWhere(mayNot: (facts: CallFacts) => boolean, word: ErrorWord, message: string): void {
    this.#once.endWhere(mayNot, word, message);
    for (const call of this.#calls) if (mayNot(call.facts)) call.callOff(word, message);
  }

  #refusal({ facts, message }: ModernCall, payers: Payers): Refusal | undefined {
    // Nobody else could go on with a call that was asked something here.
    if (this.#isDraining && (this.#isClosed || !this.#bridge.awaits(message)))
      return { word: 'draining', message: 'The gateway is shutting down.' };
    if (facts.mount.isClosed) return { word: 'unknown_server', message: 'There is no such server here.' };
    if (facts.mount.isDisabled) return outOfService(facts.mount);
    if (message.method === LISTEN && this.#context.isOverloaded()) return OVERLOADED;
    return oneCallMore(payers, this.#context) ?? overdrawn(payers, 'callBytes', message.bytes.length);
  }

  #count(call: ModernCall, payers: Payers): void {
    const { length } = call.message.bytes;
    this.#calls.add(call);
    payers.take('calls');
    payers.take('callBytes', length);
    call.onOver = () => {
      this.#calls.delete(call);
      payers.giveBack('calls');
      payers.giveBack('callBytes', length);
    };
  }

  #payersOf({ facts }: ModernCall): Payers {
    return facts.payers ?? this.#context.ledger.payersOf(facts);
  }
}

/** Tells it what its server met it with. */
function told(call: ModernCall, met: Message | UpstreamFault): void {
  if ('code' in met) return call.fail(wordOf(met), met.message);
  call.code = codeOf(met);
  call.answer(splice(met, { id: call.id }));
}
