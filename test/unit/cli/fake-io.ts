/** An `Io` that keeps what was said, for tests. */
import type { Io, Signal } from '../../../src/cli/io.ts';

export class FakeIo implements Io {
  readonly said = { out: '', err: '' };
  readonly exits: number[] = [];
  outIsTerminal = false;
  errIsTerminal = false;
  columns = 80;
  env: Record<string, string> = {};
  cwd = '/';
  readonly #listeners = new Set<(signal: Signal) => void>();

  out(text: string): void {
    this.said.out += text;
  }

  err(text: string): void {
    this.said.err += text;
  }

  sinceStart(): number {
    return 123.4;
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onHangup(): () => void {
    return () => {};
  }

  pipes(): never {
    throw new Error('There are no pipes here.');
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** How many listen for signals. */
  get listening(): number {
    return this.#listeners.size;
  }

  signal(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }
}
