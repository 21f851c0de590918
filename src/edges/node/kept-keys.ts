/**
 * The keys of a store as a running gateway has them: looked at again and again, as other programs add and revoke keys.
 *
 * Guarantees: a change is seen within half a second, also of a store that comes later; a store that is gone, broken or
 * locked opens nothing, and is told once; from the first look at a store a key stays required. Uses are written in
 * batches, at most once a minute for a key, and lost where they cannot be.
 */
import { statSync } from 'node:fs';
import type { KeySource, SourceKey } from '../../access/key-source.ts';
import type { Trouble } from '../../engine/ports-degraded.ts';
import type { Runtime, Timer } from '../../engine/ports.ts';
import { wallTime } from '../../engine/wall.ts';
import { keyFile, KeyStoreFault } from './key-store-file.ts';
import { KeyStore } from './key-store.ts';
import { nodeRuntime } from './runtime.ts';

export interface KeptKeysPorts {
  readonly runtime: Pick<Runtime, 'now' | 'wall' | 'after'>;
  /** Told in one sentence what is wrong, and when it is well again. */
  readonly warn: (message: string) => void;
}

export interface KeyStoreOptions {
  /** Where `sluice keys add --data-dir` puts its keys. */
  readonly folder: string;
  /** Told in one sentence what is wrong with the store while it runs; default: nobody. */
  readonly warn?: (message: string) => void;
}

/**
 * The keys of the store in a folder, for `keys` of `createGateway`: as they are added and revoked with `sluice keys`.
 * Close it when the gateway is closed.
 * @throws KeyStoreFault where there is a store that cannot be used
 */
export function keptKeys({ folder, warn = () => undefined }: KeyStoreOptions): KeptKeys {
  return KeptKeys.open(folder, { runtime: nodeRuntime, warn });
}

const MEANWHILE = 'Until that is mended its keys open nothing.';
const LOOK_MS = 200;
/** So many looks in a row may find it locked before nothing is believed of it any more. */
const PATIENCE = 2;
const USE_MS = 60_000;
const WRITE_MS = 5_000;

export class KeptKeys implements KeySource {
  keys: readonly SourceKey[] = [];
  isInUse = false;
  readonly #folder: string;
  readonly #ports: KeptKeysPorts;
  readonly #listeners = new Set<() => void>();
  #store: KeyStore | undefined;
  /** Which file it is, and its journal: others may take their places, or a copy be written over it. */
  #file = '';
  #journal = '';
  #form: number | undefined;
  #seen = { dataVersion: -1, changes: -1 };
  #timer: Timer | undefined;
  #isClosed = false;
  #locked = 0;
  #told = '';
  #toldAt = 0;
  /** By hash: when a use was last noted, and those that are not written yet. */
  readonly #noted = new Map<string, number>();
  readonly #uses = new Map<string, number>();
  #written = 0;

  private constructor(folder: string, ports: KeptKeysPorts) {
    this.#folder = folder;
    this.#ports = ports;
  }

  /** @throws KeyStoreFault where there is a store that cannot be used */
  static open(folder: string, ports: KeptKeysPorts): KeptKeys {
    const kept = new KeptKeys(folder, ports);
    kept.#look();
    kept.#again();
    return kept;
  }

