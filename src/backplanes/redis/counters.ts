/** Levels of buckets, in Redis. */
import type { Counters, Spent } from '../../engine/ports-backplane.ts';
import { textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export class RedisCounters implements Counters {
  readonly #connection: Connection;
  readonly #keys: Keys;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async exchange(spent: readonly Spent[]): Promise<readonly (number | undefined)[]> {
    const answers: Promise<unknown>[] = [];
    this.#connection.together(() => {
      for (const { key, amount, perMs, most, cost } of spent) {
        answers.push(this.#connection.run('spendBucket', this.#keys.bucket(key), amount, perMs, most, cost));
      }
    });
    const outcomes = await Promise.allSettled(answers);
    const levels = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? Number(textOf(outcome.value)) : undefined,
    );
    if (levels.length > 0 && levels.every((level) => level === undefined)) await Promise.all(answers);
    return levels;
  }
}
