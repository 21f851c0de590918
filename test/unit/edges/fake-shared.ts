/** What several nodes share, in one process: names and values, and announcements, reached or not. */
import type { Bus, BusListener, Directory } from '../../../src/engine/ports-backplane.ts';

export class FakeShared {
  readonly agreed = new Map<string, string>();
  readonly values = new Map<string, Uint8Array>();
  readonly said: string[] = [];
  readonly #listeners = new Set<BusListener>();
  isAway = false;

  forget(): void {
    this.agreed.clear();
    this.values.clear();
  }

  readonly directory: Pick<Directory, 'agree' | 'get' | 'put' | 'take'> = {
    agree: async (name, proposed) => {
      this.#ask();
      const text = this.agreed.get(name) ?? proposed;
      this.agreed.set(name, text);
      return text;
    },
    get: async (name) => {
      this.#ask();
      return this.values.get(name);
    },
    put: async (name, value) => {
      this.#ask();
      if (this.values.has(name)) return false;
      this.values.set(name, value);
      return true;
    },
    take: async (name) => {
      this.#ask();
      const value = this.values.get(name);
      this.values.delete(name);
      return value;
    },
  };

  bus(node: string): Bus {
    return {
      listen: (listener) => void this.#listeners.add(listener),
      send: () => false,
      kept: async () => false,
      announce: (topic, text) => {
        this.said.push(`${node}: ${topic} ${text}`);
        if (!this.isAway) for (const listener of this.#listeners) listener.announced(topic, text, node);
      },
    };
  }

  #ask(): void {
    if (this.isAway) throw new Error('away');
  }
}