  watch(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  look(): void {
    if (this.#isClosed) return;
    try {
      this.#look();
    } catch {
      // Somebody may be writing just now. What is wrong is found, and told, by the look that is due.
    }
  }

  used({ sha256 }: SourceKey): void {
    const now = this.#ports.runtime.now();
    if (now - (this.#noted.get(sha256) ?? -Infinity) < USE_MS) return;
    this.#noted.set(sha256, now);
    this.#uses.set(sha256, wallTime(this.#ports.runtime));
  }

  troubles(): readonly Trouble[] {
    if (this.#told === '') return [];
    return [{ code: 'keys_unusable', message: `${this.#told} ${MEANWHILE}`, since: this.#toldAt }];
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#letGo();
    this.#writeUses();
    this.#listeners.clear();
  }

  // ------------------------------------------------------------------------------------------- looking

  #again(): void {
    this.#timer = this.#ports.runtime.after(LOOK_MS, () => {
      try {
        this.#look();
        this.#well();
      } catch (error) {
        this.#failed(error);
      }
      if (this.#uses.size > 0 && this.#ports.runtime.now() - this.#written >= WRITE_MS) this.#writeUses();
      this.#again();
    });
  }

  #look(): void {
    const file = factsOf(keyFile(this.#folder));
    if (file !== this.#file || (this.#store && this.#journalNow !== this.#journal)) this.#letGo();
    this.#file = file;
    if (file === '') {
      if (this.isInUse) throw new KeyStoreFault(`The key store ${keyFile(this.#folder)} is gone.`);
      return;
    }
    // There is a store: whatever comes of it, somebody wants keys to be shown.
    if (!this.isInUse) this.#change(this.keys);
    this.#store ??= KeyStore.open(this.#folder, { create: false, waitMs: 0, isReader: true });
    if (!this.#store) return;
    this.#read(this.#store);
    // Made with the first look into it.
    if (this.#journal === '') this.#journal = this.#journalNow;
  }

  /** By its index: what others write while that is another one, is not seen here. */
  get #journalNow(): string {
    return placeOf(`${keyFile(this.#folder)}-shm`);
  }

  #read(store: KeyStore): void {
    const { dataVersion } = store;
    if (dataVersion === this.#seen.dataVersion) return;
    const { form } = store;
    if (this.#form !== undefined && form !== this.#form) return this.#letGo();
    this.#form = form;
    const { changes } = store;
    if (changes !== this.#seen.changes) {
      const keys = store.list();
      const known = new Set(keys.map(({ sha256 }) => sha256));
      for (const sha256 of this.#noted.keys()) if (!known.has(sha256)) this.#noted.delete(sha256);
      this.#change(keys);
    }
    this.#seen = { dataVersion, changes };
  }

  #change(keys: readonly SourceKey[]): void {
    this.isInUse = true;
    this.keys = keys;
    for (const listener of this.#listeners) listener();
  }

  // -------------------------------------------------------------------------------------- what is wrong

  #failed(error: unknown): void {
    const fault = error instanceof KeyStoreFault ? error : undefined;
    if (fault?.isPassing && ++this.#locked <= PATIENCE) return;
    this.#letGo();
    const message = error instanceof Error ? error.message : String(error);
    if (this.#told === '') this.#toldAt = this.#ports.runtime.now();
    if (message !== this.#told) this.#ports.warn(`${message} ${MEANWHILE}`);
    this.#told = message;
    if (this.keys.some(({ isRevoked }) => !isRevoked))
      this.#change(this.keys.map((key) => ({ ...key, isRevoked: true })));
  }

  #well(): void {
    this.#locked = 0;
    if (this.#told !== '') this.#ports.warn(`The key store ${keyFile(this.#folder)} can be used again.`);
    this.#told = '';
  }

  #letGo(): void {
    this.#seen = { dataVersion: -1, changes: -1 };
    this.#journal = '';
    this.#form = undefined;
    try {
      this.#store?.close();
    } catch {
      // What is broken may not even close.
    }
    this.#store = undefined;
  }

  #writeUses(): void {
    this.#written = this.#ports.runtime.now();
    let store: KeyStore | undefined;
    try {
      if (this.#uses.size > 0) store = KeyStore.open(this.#folder, { create: false, waitMs: 0 });
      store?.touch(this.#uses);
    } catch {
      // When a key was used last is of no weight to anybody's safety.
    }
    store?.close();
    this.#uses.clear();
  }
}

/** Which file stands at a path; empty where there is none. */
function placeOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts ? `${facts.dev}:${facts.ino}` : '';
}

/** The same, and when it was written: SQLite does that now and then, and somebody who copies over it always. */
function factsOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts ? `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeMs}` : '';
}
