/** Progress of a call on standard error: a bar that moves on a terminal, else a line each. */
import { harmless, type Io } from '../io.ts';

export interface ProgressFacts {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

const BAR = 24;

export class ProgressView {
  readonly #io: Io;
  #hasBar = false;

  constructor(io: Io) {
    this.#io = io;
  }

  show(facts: ProgressFacts): void {
    const count = facts.total === undefined ? `${facts.progress}` : `${facts.progress}/${facts.total}`;
    const text = [count, harmless(facts.message ?? '').replace(/\s+/g, ' ')]
      .filter((part) => part !== '')
      .join(' ');
    if (!this.#io.errIsTerminal) return this.#io.err(`progress ${text}\n`);
    this.#hasBar = true;
    const line = facts.total === undefined ? `… ${text}` : `${bar(facts.progress / facts.total)} ${text}`;
    this.#io.err(`\r\u001b[K${line.slice(0, Math.max(20, this.#io.columns - 1))}`);
  }

  /** Takes the bar away; plain lines stay. */
  end(): void {
    if (this.#hasBar) this.#io.err('\r\u001b[K');
    this.#hasBar = false;
  }
}

function bar(share: number): string {
  const filled = Math.round(BAR * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)));
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
}
