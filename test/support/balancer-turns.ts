/** Whose turn it is, among nodes that say at `/readyz` whether they are ready. */

/** A node that takes turns. */
export interface Upstream {
  readonly name: string;
  /** The origin, like `http://127.0.0.1:40123`. */
  readonly url: string;
}

/** Who says nothing for so long is not ready. */
const ANSWER_MS = 1_000;

export class Turns {
  /** How many requests each was given, by name. */
  readonly given: Map<string, number>;
  readonly #nodes: readonly Upstream[];
  readonly #ready = new Set<Upstream>();
  readonly #timer: NodeJS.Timeout;
  #turn = 0;

  constructor(nodes: readonly Upstream[], pollMs: number) {
    this.#nodes = nodes;
    this.given = new Map(nodes.map(({ name }) => [name, 0]));
    this.#timer = setInterval(() => void this.look(), pollMs);
    this.#timer.unref();
  }

  get ready(): readonly string[] {
    return this.#nodes.filter((node) => this.#ready.has(node)).map(({ name }) => name);
  }

  /** All that may be tried for one request, in order: those that are ready, the next first; else all. */
  next(): Upstream[] {
    const ready = this.#nodes.filter((node) => this.#ready.has(node));
    const nodes = ready.length > 0 ? ready : this.#nodes;
    const first = this.#turn++ % nodes.length;
    return [...nodes.slice(first), ...nodes.slice(0, first)];
  }

  gave({ name }: Upstream): void {
    this.given.set(name, (this.given.get(name) ?? 0) + 1);
  }

  /** It takes no connection: it has no turn until it says that it is ready. */
  refused(node: Upstream): void {
    this.#ready.delete(node);
  }

  async look(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => this.#lookAt(node)));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #lookAt(node: Upstream): Promise<void> {
    try {
      const answer = await fetch(`${node.url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
      await answer.body?.cancel();
      if (answer.ok) this.#ready.add(node);
      else this.#ready.delete(node);
    } catch {
      this.#ready.delete(node);
    }
  }
}
