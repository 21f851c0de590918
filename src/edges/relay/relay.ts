/**
 * Requests that landed here and are served by the node that has their session, and those that other nodes bring here.
 *
 * Guarantees: of what is carried each client gets one answer, or one clear error; what is under way is bounded in number
 * and bytes for each pair of nodes, and in time until its owner is heard of; whatever comes over the bus costs at most
 * what it is about.
 */
import { Deadlines } from '../../engine/deadlines.ts';
import type { Carrier } from '../http/elsewhere.ts';
import type { ServerVisit, Visit } from '../http/front.ts';
import { refuse } from '../http/replies.ts';
import type { Soon } from '../soon.ts';
import { askedBy, askOf, bodyOf } from './ask.ts';
import { Carriage } from './carriage.ts';
import { Carried } from './carried.ts';
import type { CarriedConnection } from './carried-connection.ts';
import { callErrand, type Errand } from './errand.ts';
import { decodeFrame, encodeFrame, type Frame, KIND } from './frames.ts';
import { Letters } from './letters.ts';
import { type RelayLimits, RELAY_LIMITS } from './limits.ts';
import { tellUnheard, tellUnsent } from './lost.ts';
import { isLook, operatorBody, operatorErrand, tellUnreached } from './operator-errand.ts';
import { Pair, quietly } from './pair.ts';
import { isThere } from './is-there.ts';
import { landed } from './landed-span.ts';
import type { RelayPorts } from './relay-ports.ts';
import { ToldCallers } from './told-callers.ts';

/** How often it is looked whether all was said at the end, in ms. */
const LOOK_MS = 20;

