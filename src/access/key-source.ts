/** Keys that come and go while the gateway runs, wherever they are kept. */
import type { Trouble } from '../engine/ports-degraded.ts';
import { type ApiKey, KeyIndex } from './key-index.ts';

export interface SourceKey extends ApiKey {
  /** The projects it opens; none: the gateway itself, and projects without keys of their own. */
  readonly projects?: readonly string[];
  /** It opens nothing any more, wherever else it is configured. */
  readonly isRevoked?: boolean;
}

export interface KeySource {
  /** All of them as they are now: another list whenever one of them changed. */
  readonly keys: readonly SourceKey[];
  /** Whether there ever was one: then a key stays required, also when none opens anything any more. Default true. */
  readonly isInUse?: boolean;
  /** Calls after each change, until the returned function is called. */
  watch(changed: () => void): () => void;
  /** What is wrong with where they are kept; asked for whenever somebody wants to know. Default: nothing is. */
  troubles?(): readonly Trouble[];
  /** Looks at once whether any changed, where it does so now and then only. Never throws. */
  look?(): void;
  /** Told of each use of a key. Called for every request: must cost next to nothing, and never throw. */
  used?(key: SourceKey): void;
}

/** The keys of a source by their hash, as they are at the moment. */
export class SourceKeys {
  readonly source: KeySource;
  #keys: readonly SourceKey[] = [];
  #index = new KeyIndex<SourceKey>([]);

  constructor(source: KeySource) {
    this.source = source;
  }

  get index(): KeyIndex<SourceKey> {
    const { keys } = this.source;
    if (keys !== this.#keys) {
      this.#keys = keys;
      this.#index = new KeyIndex(keys);
    }
    return this.#index;
  }

  get isInUse(): boolean {
    return this.source.isInUse ?? true;
  }
}
