/**
 * Which words one server understands: what its entry says, or what was found out, for as long as that holds.
 *
 * Guarantees: a server is asked once for all who want to know, and as often as callers differ in what of their headers
 * it is told; what was found is bounded in number and in time, and forgotten when the server contradicts it.
 */
import { callerKey, type Forwarded, forwardedTo, pickedFrom } from '../forwarded.ts';
import { type Runtime, type UpstreamDriver, UpstreamError, type UpstreamFault } from '../ports.ts';
import type { Message } from '../../protocol/message.ts';
import { type Finding, isForeign, probe } from './probe.ts';

/** What an entry says of its server: `auto` finds out. */
export type EraRule = 'auto' | 'legacy' | 'modern';

/** In whose name a server is asked. */
export interface EraCaller {
  readonly principal: string;
  readonly forwarded?: Forwarded;
}

export interface ErasOptions {
  readonly driver: UpstreamDriver;
  readonly rule: EraRule;
  /** Headers of a caller that the server is told, in lower case. */
  readonly forwardHeaders: readonly string[];
  /** How long a link may take to open, the answer to come, and what was found to hold. */
  readonly startMs: number;
  readonly probeMs: number;
  readonly eraMs: number;
  /** Gives our numbers on this server. */
  readonly numbers: { next: number };
  readonly runtime: Runtime;
}

/** What is known for one caller: undefined where that has not shown yet. */
interface Known {
  readonly isModern: boolean | undefined;
  readonly isLegacy: boolean | undefined;
  /** The legacy revisions that it says it speaks. */
  readonly versions: readonly string[];
  readonly since: number;
}

/** For people. */
export interface ShownEra {
  readonly era: 'legacy' | 'modern' | 'dual' | 'unknown';
  /** When that was found out, in ms since the epoch; not where the entry says so. */
  readonly since?: number;
}

/** Callers whose server may see who they are: more than these are asked for again. */
const MAX_CALLERS = 1_000;
/** So long a server that was asked in doubt is not doubted again. */
const DOUBT_MS = 10_000;

export class Eras {
  readonly #options: ErasOptions;
  readonly #known = new Map<string, Known>();
  readonly #flights = new Map<string, Promise<boolean>>();
  /** When a caller's server was doubted last. */
  readonly #doubts = new Map<string, number>();

  constructor(options: ErasOptions) {
    this.#options = options;
  }

  /** Whether it understands modern words; undefined while that is not known. */
  isModern(caller: EraCaller): boolean | undefined {
    return this.#ruled ?? this.#of(caller)?.isModern;
  }

  /** Whether it understands legacy words; undefined while that is not known. */
  isLegacy(caller: EraCaller): boolean | undefined {
    const { driver, rule } = this.#options;
    if (driver.canBeModern !== true || rule === 'legacy') return true;
    return rule === 'modern' ? false : this.#of(caller)?.isLegacy;
  }

  /** The legacy revisions that a modern server said it speaks, too; oldest first. */
  versions(caller: EraCaller): readonly string[] {
    return this.#of(caller)?.versions ?? [];
  }

  /**
   * Finds out whether it understands modern words; asked once for all who want to know.
   * @throws UpstreamError when it cannot be reached, which says nothing of its words
   */
  async find(caller: EraCaller): Promise<boolean> {
    const known = this.isModern(caller);
    if (known !== undefined) return known;
    const key = this.#key(caller);
    const flight = this.#flights.get(key) ?? this.#ask(key, caller);
    this.#flights.set(key, flight);
    return flight;
  }

