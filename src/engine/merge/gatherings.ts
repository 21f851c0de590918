/**
 * Waiting for the lists of several servers: so long that the quick ones are in, and not so long that a slow one
 * holds up the rest.
 *
 * Guarantees: whoever waits is asked at the latest when every server has answered or its time is up; bounded in bytes.
 */
import type { Kind } from '../catalog/kinds.ts';
import type { Runtime, Timer } from '../ports.ts';

/** A server that is asked for its lists. */
export interface Lister {
  refresh(kind: Kind): void;
  isPending(kind: Kind): boolean;
  hasList(kind: Kind): boolean;
  isLate(kind: Kind): boolean;
  setLate(kind: Kind): void;
}

/** Somebody who waits. */
export interface Waiter {
  readonly bytes: number;
  /**
   * Asked when the quick ones are in, then with each further answer.
   * @param isLast no more will come
   * @returns whether it has what it wanted; after the last it is not asked again
   */
  ready(isLast: boolean): boolean;
}

/** Those who wait for one kind. */
interface Gathering {
  /** Not asked yet: the quick ones are awaited. */
  fresh: Set<Waiter>;
  /** Asked in vain so far. */
  readonly patient: Set<Waiter>;
  timer: Timer | undefined;
}

/** What one who waits costs beside its bytes, roughly. */
const WAITING_COST = 200;

export class Gatherings {
  readonly #listers: () => readonly Lister[];
  readonly #runtime: Runtime;
  readonly #waitMs: () => number;
  readonly #cap: number;
  readonly #byKind = new Map<Kind, Gathering>();
  #bytes = 0;
  #isAsking = false;

  /** @param cap bytes that may wait */
  constructor(listers: () => readonly Lister[], waitMs: () => number, runtime: Runtime, cap: number) {
    this.#listers = listers;
    this.#waitMs = waitMs;
    this.#runtime = runtime;
    this.#cap = cap;
  }

  /** Asks every server whose list is not known, and waits. False when too much waits already. */
  join(kind: Kind, waiter: Waiter): boolean {
    if (this.#bytes + waiter.bytes + WAITING_COST > this.#cap) return false;
    this.#bytes += waiter.bytes + WAITING_COST;
    this.#of(kind).fresh.add(waiter);
    // Some may answer at once: that must not look like all.
    this.#isAsking = true;
    for (const lister of this.#listers()) lister.refresh(kind);
    this.#isAsking = false;
    this.look(kind);
    return true;
  }

  /** Something may have changed: a server answered, failed, or is gone. */
  look(kind: Kind): void {
    const gathering = this.#byKind.get(kind);
    if (!gathering || this.#isAsking) return;
    if (!this.#isAnyPending(kind)) return this.#end(kind, gathering);
    // What a server said before will do, too, where it takes its time.
    const isAnyIn = this.#listers().some((lister) => lister.hasList(kind));
    const isQuickPending = this.#listers().some((lister) => lister.isPending(kind) && !lister.isLate(kind));
    this.#ask(gathering, gathering.patient);
    if (!isAnyIn) return;
    if (!isQuickPending) this.#release(gathering);
    else if (gathering.fresh.size > 0)
      gathering.timer ??= this.#runtime.after(this.#waitMs(), () => this.#overdue(kind, gathering));
  }

  /** Whether somebody waits who was not asked yet. */
  isAwaited(kind: Kind): boolean {
    return (this.#byKind.get(kind)?.fresh.size ?? 0) > 0;
  }

  /** Nobody is asked any more. */
  close(): void {
    for (const { timer } of this.#byKind.values()) timer?.cancel();
    this.#byKind.clear();
  }

  #overdue(kind: Kind, gathering: Gathering): void {
    gathering.timer = undefined;
    for (const lister of this.#listers()) if (lister.isPending(kind)) lister.setLate(kind);
    this.#release(gathering);
  }

  /** Asks those who wait for the quick ones. */
  #release(gathering: Gathering): void {
    gathering.timer?.cancel();
    gathering.timer = undefined;
    const { fresh } = gathering;
    gathering.fresh = new Set();
    for (const waiter of fresh) gathering.patient.add(waiter);
    this.#ask(gathering, fresh);
  }

  #ask(gathering: Gathering, waiters: ReadonlySet<Waiter>): void {
    for (const waiter of [...waiters])
      if (waiter.ready(false) && gathering.patient.delete(waiter)) this.#left(waiter);
  }

  #end(kind: Kind, gathering: Gathering): void {
    gathering.timer?.cancel();
    this.#byKind.delete(kind);
    for (const waiter of [...gathering.patient, ...gathering.fresh]) {
      this.#left(waiter);
      waiter.ready(true);
    }
  }

  #left({ bytes }: Waiter): void {
    this.#bytes -= bytes + WAITING_COST;
  }

  #isAnyPending(kind: Kind): boolean {
    return this.#listers().some((lister) => lister.isPending(kind));
  }

  #of(kind: Kind): Gathering {
    const gathering = this.#byKind.get(kind) ?? { fresh: new Set(), patient: new Set(), timer: undefined };
    this.#byKind.set(kind, gathering);
    return gathering;
  }
}
