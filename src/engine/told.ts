/** The numbers of requests whose answers nobody waits for: so that these are known when they come. */

/** A server that answers none of them must not fill us. */
const MOST = 1_000;

export class Told {
  readonly #numbers = new Set<number>();

  add(number: number): void {
    const [oldest] = this.#numbers;
    if (oldest !== undefined && this.#numbers.size >= MOST) this.#numbers.delete(oldest);
    this.#numbers.add(number);
  }

  /** False where it is not known, or not any more. */
  delete(number: number): boolean {
    return this.#numbers.delete(number);
  }

  clear(): void {
    this.#numbers.clear();
  }
}
