/**
 * Runs that are over, kept by the browser (IndexedDB) until they are too many or too large; the oldest go first, those
 * that are pinned last. Where the browser keeps nothing, they are kept as long as the page is open.
 */
import { type Kept, keep, revive } from './kept.ts';
import type { Run } from './run.ts';

const DATABASE = 'sluice-playground';
const STORE = 'runs';
export const MOST_RUNS = 100;
/** Characters of all runs together. */
export const MOST_CHARACTERS = 20_000_000;

export class History {
  #database: Promise<IDBDatabase | undefined> | undefined;

  /** The newest first. */
  async load(): Promise<Run[]> {
    const kept = await this.#all();
    return newestFirst(kept).flatMap((each) => revive(each) ?? []);
  }

  /** @returns the ids of those that had to go */
  async save(run: Run, schema?: unknown): Promise<string[]> {
    const entry = keep(run, schema);
    await this.#do('readwrite', (store) => store.put(entry));
    const gone = surplus(await this.#all());
    for (const id of gone) await this.remove(id);
    return gone;
  }

  async remove(id: string): Promise<void> {
    await this.#do('readwrite', (store) => store.delete(id));
  }

  async clear(): Promise<void> {
    await this.#do('readwrite', (store) => store.clear());
  }

  async #all(): Promise<Kept[]> {
    return (await this.#do('readonly', (store) => store.getAll() as IDBRequest<Kept[]>)) ?? [];
  }

  /** Undefined where the browser keeps nothing, or fails to. */
  async #do<Answer>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<Answer>,
  ): Promise<Answer | undefined> {
    try {
      const database = await (this.#database ??= open());
      if (!database) return undefined;
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      // At once: whoever leaves the page right now keeps it as well.
      if (mode === 'readwrite') transaction.commit();
      return await answerOf(request);
    } catch {
      return undefined;
    }
  }
}

async function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(STORE, { keyPath: 'id' });
    });
    return await answerOf(request);
  } catch {
    return undefined;
  }
}

function answerOf<Answer>(request: IDBRequest<Answer>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request.addEventListener('success', () => resolve(request.result));
  request.addEventListener('error', () => reject(request.error ?? new Error('The browser keeps nothing.')));
  return promise;
}

function newestFirst(kept: readonly Kept[]): Kept[] {
  return kept.toSorted((a, b) => b.startedAt - a.startedAt);
}

/** Those that are too many, or too large together. */
export function surplus(kept: readonly Kept[]): string[] {
  const first = newestFirst(kept).toSorted((a, b) => Number(b.isPinned) - Number(a.isPinned));
  let characters = 0;
  return first
    .filter((each, index) => {
      characters += each.json.length;
      return index >= MOST_RUNS || characters > MOST_CHARACTERS;
    })
    .map(({ id }) => id);
}