  /** Something has shown without having been asked for: a handshake that went well, or was not understood. */
  learnt(caller: EraCaller, what: { readonly isModern?: boolean; readonly isLegacy?: boolean }): void {
    if (this.#ruled !== undefined) return;
    const before = this.#of(caller);
    const { isModern = before?.isModern, isLegacy = before?.isLegacy } = what;
    if (before && before.isModern === isModern && before.isLegacy === isLegacy) return;
    const { versions = [], since } = before ?? {};
    this.#remember(this.#key(caller), { isModern, isLegacy, versions }, since);
  }

  /** What was found does not hold any more, or may not: it is found out anew when it matters. */
  forget(caller: EraCaller): void {
    this.#known.delete(this.#key(caller));
  }

  /** The same where that may happen again and again, as with a server that refuses every client: once in a while. */
  doubt(caller: EraCaller): void {
    const key = this.#key(caller);
    const now = this.#options.runtime.now();
    if (now - (this.#doubts.get(key) ?? -Infinity) < DOUBT_MS) return;
    this.#doubts.delete(key);
    const [oldest] = this.#doubts.keys();
    if (oldest !== undefined && this.#doubts.size >= MAX_CALLERS) this.#doubts.delete(oldest);
    this.#doubts.set(key, now);
    this.#known.delete(key);
  }

  /** A modern request was answered with an error. True when it was not understood: what was found is forgotten. */
  answered(caller: EraCaller, error: Message): boolean {
    if (!isForeign(error)) return false;
    this.forget(caller);
    return this.#ruled === undefined;
  }

  /** The same where it got no answer, or its conversation ended: what comes back may speak otherwise. */
  failed(caller: EraCaller, fault: UpstreamFault): boolean {
    const isRefused = fault.isRefusal === true;
    if (isRefused || fault.code === 'exited') this.forget(caller);
    return isRefused && this.#ruled === undefined;
  }

  /** For people: what is known last, of whichever caller. */
  get shown(): ShownEra {
    const ruled = this.#ruled;
    if (ruled !== undefined) return { era: ruled ? 'modern' : 'legacy' };
    const last = [...this.#known.values()].findLast((known) => this.#holds(known));
    if (!last) return { era: 'unknown' };
    const { isModern, isLegacy, since } = last;
    if (isModern) return { era: isLegacy ? 'dual' : 'modern', since };
    return isLegacy ? { era: 'legacy', since } : { era: 'unknown' };
  }

  /** What needs no finding out. */
  get #ruled(): boolean | undefined {
    const { driver, rule } = this.#options;
    if (driver.canBeModern !== true || rule === 'legacy') return false;
    return rule === 'modern' ? true : undefined;
  }

  async #ask(key: string, { principal, forwarded }: EraCaller): Promise<boolean> {
    const { driver, forwardHeaders, numbers, startMs, probeMs, runtime } = this.#options;
    const number = numbers.next++;
    try {
      const told = forwardedTo(forwardHeaders, forwarded);
      const asked = { driver, principal, forwarded: told, number, startMs, probeMs, runtime };
      const found = await probe(asked);
      this.#remember(key, { ...found, isLegacy: this.#legacyBy(key, found) });
      return found.isModern;
    } catch (error) {
      return this.#without(key, error);
    } finally {
      this.#flights.delete(key);
    }
  }

  /** There is no answer to be had: where legacy words are known to do, they have to do for now. */
  #without(key: string, error: unknown): boolean {
    const code = error instanceof UpstreamError ? error.fault.code : '';
    const known = this.#known.get(key);
    if (!known?.isLegacy || !(code === 'too-many-processes' || code === 'silent')) throw error;
    // Who waits for silence once more waits long.
    if (code === 'silent') this.#remember(key, { ...known, isModern: false });
    return false;
  }

  #legacyBy(key: string, { isModern, versions }: Finding): boolean | undefined {
    if (!isModern || versions.length > 0) return true;
    return this.#known.get(key)?.isLegacy;
  }

  #remember(key: string, found: Omit<Known, 'since'>, since = this.#options.runtime.now()): void {
    this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= MAX_CALLERS) this.#known.delete(oldest);
    this.#known.set(key, { ...found, since });
  }

  #of(caller: EraCaller): Known | undefined {
    const known = this.#known.get(this.#key(caller));
    return known && this.#holds(known) ? known : undefined;
  }

  #holds({ since }: Known): boolean {
    return this.#options.runtime.now() - since < this.#options.eraMs;
  }

  /** Equal for callers whom the server cannot tell apart. */
  #key({ forwarded }: EraCaller): string {
    const { forwardHeaders } = this.#options;
    if (forwardHeaders.length === 0 || !forwarded) return '';
    // Without the gateways that a request has passed: they say nothing of its caller.
    return callerKey('', pickedFrom(forwardHeaders, forwarded));
  }
}
