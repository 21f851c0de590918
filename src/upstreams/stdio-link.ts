/** One child process as an open line to a server. */
import type { LinkEvents, Runtime, UpstreamFault, UpstreamLink } from '../engine/ports.ts';
import type { ReadLimits } from '../protocol/message.ts';
import type { Refusals } from './reports.ts';
import type { Child, Exit } from './stdio-child.ts';
import type { ServerLog } from './stdio-log.ts';
import { MessageReader } from './stdio-reads.ts';
import { LineWriter } from './stdio-writes.ts';

/** How long after a child's death, or the end of one of its pipes, its last words may take to arrive. */
const LAST_WORDS_MS = 250;

export interface LinkOptions {
  /** The server's name, for people. */
  readonly name: string;
  readonly runtime: Runtime;
  readonly refusals: Refusals;
  readonly limits: ReadLimits;
  /** Bytes that may wait for the child to read them; more ends the link. */
  readonly maxQueuedBytes: number;
  /** Called once, with the first proper message. */
  readonly onSpoken: () => void;
  /** Called once when the link ended and before `closed` is told. */
  readonly onEnd: (end: LinkEnd) => void;
}

/** What the driver wants to know of a link that ended. */
export interface LinkEnd {
  readonly fault: UpstreamFault;
  /** Whether it was closed by us. */
  readonly isWanted: boolean;
  /** Whether anything was said to the server. */
  readonly wasAsked: boolean;
  /** Whether the server ever said a proper message. */
  readonly hasSpoken: boolean;
  /** How long the link was open. */
  readonly livedMs: number;
}

export class StdioLink implements UpstreamLink {
  readonly #child: Child;
  readonly #log: ServerLog;
  readonly #events: LinkEvents;
  readonly #options: LinkOptions;
  readonly #reader: MessageReader;
  readonly #writer: LineWriter;
  readonly #openedAt: number;
  #wasAsked = false;
  #hasSpoken = false;
  #hasEnded = false;
  #isEnding = false;

  /** @param log where the child's stderr goes already */
  constructor(child: Child, log: ServerLog, events: LinkEvents, options: LinkOptions) {
    const { runtime, refusals, limits } = options;
    this.#child = child;
    this.#log = log;
    this.#events = events;
    this.#options = options;
    this.#openedAt = runtime.now();
    this.#writer = new LineWriter(child.stdin);
    this.#reader = new MessageReader(child.stdout, {
      limits,
      runtime,
      refusals,
      onMessage: (message) => {
        if (!this.#hasSpoken) options.onSpoken();
        this.#hasSpoken = true;
        events.message(message);
      },
    });
    const isBroken = (): void => void this.#lastWords();
    child.stdin.once('error', isBroken);
    child.stdout.once('end', isBroken);
    child.stdout.once('error', isBroken);
    void child.exited.then(isBroken);
  }

  send(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    this.#wasAsked = true;
    this.#writer.write(bytes);
    if (this.queued > this.#options.maxQueuedBytes) this.#overflow();
  }

  get queued(): number {
    return this.#hasEnded ? 0 : this.#writer.queued;
  }

  pause(): void {
    if (!this.#hasEnded) this.#reader.pause();
  }

  resume(): void {
    if (!this.#hasEnded) this.#reader.resume();
  }

  async close(): Promise<void> {
    this.#writer.flush();
    const isWanted = !this.#isEnding;
    const message = `The link to the server "${this.#options.name}" was closed.`;
    // Told after the caller's own code, never from within it.
    queueMicrotask(() => this.#end({ code: 'closed', message }, isWanted));
    await this.#child.stop();
  }

  async giveUp(fault: UpstreamFault): Promise<void> {
    queueMicrotask(() => this.#end(fault, false));
    await this.#child.stop('term');
  }

  /** The child died, or one of its pipes broke: waits for what it still has to say, then ends the link. */
  async #lastWords(): Promise<void> {
    if (this.#isEnding || this.#hasEnded) return;
    this.#isEnding = true;
    const { runtime } = this.#options;
    const { stdout, stderr, exited } = this.#child;
    this.#reader.finish();
    let timer: { cancel(): void } | undefined;
    const late = new Promise<void>((resolve) => {
      timer = runtime.after(LAST_WORDS_MS, resolve);
    });
    try {
      await Promise.race([Promise.all([exited, hasEnded(stdout), hasEnded(stderr)]), late]);
    } finally {
      timer?.cancel();
    }
    const { sentence, exit } = this.#child;
    this.#end(sentence ?? (exit ? this.#exited(exit) : this.#broken()), false);
    void this.#child.stop('term');
  }

  /** The child does not read, and what waits for it grew beyond all measure. */
  #overflow(): void {
    queueMicrotask(() => {
      const message = `The server "${this.#options.name}" does not read its input; the link to it was closed.`;
      this.#end({ code: 'closed', message }, false);
      void this.#child.stop('term');
    });
  }

  #end(fault: UpstreamFault, isWanted: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#reader.stop();
    this.#writer.drop();
    const livedMs = this.#options.runtime.now() - this.#openedAt;
    const [wasAsked, hasSpoken] = [this.#wasAsked, this.#hasSpoken];
    this.#options.onEnd({ fault, isWanted, wasAsked, hasSpoken, livedMs });
    this.#events.closed(fault);
  }

  #exited({ code, signal }: Exit): UpstreamFault {
    const how = signal ? `was ended by ${signal}` : `exited with code ${code ?? 'unknown'}`;
    const last = this.#log.lastLine;
    return {
      code: 'exited',
      message: `The server "${this.#options.name}" ${how}${last ? `: ${last}` : '.'}`,
    };
  }

  #broken(): UpstreamFault {
    return { code: 'closed', message: `The server "${this.#options.name}" closed its input or output.` };
  }
}

function hasEnded(
  stream: NodeJS.ReadableStream & { readableEnded: boolean; destroyed: boolean },
): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
}