export class Relay implements Carrier {
  readonly node: string;
  readonly #ports: RelayPorts;
  readonly #limits: RelayLimits;
  readonly #pairs = new Map<string, Pair>();
  readonly #callers = new ToldCallers();
  /** Of which nothing was heard yet. */
  readonly #unheard: Deadlines<Carriage>;
  /** Slow readers here, of answers from elsewhere. */
  readonly #slow: Deadlines<Carriage>;
  /** What is served here and was not answered at once. */
  readonly #unanswered: Deadlines<Carried>;
  /** Ended here, and not taken yet there. */
  readonly #lingering: Deadlines<CarriedConnection>;
  readonly #letters: Letters;
  #number = 0;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(ports: RelayPorts) {
    const { runtime, stallMs } = ports;
    const limits = { ...RELAY_LIMITS, ...ports.limits };
    this.node = ports.node;
    this.#ports = ports;
    this.#limits = limits;
    this.#letters = new Letters(ports);
    this.#unheard = new Deadlines(runtime, limits.unheardMs, (carriage) => carriage.giveUp());
    this.#slow = new Deadlines(runtime, limits.lookMs, (carriage) => carriage.look());
    this.#unanswered = new Deadlines(runtime, limits.acceptMs, (carried) => carried.accept());
    this.#lingering = new Deadlines(runtime, stallMs, (connection) => {
      if (connection.look()) this.#lingering.add(connection);
    });
  }

  // --------------------------------------------------------------------------------- what landed here

  get provesOperators(): boolean {
    return this.#ports.proves?.() ?? false;
  }

  has(node: string): Soon<boolean | 'uncertain'> {
    return isThere(this.#ports.directory, node);
  }

  async carry(visit: ServerVisit, node: string, known?: Uint8Array): Promise<void> {
    const { request, responder } = visit;
    const body = request.method === 'POST' ? (known ?? (await bodyOf(visit))) : undefined;
    // Nobody is there any more, or was told already.
    if (responder.isDone) return;
    const pair = this.#pairWith(node);
    const span = landed(visit, body);
    const carriage = this.#begin(pair, callErrand({ visit, node, body, span }, this.#ports));
    const asking = { seal: this.#ports.seal, to: node, isCounted: known !== undefined, trace: span?.trace };
    const frame = carriage && encodeFrame(KIND.ask, carriage.number, askOf(visit, body, asking));
    if (frame && pair.ask(frame)) return this.#unheard.add(carriage);
    carriage?.unsent();
    pair.mayBeIdle();
    span?.over('upstream_failed');
    const { again, directory } = this.#ports;
    // It may be gone since it was looked up.
    const isGone = !this.#isClosed && !directory.peers.has(node);
    tellUnsent(visit, body, isGone ? again : undefined);
  }

  async operate(visit: Visit, node: string): Promise<void> {
    const body = await operatorBody(visit);
    if (!body) return;
    const pair = this.#pairWith(node);
    const carriage = this.#begin(pair, operatorErrand(visit, body));
    const texts = carriage ? this.#letters.write(node, visit, body) : [];
    const frame = carriage && encodeFrame(KIND.operate, carriage.number, { texts });
    if (frame && pair.ask(frame)) return this.#unheard.add(carriage);
    carriage?.unsent();
    pair.mayBeIdle();
    tellUnreached(visit);
  }

  #begin(pair: Pair, errand: Errand): Carriage | undefined {
    const { carriages, bodyBytes } = this.#limits;
    const { responder, body, idsIn: ids, lost } = errand;
    const size = body?.length ?? 0;
    // The bus may still take it where its answer cannot come.
    if (!this.#ports.directory.isReached) return undefined;
    if (this.#isClosed || pair.carriages.size >= carriages || pair.bodyBytes + size > bodyBytes)
      return undefined;
    const number = (this.#number = pair.numberAfter(this.#number));
    const way = {
      number,
      limits: this.#limits,
      say: (frame: Uint8Array) => pair.say(frame),
      watch: (carriage: Carriage) => this.#slow.add(carriage),
      heard: (carriage: Carriage) => this.#heard(carriage, errand),
      freed: (bytes: number) => void (pair.bodyBytes -= bytes),
      idsIn: ids,
      over: (carriage: Carriage) => this.#over(pair, carriage, errand),
    };
    const carriage = new Carriage(way, responder, body, lost);
    pair.begin(carriage, size);
    return carriage;
  }

  #heard(carriage: Carriage, errand: Errand): void {
    if (carriage.list !== this.#unheard) return;
    this.#unheard.remove(carriage);
    errand.heard();
  }

  #over(pair: Pair, carriage: Carriage, errand: Errand): void {
    errand.over(carriage.isLost);
    this.#unheard.remove(carriage);
    this.#slow.remove(carriage);
    if (pair.carriages.delete(carriage.number)) pair.mayBeIdle();
  }

  // ----------------------------------------------------------------------- what comes from other nodes

  /** A message of another node. Never throws. */
  received(from: string, data: Uint8Array): void {
    quietly(() => this.#take(from, decodeFrame(data)));
  }

  /** What was under way between the two is lost, and both know. */
  broken(node: string): void {
    this.#pairs.get(node)?.lost(true);
  }

  /** That node is gone. */
  gone(node: string): void {
    this.#pairs.get(node)?.lost(true, true);
  }

  /** Nothing can come from any other node. They are told, once they can be, that all under way is lost. */
  apart(): void {
    for (const pair of [...this.#pairs.values()]) pair.lost(false);
  }

  #take(from: string, frame: Frame): void {
    const { kind, number } = frame;
    if (kind === KIND.lost) return this.broken(from);
    if (kind === KIND.ask || kind === KIND.operate) return this.#serve(from, frame);
    const pair = this.#pairs.get(from);
    if (kind >= KIND.accepted) {
      const carriage = pair?.carriages.get(number);
      if (carriage) carriage.take(frame);
      // Its client went away, or was told that it is lost.
      else if (kind === KIND.stream) this.#pairWith(from).say(encodeFrame(KIND.gone, number));
      return;
    }
    const carried = pair?.carried.get(number);
    if (kind === KIND.gone) carried?.gone();
    else carried?.taken(frame);
  }

  #serve(from: string, frame: Frame): void {
    const { seal, serve } = this.#ports;
    const pair = this.#pairWith(from);
    const { number } = frame;
    const carried = new Carried({
      number,
      limits: this.#limits,
      say: (bytes) => pair.say(bytes),
      linger: (connection) => this.#lingering.add(connection),
      over: (connection) => {
        if (connection) this.#lingering.remove(connection);
        this.#unanswered.remove(carried);
        if (pair.carried.delete(number)) pair.mayBeIdle();
      },
    });
    if (this.#isClosed) return carried.giveBack();
    if (pair.carried.size >= this.#limits.carriages)
      return refuse(carried, 'too_many_calls', 'Too many requests are carried between two nodes.');
    pair.carried.set(number, carried);
    if (frame.kind === KIND.operate) return this.#operate(pair, frame, carried);
    try {
      const facts = askedBy(frame, seal, this.node);
      const go = () => serve(facts, carried, this.#callers.of);
      if (this.#ports.isLetGo?.(facts.request)) return carried.giveBack();
      if (facts.request.method === 'POST') return this.#acknowledged(pair, carried, go);
      this.#unanswered.add(carried);
      go();
    } catch {
      refuse(carried, 'internal_error', 'The gateway failed on this request.');
    }
  }

  #operate(pair: Pair, { texts }: Frame, carried: Carried): void {
    const ask = this.#ports.proves?.() ? this.#letters.read(pair.node, texts) : undefined;
    if (!ask) return this.#ports.unproven?.(pair.node, carried);
    const go = () => this.#ports.operate?.(ask, carried);
    if (!isLook(ask)) return this.#acknowledged(pair, carried, go, tellUnreached);
    this.#unanswered.add(carried);
    go();
  }

  /**
   * What may do something is begun only when it is certain that the node where it landed will know: what it does not know of may then
   * be done elsewhere once this node is gone.
   */
  #acknowledged(pair: Pair, carried: Carried, go: () => void, unheard = tellUnheard): void {
    const { directory } = this.#ports;
    const { term } = directory;
    if (!this.#isHeld) return carried.giveBack(true);
    carried.accept();
    void pair.isHeard().then((isHeard) => {
      // Whom its node took for gone meanwhile was done elsewhere, for all that is known here.
      if (this.#isClosed || !this.#isHeld || directory.term !== term)
        return carried.giveBack(!this.#isClosed);
      if (isHeard && !carried.isDone) return go();
      // It may still hear this, later.
      unheard({ responder: carried });
    });
  }

  /** Whether no other node can take this one for gone. */
  get #isHeld(): boolean {
    return this.#ports.runtime.now() < this.#ports.directory.heldUntil;
  }

  // ------------------------------------------------------------------------------------------- its end

  /** How many calls landed here that others have not answered yet. */
  get calls(): number {
    let count = 0;
    for (const pair of this.#pairs.values()) count += pair.calls;
    return count;
  }

  /** Streams that landed here end, for their clients to come back elsewhere. */
  letGo(): void {
    for (const pair of [...this.#pairs.values()]) pair.leave(false);
  }

  /**
   * Takes nothing more. What landed here is given up; what is served here may still be told its end, for a short time.
   * Resolves when nothing is under way any more. Idempotent.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    for (const pair of [...this.#pairs.values()]) pair.leave(true);
    const { runtime } = this.#ports;
    const until = runtime.now() + this.#limits.closeMs;
    // What is closed in this turn is said in this turn.
    await Promise.resolve();
    while (this.#isServing && runtime.now() < until)
      await new Promise<void>((resolve) => void runtime.after(LOOK_MS, resolve));
    for (const pair of [...this.#pairs.values()]) pair.end();
    for (const list of [this.#unheard, this.#slow, this.#unanswered, this.#lingering]) list.clear();
  }

  get #isServing(): boolean {
    return [...this.#pairs.values()].some((pair) => pair.isServing);
  }

  #pairWith(node: string): Pair {
    let pair = this.#pairs.get(node);
    if (!pair) {
      const { bus, runtime } = this.#ports;
      // Nodes come and go, and another pair may have taken the place of one that was given up.
      const idle = (one: Pair) => void (this.#pairs.get(node) === one && this.#pairs.delete(node));
      this.#pairs.set(node, (pair = new Pair(node, { bus, runtime, limits: this.#limits, idle })));
    }
    return pair;
  }
}
