/**
 * Lists that change: asked for again once at a time, and once a second at most, however often their server says that
 * they changed. The last word is never lost.
 */
import type { Kind } from '../../mcp/items.ts';

const GAP_MS = 1_000;

export interface RelistPorts {
  readonly ask: (kind: Kind) => void;
  /** Whether the last answer is still to come. */
  readonly isAsking: (kind: Kind) => boolean;
}

export class Relist {
  readonly #ports: RelistPorts;
  readonly #askedAt = new Map<Kind, number>();
  readonly #due = new Map<Kind, ReturnType<typeof setTimeout>>();

  constructor(ports: RelistPorts) {
    this.#ports = ports;
  }

  changed(kinds: readonly Kind[]): void {
    for (const kind of kinds) if (!this.#due.has(kind)) this.#plan(kind);
  }

  /** They are others, of another server: what was still to be asked for is not any more. */
  clear(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
    this.#askedAt.clear();
  }

  #plan(kind: Kind): void {
    const wait = Math.max(0, (this.#askedAt.get(kind) ?? 0) + GAP_MS - Date.now());
    this.#due.set(
      kind,
      setTimeout(() => this.#ask(kind), this.#ports.isAsking(kind) ? GAP_MS : wait),
    );
  }

  #ask(kind: Kind): void {
    if (this.#ports.isAsking(kind)) return this.#plan(kind);
    this.#due.delete(kind);
    this.#askedAt.set(kind, Date.now());
    this.#ports.ask(kind);
  }
}
