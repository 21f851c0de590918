/**
 * What becomes of a node's own sessions once its lease had lapsed: each is claimed anew, or found to be another's and let go of.
 *
 * Guarantees: nothing is acted for before that is known; so many are asked for at once as is bounded.
 */
import type { Runtime, Timer } from '../ports.ts';
import type { Directory, SessionRecord } from '../ports-backplane.ts';
import type { Session } from '../session.ts';
import type { Kept } from './kept.ts';
import type { Tenure } from './tenure.ts';

/** `elsewhere`: it is not this node's any more, or is over. */
export type Reclaimed = 'here' | 'elsewhere' | 'uncertain';

export interface ReclaimsPorts {
  readonly node: string;
  readonly directory: Directory;
  readonly tenure: Pick<Tenure, 'isGood' | 'state'>;
  readonly runtime: Pick<Runtime, 'after'>;
  readonly recordOf: (session: Session) => SessionRecord;
  /** Writes its record. */
  readonly keep: (session: Session) => void;
  /** It is another's. */
  readonly letGo: (session: Session) => void;
  /** How long a record is kept, in ms. */
  readonly keptMs: number;
}

/** Claims that are under way at once, of those that nobody asked for. */
const AT_ONCE = 64;
const MOST_TRIES = 4;
/** Between two looks at those of which it could not be told. */
const AGAIN_MS = 1_000;

export class Reclaims {
  readonly #ports: ReclaimsPorts;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(ports: ReclaimsPorts) {
    this.#ports = ports;
  }

  /** Never rejects. @param tries what is left of them: its record may change meanwhile */
  async one(kept: Kept, tries = MOST_TRIES): Promise<Reclaimed> {
    const { directory, tenure, recordOf, keptMs } = this.#ports;
    const { session } = kept;
    const { term } = directory;
    try {
      const claimed = await directory.claim(recordOf(session), keptMs);
      if (session.isClosed) return 'elsewhere';
      // Of those who asked at once the first has it.
      if (kept.term === directory.term) return 'here';
      if (!claimed) return tries > 1 ? await this.#lost(kept, tries - 1) : 'uncertain';
      session.claimed(claimed.generation);
      kept.term = term;
      return 'here';
    } catch {
      return tenure.isGood && tenure.state === 'alone' ? 'here' : 'uncertain';
    }
  }

  /** All of them, though nobody asks: who follows a stream of what was claimed would wait here for ever. Never rejects. */
  async all(kept: readonly Kept[]): Promise<void> {
    const { term } = this.#ports.directory;
    const waiting = kept.values();
    const work = async () => {
      for (const one of waiting) {
        // It lapsed once more: all of them are looked at again.
        if (this.#ports.directory.term !== term) return;
        if (!one.session.isClosed && one.term !== term) await this.one(one);
      }
    };
    if (this.#ports.directory.isReached) await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.#later(kept, term);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  /** Those of which it could not be told, for as long as that is so. */
  #later(kept: readonly Kept[], term: number): void {
    const left = kept.filter((one) => !one.session.isClosed && one.term !== term);
    if (left.length === 0 || this.#isClosed || this.#ports.directory.term !== term) return;
    this.#timer = this.#ports.runtime.after(AGAIN_MS, () => {
      if (this.#ports.directory.term === term) void this.all(left);
    });
  }

  async #lost(kept: Kept, tries: number): Promise<Reclaimed> {
    const { node, directory, keep, letGo } = this.#ports;
    const { session } = kept;
    const record = await directory.find(session.id);
    if (session.isClosed) return 'elsewhere';
    const isOwn = record?.owner === node;
    if (!record || (isOwn && record.generation < session.generation)) {
      // What is shared lost it, and nobody else can have it.
      keep(session);
      return 'here';
    }
    if (!isOwn) {
      letGo(session);
      return 'elsewhere';
    }
    // Own claims may have been made though that was not heard.
    if (record.generation > session.generation) session.claimed(record.generation);
    return this.one(kept, tries);
  }
}
