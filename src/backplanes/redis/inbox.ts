/** The inbox of this node: read on a connection of its own, which waits for what comes. */
import type { Runtime } from '../../engine/ports.ts';
import { listOf, textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export interface InboxListener {
  /**
   * Whether letters may be handed on: not while the lease is over, as their senders may have taken this node for gone, and done
   * elsewhere what they asked for. Whether that is so is known with the next lease.
   */
  readonly isCurrent: boolean;
  letter(bytes: Buffer): void;
  /** What was in it, or was put into it, may be lost. */
  lost(): void;
  /** It can be read again. */
  heard(): void;
}

const BLOCK_MS = 1_000;
const AT_ONCE = 256;
/** How long it stays when its node does not look any more. */
const KEPT_MS = 60_000;
/** After so many that were read they are taken out. */
const TRIM_AFTER = 128;
const PAUSE_MS = 100;
const CATCH_UP_MS = 2_000;
const LOOK_MS = 10;
/** Who cannot read for so long does not hear what others say: longer than it takes to connect anew, less than a lease. */
const DEAF_MS = 2_000;

export class Inbox {
  readonly #key: string;
  readonly #commands: Connection;
  readonly #reading: Connection;
  readonly #runtime: Runtime;
  readonly #listener: InboxListener;
  /** The id of the last entry that was read. */
  #last = '';
  #read = 0;
  #run = '';
  #openings = 0;
  /** Since when it cannot be read, and why. */
  #failure: { readonly since: number; readonly error: Error } | undefined;
  #isClosed = false;

  constructor(
    node: string,
    keys: Keys,
    connections: { readonly commands: Connection; readonly reading: Connection },
    runtime: Runtime,
    listener: InboxListener,
  ) {
    this.#key = keys.inbox(node);
    this.#commands = connections.commands;
    this.#reading = connections.reading;
    this.#runtime = runtime;
    this.#listener = listener;
  }

  /** Why nothing of what others say arrives; undefined as long as it does, or fails for a moment. */
  get trouble(): Error | undefined {
    const { since = 0, error } = this.#failure ?? {};
    return this.#runtime.now() - since >= DEAF_MS ? error : undefined;
  }

  /** Makes it, and reads whatever comes. @throws Error where Redis cannot be asked */
  async open(): Promise<void> {
    await this.tick();
    await this.#readSome(false);
    void this.#readAll();
  }

  /** Now and then: keeps it for longer, takes out what was read; makes it anew where it is gone. */
  async tick(): Promise<void> {
    const [run, born] = listOf(
      await this.#commands.run('keepInbox', this.#key, KEPT_MS, this.#last === '' ? '' : after(this.#last)),
    ).map(textOf);
    const isFirst = this.#run === '';
    const isLost = !isFirst && (run !== this.#run || born !== '');
    // It may still be reading what another Redis has, which nobody writes to.
    if (run !== this.#run && !isFirst && this.#openings === this.#reading.openings) this.#reading.reopen();
    this.#openings = this.#reading.openings;
    this.#run = run ?? '';
    if (born) this.#last = born;
    else if (isFirst) this.#last = '0-0';
    this.#read = 0;
    if (isLost && !this.#isClosed) this.#listener.lost();
  }

  close(): void {
    this.#isClosed = true;
  }

  /**
   * Resolves with true once all was read that is in it by now; with false where that takes too long. @throws Error where
   * Redis cannot be asked
   */
  async caughtUp(): Promise<boolean> {
    const mark = textOf(await this.#commands.ask('XADD', this.#key, 'NOMKSTREAM', '*', 'mark', ''));
    if (mark === '') return false;
    const until = this.#runtime.now() + CATCH_UP_MS;
    while (!this.#isClosed && this.#runtime.now() < until) {
      if (!isBefore(this.#last, mark)) return true;
      await new Promise<void>((resolve) => this.#runtime.after(LOOK_MS, resolve));
    }
    return false;
  }

  async #readAll(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#readSome(this.#failure === undefined);
      } catch (error) {
        // The connection is looked after by itself.
        this.#failed(error);
        await new Promise<void>((resolve) => this.#runtime.after(PAUSE_MS, resolve));
      }
    }
  }

  #failed(error: unknown): void {
    const since = this.#failure?.since ?? this.#runtime.now();
    this.#failure = { since, error: error instanceof Error ? error : new Error('It cannot be read.') };
  }

  #succeeded(): void {
    if (!this.#failure) return;
    this.#failure = undefined;
    if (!this.#isClosed) this.#listener.heard();
  }

  async #readSome(mayWait: boolean): Promise<void> {
    const waiting = mayWait ? ['BLOCK', BLOCK_MS] : [];
    const words = ['COUNT', AT_ONCE, ...waiting, 'STREAMS', this.#key, this.#last];
    const [stream] = listOf(await this.#reading.ask('XREAD', ...words));
    this.#succeeded();
    for (const entry of listOf(listOf(stream)[1])) {
      if (!this.#listener.isCurrent) await this.#current();
      if (this.#isClosed) return;
      const [id, fields] = listOf(entry);
      this.#last = textOf(id);
      const [name, letter] = listOf(fields);
      if (textOf(name) === 'm' && Buffer.isBuffer(letter)) this.#listener.letter(letter);
      this.#read++;
    }
    if (this.#read >= TRIM_AFTER) this.#trim();
  }

  async #current(): Promise<void> {
    while (!this.#isClosed && !this.#listener.isCurrent)
      await new Promise<void>((resolve) => this.#runtime.after(LOOK_MS, resolve));
  }

  #trim(): void {
    this.#read = 0;
    this.#commands.ask('XTRIM', this.#key, 'MINID', after(this.#last)).catch(() => {});
  }
}

function isBefore(one: string, other: string): boolean {
  const [ms = 0, number = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return ms < otherMs || (ms === otherMs && number < otherNumber);
}

/** The first id after an id. */
function after(id: string): string {
  const [ms = '0', number = '0'] = id.split('-');
  return `${ms}-${BigInt(number) + 1n}`;
}
