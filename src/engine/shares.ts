/** How much of something there is in all, and how much of it is whose. Bounded by those who have any. */
export class Shares {
  readonly #byPrincipal = new Map<string, number>();
  #all = 0;

  get all(): number {
    return this.#all;
  }

  of(principal: string): number {
    return this.#byPrincipal.get(principal) ?? 0;
  }

  /** @param by less than nothing where it becomes less */
  change(principal: string, by: number): void {
    this.#all += by;
    const left = this.of(principal) + by;
    if (left > 0) this.#byPrincipal.set(principal, left);
    else this.#byPrincipal.delete(principal);
  }
}
