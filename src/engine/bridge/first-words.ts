/**
 * A link on which a client's own `initialize` is tried as it is. Where the server does not understand it, and turns out
 * to understand modern words, the conversation goes on in those, and nobody upstairs sees more than that it took longer.
 *
 * Once the server has answered, each message costs one more call and nothing else.
 */
import { ownNumber, type Message } from '../../protocol/message.ts';
import { type LinkEvents, UpstreamError, type UpstreamFault, type UpstreamLink } from '../ports.ts';

export interface FirstWordsOptions {
  readonly events: LinkEvents;
  /** The server goes with its link: one that ends at `initialize` did not understand it. */
  readonly isOurs: boolean;
  /** Whether the server understands modern words. Rejects where that cannot be found out. */
  readonly isModern: () => Promise<boolean>;
  /** Opens the link that is used then. */
  readonly openModern: (events: LinkEvents) => Promise<UpstreamLink>;
  /** The server has answered in legacy words. */
  readonly onUnderstood: () => void;
}

export class FirstWords implements UpstreamLink, LinkEvents {
  readonly #options: FirstWordsOptions;
  readonly #events: LinkEvents;
  #link: UpstreamLink | undefined;
  /** The `initialize` that is not answered yet. */
  #hello: { readonly bytes: Uint8Array; readonly number: number } | undefined;
  /** Nothing has been asked yet. */
  #isNew = true;
  /** The legacy link is given up. */
  #isSwitching = false;
  #isPaused = false;
  #isOver = false;

  constructor(options: FirstWordsOptions) {
    this.#options = options;
    this.#events = options.events;
  }

  /** Takes the open legacy link, whose events go to this. */
  use(link: UpstreamLink): void {
    this.#link = link;
  }

  // -------------------------------------------------------------------------------------- to the server

  send(bytes: Uint8Array, number?: number, about?: Parameters<UpstreamLink['send']>[2]): void {
    if (this.#isNew && number !== undefined) {
      this.#isNew = false;
      this.#hello = { bytes, number };
    }
    this.#link?.send(bytes, number, about);
  }

  abandon(number: number): void {
    this.#link?.abandon?.(number);
  }

  get queued(): number {
    return this.#link?.queued ?? 0;
  }

  pause(): void {
    this.#isPaused = true;
    this.#link?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#link?.resume();
  }

  async close(): Promise<void> {
    const link = this.#link;
    if (link) return link.close();
    this.#end(CLOSED);
  }

  // ------------------------------------------------------------------------------------ from the server

  message(message: Message, related?: number): void {
    const hello = this.#hello;
    if (!hello || !isAnswerTo(message, hello.number)) return this.#events.message(message, related);
    if (message.kind === 'error') return this.#foreign(() => this.#events.message(message));
    this.#hello = undefined;
    this.#options.onUnderstood();
    this.#events.message(message, related);
  }

  failed(number: number, fault: UpstreamFault, isUnsent: boolean): void {
    const tell = (): void => this.#events.failed(number, fault, isUnsent);
    if (this.#isSwitching) return;
    if (number === this.#hello?.number && fault.isRefusal === true) this.#foreign(tell);
    else tell();
  }

  closed(fault: UpstreamFault): void {
    if (this.#isSwitching) return;
    const isForeign = fault.isRefusal === true || (this.#options.isOurs && fault.code === 'exited');
    if (this.#hello && isForeign) this.#foreign(() => this.#end(fault));
    else this.#end(fault);
  }

  /** It was not understood. @param tell what the engine is told where modern words would not be either */
  #foreign(tell: () => void): void {
    const old = this.#link;
    this.#isSwitching = true;
    this.#link = undefined;
    void this.#switch(old, tell).catch((error: unknown) => this.#end(faultOf(error)));
  }

  async #switch(old: UpstreamLink | undefined, tell: () => void): Promise<void> {
    // Its place may be needed, and its end is ours to wait for.
    await old?.close().catch(() => undefined);
    const isModern = !this.#isOver && (await this.#options.isModern().catch(() => false));
    if (this.#isOver) return;
    if (!isModern) {
      tell();
      return this.#end(CLOSED);
    }
    const link = await this.#options.openModern(this.#modernEvents());
    if (this.#isOver) return void link.close();
    this.#link = link;
    if (this.#isPaused) link.pause();
    const hello = this.#hello;
    this.#hello = undefined;
    if (hello) link.send(hello.bytes, hello.number);
  }

  /** What is told of that link; it may end when this one has ended already. */
  #modernEvents(): LinkEvents {
    const events = this.#events;
    return {
      message: (message, related) => events.message(message, related),
      failed: (number, fault, isUnsent) => events.failed(number, fault, isUnsent),
      closed: (fault) => this.#end(fault),
    };
  }

  #end(fault: UpstreamFault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hello = undefined;
    this.#events.closed(fault);
  }
}

function isAnswerTo({ kind, bytes, id }: Message, number: number): boolean {
  return (kind === 'response' || kind === 'error') && ownNumber(bytes, id) === number;
}

/** What is no fault of the server's is ours, and told without details. */
function faultOf(error: unknown): UpstreamFault {
  if (error instanceof UpstreamError) return error.fault;
  return { code: 'internal', message: 'The gateway failed to reach the server.' };
}

const CLOSED: UpstreamFault = { code: 'closed', message: 'The connection to the server was closed.' };
