/** Keys that come and go, played. */
import { createHash, randomBytes } from 'node:crypto';
import { formatKey, KEY_BYTES } from '../../../src/access/key-format.ts';
import type { KeySource, SourceKey } from '../../../src/access/key-source.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export class PlayedSource implements KeySource {
  keys: readonly SourceKey[] = [];
  isInUse = false;
  readonly used: (key: SourceKey) => void = ({ name }) => void this.uses.push(name);
  readonly uses: string[] = [];
  readonly #listeners = new Set<() => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  watch(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Adds a key, and tells it. */
  add(name: string, facts: Partial<SourceKey> = {}): string {
    const key = formatKey(randomBytes(KEY_BYTES));
    this.isInUse = true;
    this.#change([...this.keys, { name, sha256: sha256(key), ...facts }]);
    return key;
  }

  revoke(name: string): void {
    this.#change(this.keys.map((key) => (key.name === name ? { ...key, isRevoked: true } : key)));
  }

  /** Takes all keys out. */
  clear(): void {
    this.#change([]);
  }

  #change(keys: readonly SourceKey[]): void {
    this.keys = keys;
    for (const listener of this.#listeners) listener();
  }
}
