/** The records of sessions in Redis: written without waiting, many at once. */
import type { SessionRecord } from '../../engine/ports-backplane.ts';
import { bufferOf, listOf, textOf, type Argument, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { ScriptName } from './scripts.ts';

export interface RecordsListener {
  /** A record turned out to be another node's. */
  claimed(session: string): void;
  /** A record that should be there is not, or could not be written. */
  missing(): void;
}

interface Written {
  readonly script: ScriptName;
  readonly session: string;
  readonly words: readonly Argument[];
}

/** Of what is written and not answered. */
const MOST_UNDER_WAY = 20_000;

export class Records {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #node: string;
  readonly #listener: RecordsListener;
  #waiting: Written[] = [];
  #underWay = 0;

  constructor(connection: Connection, keys: Keys, node: string, listener: RecordsListener) {
    this.#connection = connection;
    this.#keys = keys;
    this.#node = node;
    this.#listener = listener;
  }

  keep({ session, owner, generation, facts }: SessionRecord, ms: number): void {
    this.#write('keepSession', session, [owner, generation, bufferOf(new Uint8Array(facts)), whole(ms)]);
  }

  letGo({ session, generation, facts }: SessionRecord, ms: number): void {
    const words = [this.#node, generation, bufferOf(new Uint8Array(facts)), whole(ms)];
    this.#write('letGoSession', session, words);
  }

  touch(session: string, ms: number): void {
    this.#write('touchSession', session, [this.#node, whole(ms)]);
  }

  forget(session: string, generation: number): void {
    this.#write('forgetSession', session, [this.#node, generation]);
  }

  async find(session: string): Promise<SessionRecord | undefined> {
    const fields = ['owner', 'generation', 'facts'];
    const answer = listOf(await this.#connection.ask('HMGET', this.#keys.session(session), ...fields));
    const [owner, generation, facts] = answer;
    if (!Buffer.isBuffer(owner) || !Buffer.isBuffer(facts)) return undefined;
    return { session, owner: textOf(owner), generation: Number(textOf(generation)), facts };
  }

  async claim({ session, owner, generation }: SessionRecord, ms: number): Promise<SessionRecord | undefined> {
    const words = [this.#keys.session(session), owner, generation, this.#node, whole(ms)];
    const facts = await this.#connection.run('claimSession', ...words);
    if (!Buffer.isBuffer(facts)) return undefined;
    return { session, owner: this.#node, generation: generation + 1, facts };
  }

  #write(script: ScriptName, session: string, words: readonly Argument[]): void {
    if (!this.#connection.isUp || this.#underWay >= MOST_UNDER_WAY) return this.#listener.missing();
    this.#underWay++;
    if (this.#waiting.push({ script, session, words }) === 1) queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#connection.together(() => {
      for (const written of waiting) void this.#send(written);
    });
  };

  async #send({ script, session, words }: Written): Promise<void> {
    try {
      const outcome = await this.#connection.run(script, this.#keys.session(session), ...words);
      if (outcome === 0) this.#listener.claimed(session);
      if (outcome === -1) this.#listener.missing();
    } catch {
      this.#listener.missing();
    } finally {
      this.#underWay--;
    }
  }
}

/** Redis takes whole milliseconds, at least one. */
export function whole(ms: number): number {
  return Math.max(1, Math.ceil(ms));
}
