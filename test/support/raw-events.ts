/** Reads a `text/event-stream` as a browser does, and keeps what came (WHATWG HTML, server-sent events). */
import type { IncomingMessage } from 'node:http';
import { PATIENCE_MS } from './patience.ts';

export interface RawEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly retry: number | undefined;
  readonly data: string;
}

/** One JSON-RPC message, as far as tests look into it. */
export interface Rpc {
  readonly jsonrpc?: string;
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: {
    readonly content?: readonly { readonly text?: string }[];
    readonly [name: string]: unknown;
  };
  readonly error?: { code: number; message: string; data?: { code?: string; hint?: string } };
}

interface Waiter {
  look(): boolean;
}

export class EventFeed {
  /** Every block that held a field, in order. */
  readonly events: RawEvent[] = [];
  readonly comments: string[] = [];
  /** The data of every `message` event that had any. */
  readonly messages: Rpc[] = [];
  /** How the body ended, once it did. */
  end: 'whole' | 'cut' | undefined;
  /** Resolves when the body has ended. */
  readonly ended: Promise<'whole' | 'cut'>;
  #rest = '';
  #ended: (how: 'whole' | 'cut') => void = () => {};
  readonly #waiters = new Set<Waiter>();

  static of(message: IncomingMessage): EventFeed {
    const feed = new EventFeed();
    message.setEncoding('utf8');
    message.on('data', (text: string) => feed.push(text));
    message.once('end', () => feed.close('whole'));
    message.once('close', () => feed.close('cut'));
    return feed;
  }

  constructor() {
    this.ended = new Promise((resolve) => (this.#ended = resolve));
  }

  push(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() as string;
    for (const block of blocks) this.#block(block);
    this.#tell();
  }

  close(how: 'whole' | 'cut'): void {
    if (this.end) return;
    this.end = how;
    this.#ended(how);
    this.#tell();
  }

  /** The first thing that `look` finds: at once or as soon as it comes. Rejects after `ms` or at the end. */
  async until<T>(what: string, look: () => T | undefined | false, ms = PATIENCE_MS): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const found = () => {
          const value = look();
          if (value !== undefined && value !== false) resolve(value);
          else if (this.end) reject(new Error(`The stream ended (${this.end}) before ${what}.`));
          else return false;
          return true;
        };
        if (found()) return;
        this.#waiters.add({ look: found });
        timer = setTimeout(() => reject(new Error(`Waited ${ms} ms in vain for ${what}.`)), ms);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer to a request of this id; with `count`, the second, the third … */
  answer(id: string | number | null, count = 1, ms?: number): Promise<Rpc> {
    const find = () =>
      this.messages.filter((message) => message.id === id && message.method === undefined)[count - 1];
    return this.until(`answer ${count} to ${JSON.stringify(id)}`, find, ms);
  }

  /** The ids of all events that had one. */
  get ids(): string[] {
    return this.events.flatMap(({ id }) => (id === undefined ? [] : [id]));
  }

  get lastId(): string | undefined {
    return this.ids.at(-1);
  }

  #block(block: string): void {
    let event = 'message';
    let id: string | undefined;
    let retry: number | undefined;
    const data: string[] = [];
    let fields = 0;
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (colon === 0) this.comments.push(value);
      else fields++;
      if (name === 'event') event = value;
      else if (name === 'id') id = value;
      else if (name === 'retry') retry = Number(value);
      else if (name === 'data') data.push(value);
    }
    if (fields === 0) return;
    const text = data.join('\n');
    this.events.push({ event, id, retry, data: text });
    if (event === 'message' && text !== '') this.messages.push(JSON.parse(text) as Rpc);
  }

  #tell(): void {
    for (const waiter of this.#waiters) if (waiter.look()) this.#waiters.delete(waiter);
  }
}
