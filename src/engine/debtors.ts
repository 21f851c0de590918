/**
 * For whom bytes wait that one account pays, those first that have taken nothing for longest.
 *
 * Bounded by what the account may hold: whoever has little waiting is not counted.
 */
import type { Debt } from './debt.ts';

/** Beyond a few, so many are looked at in a millisecond, and no more, however often there is no room. */
const LOOKS_A_MS = 1_000;
const A_FEW = 64;

export class Debtors {
  #all: Set<Debt> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#all?.size ?? 0;
  }

  add(debt: Debt): void {
    (this.#all ??= new Set()).add(debt);
  }

  delete(debt: Debt): void {
    this.#all?.delete(debt);
  }

  /** It took something. */
  moved(debt: Debt): void {
    if (this.#all?.delete(debt)) this.#all.add(debt);
  }

  /**
   * Makes room: counts anew what was taken since it was counted, then ends those that are behind, one by one.
   * @returns whether there is room now
   */
  makeRoom(hasRoom: () => boolean, now: number): boolean {
    const all = this.#all;
    if (!all) return false;
    if (now - this.#lookedAt >= (all.size - A_FEW) / LOOKS_A_MS) {
      this.#lookedAt = now;
      for (const debt of all) debt.settle();
      if (hasRoom()) return true;
    }
    for (const debt of all) {
      if (!debt.mayBeCut) continue;
      if (!debt.isBehind) return false;
      debt.cut();
      if (hasRoom()) return true;
    }
    return false;
  }
}
