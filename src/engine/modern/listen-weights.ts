/**
 * How much text is listened for on one conversation: each text counts once, however many want it; in all, and of one
 * principal.
 */
import type { Settings } from '../settings.ts';
import type { Filter } from './listen-filter.ts';

export class ListenWeights {
  readonly #settings: Settings;
  readonly #all = new Texts();
  readonly #byPrincipal = new Map<string, Texts>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** False when it is too much: then nothing was added. */
  add(principal: string, wanted: Filter): boolean {
    const { listenBytes, listenBytesPerPrincipal } = this.#settings;
    const own = this.#byPrincipal.get(principal) ?? new Texts();
    this.#byPrincipal.set(principal, own);
    this.#all.add(wanted);
    own.add(wanted);
    if (this.#all.weight <= listenBytes && own.weight <= listenBytesPerPrincipal) return true;
    this.remove(principal, wanted);
    return false;
  }

  /** Takes out what was added. */
  remove(principal: string, wanted: Filter): void {
    const own = this.#byPrincipal.get(principal);
    this.#all.remove(wanted);
    own?.remove(wanted);
    if (own?.isEmpty) this.#byPrincipal.delete(principal);
  }
}

/** Texts, and how many want each. */
class Texts {
  readonly #uris = new Map<string, number>();
  readonly #tasks = new Map<string, number>();
  weight = 0;

  get isEmpty(): boolean {
    return this.#uris.size + this.#tasks.size === 0;
  }

  add({ uris, tasks }: Filter): void {
    for (const uri of uris) this.#change(this.#uris, uri, 1);
    for (const task of tasks) this.#change(this.#tasks, task, 1);
  }

  remove({ uris, tasks }: Filter): void {
    for (const uri of uris) this.#change(this.#uris, uri, -1);
    for (const task of tasks) this.#change(this.#tasks, task, -1);
  }

  #change(counts: Map<string, number>, text: string, by: number): void {
    const before = counts.get(text) ?? 0;
    const count = before + by;
    if (before === 0) this.weight += text.length;
    if (count === 0) this.weight -= text.length;
    if (count === 0) counts.delete(text);
    else counts.set(text, count);
  }
}
