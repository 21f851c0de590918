/** Runs the JavaScript client of a README as it is written there, with the names a page would have. */
import { createContext, runInContext } from 'node:vm';
import { within } from '../support/raw.ts';
import { HeaderEventSource } from './event-source.ts';

/** A value of the script as one of this realm. */
function ours(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

interface Line {
  readonly words: readonly unknown[];
}

export class Page {
  /** What the script logged, word for word. */
  readonly lines: Line[] = [];
  readonly #origin: string;
  readonly #sources = new Set<HeaderEventSource>();
  readonly #waiters = new Set<() => void>();
  readonly #context: object;

  /** @param origin where the page and what it calls are, whatever host the script names */
  constructor(origin: string) {
    this.#origin = origin;
    const at = (url: string) => new URL(url.replace(/^https?:\/\/[^/]+/, ''), origin).href;
    const sources = this.#sources;
    this.#context = createContext({
      EventSource: class extends HeaderEventSource {
        constructor(url: string, init?: { headers?: Record<string, string> }) {
          super(at(url), init);
          sources.add(this);
        }
      },
      fetch: (url: string, init?: RequestInit) => fetch(at(url), init),
      console: { log: (...words: unknown[]) => this.#log(words.map(ours)) },
    });
  }

  /** Runs a script; what it declared stays, so that a later one can use it. */
  run(script: string): unknown {
    return runInContext(script, this.#context, { filename: `${this.#origin}/page.js` });
  }

  /** The words logged after this first word, in the first line that fits: at once, or as soon as it is logged. */
  logged(
    first: string,
    fits: (words: readonly unknown[]) => boolean = () => true,
  ): Promise<readonly unknown[]> {
    const look = () =>
      this.lines.find(({ words }) => words[0] === first && fits(words.slice(1)))?.words.slice(1);
    const found = new Promise<readonly unknown[]>((resolve) => {
      const waiter = () => {
        const words = look();
        if (!words) return;
        this.#waiters.delete(waiter);
        resolve(words);
      };
      this.#waiters.add(waiter);
      waiter();
    });
    return within(found, `the page to log ${first}`);
  }

  close(): void {
    for (const source of this.#sources) source.close();
  }

  #log(words: unknown[]): void {
    this.lines.push({ words });
    for (const waiter of this.#waiters) waiter();
  }
}
