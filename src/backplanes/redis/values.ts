/** Small things that are kept for all, in Redis. */
import { bufferOf, textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { whole } from './records.ts';

export class Values {
  readonly #connection: Connection;
  readonly #keys: Keys;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async agree(name: string, proposed: string): Promise<string> {
    const known = await this.#connection.ask('SET', this.#keys.agreed(name), proposed, 'NX', 'GET');
    return Buffer.isBuffer(known) ? textOf(known) : proposed;
  }

  async put(name: string, value: Uint8Array, ms: number): Promise<boolean> {
    const key = this.#keys.value(name);
    return (await this.#connection.ask('SET', key, bufferOf(value), 'NX', 'PX', whole(ms))) !== null;
  }

  async set(name: string, value: Uint8Array, ms: number): Promise<void> {
    await this.#connection.ask('SET', this.#keys.value(name), bufferOf(value), 'PX', whole(ms));
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return found(await this.#connection.ask('GET', this.#keys.value(name)));
  }

  async take(name: string): Promise<Uint8Array | undefined> {
    return found(await this.#connection.ask('GETDEL', this.#keys.value(name)));
  }
}

function found(value: unknown): Uint8Array | undefined {
  return Buffer.isBuffer(value) ? value : undefined;
}
