/**
 * A link on which a client's own `initialize` is tried in the words that a server is thought to understand. Where it
 * does not, and turns out to understand the other ones, the conversation goes on in those, and nobody upstairs sees more
 * than that it took longer.
 *
 * Once the server has answered, each message costs one more call and nothing else.
 */
import { ownNumber, type Message } from '../../protocol/message.ts';
import { faultOf } from '../faults.ts';
import type { LinkEvents, Runtime, Timer, UpstreamFault, UpstreamLink } from '../ports.ts';

/** The words that are tried next. */
export interface OtherWords {
  /**
   * Whether the server understands them. Rejects where that cannot be found out.
   * @param isRefused it did not understand the first; else it has not answered yet
   */
  readonly isOther: (isRefused: boolean) => Promise<boolean>;
  /** Opens the link that is used then. */
  readonly openOther: (events: LinkEvents) => Promise<UpstreamLink>;
  /** Whether they serve a client better that was given no session. */
  readonly isBetter?: () => Promise<boolean>;
  /** The server has answered in the first words. */
  readonly onUnderstood?: () => void;
  /** How long it may stay silent before it is asked for the others; default: as long as it likes. */
  readonly patience?: { readonly runtime: Runtime; readonly ms: number };
}

export interface FirstWordsOptions extends OtherWords {
  readonly events: LinkEvents;
  /** The server goes with its link: one that ends at `initialize` did not understand it. */
  readonly isOurs: boolean;
}

export class FirstWords implements UpstreamLink, LinkEvents {
  readonly #options: FirstWordsOptions;
  readonly #events: LinkEvents;
  #link: UpstreamLink | undefined;
  /** The `initialize` that is not answered yet. */
  #hello: { readonly bytes: Uint8Array; readonly number: number } | undefined;
  /** Nothing has been asked yet. */
  #isNew = true;
  /** The server has answered, and may be asked again in the other words. */
  #isWeighing = false;
  /** The first link is given up. */
  #isSwitching = false;
  #patience: Timer | undefined;
  #isPaused = false;
  #isOver = false;

  constructor(options: FirstWordsOptions) {
    this.#options = options;
    this.#events = options.events;
  }

  /** Takes the open link in the first words, whose events go to this. */
  use(link: UpstreamLink): void {
    this.#link = link;
  }

  // -------------------------------------------------------------------------------------- to the server

  send(bytes: Uint8Array, number?: number, about?: Parameters<UpstreamLink['send']>[2]): void {
    if (this.#isNew && number !== undefined) {
      this.#isNew = false;
      this.#hello = { bytes, number };
      this.#watch();
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

  async giveUp(fault: UpstreamFault): Promise<void> {
    await (this.#link?.giveUp?.(fault) ?? this.close());
  }

  /** A server that says nothing may know other words only. */
  #watch(): void {
    const { patience, isOther } = this.#options;
    this.#patience = patience?.runtime.after(patience.ms, () => {
      void isOther(false).then(
        (isModern) => {
          if (isModern && this.#hello && !this.#isSwitching) this.#foreign(() => undefined);
        },
        () => undefined,
      );
    });
  }

  // ------------------------------------------------------------------------------------ from the server

  message(message: Message, related?: number): void {
    const hello = this.#hello;
    if (!hello || !isAnswerTo(message, hello.number)) return this.#events.message(message, related);
    if (message.kind === 'error') return this.#foreign(() => this.#events.message(message));
    if (this.#isWeighing) return;
    if (this.#link?.isSessionless === true && this.#options.isBetter) this.#weigh(message);
    else this.#understood(message);
  }

  #understood(answer: Message): void {
    this.#greeted();
    this.#options.onUnderstood?.();
    this.#events.message(answer);
  }

  /** Without a session a client is neither asked nor told of changes, which it may be in the other words. */
  #weigh(answer: Message): void {
    this.#isWeighing = true;
    const isBetter = this.#options.isBetter?.() ?? Promise.resolve(false);
    void isBetter
      .catch(() => false)
      .then((better) => {
        if (this.#isOver || this.#isSwitching) return;
        if (better) this.#foreign(() => this.#understood(answer));
        else this.#understood(answer);
      });
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

  /** It was not understood. @param tell what the engine is told where the others would not be either */
  #foreign(tell: () => void): void {
    const old = this.#link;
    this.#isSwitching = true;
    this.#patience?.cancel();
    this.#link = undefined;
    void this.#switch(old, tell).catch((error: unknown) => this.#end(faultOf(error)));
  }

  async #switch(old: UpstreamLink | undefined, tell: () => void): Promise<void> {
    // Its place may be needed, and its end is ours to wait for.
    await old?.close().catch(() => undefined);
    const isOther = !this.#isOver && (await this.#options.isOther(true).catch(() => false));
    if (this.#isOver) return;
    if (!isOther) {
      tell();
      return this.#end(CLOSED);
    }
    const link = await this.#options.openOther(this.#otherEvents());
    if (this.#isOver) return void link.close();
    this.#link = link;
    if (this.#isPaused) link.pause();
    const hello = this.#greeted();
    if (hello) link.send(hello.bytes, hello.number);
  }

  /** What is told of that link; it may end when this one has ended already. */
  #otherEvents(): LinkEvents {
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
    this.#greeted();
    this.#events.closed(fault);
  }

  /** Nothing is to be said again any more. */
  #greeted(): { readonly bytes: Uint8Array; readonly number: number } | undefined {
    const hello = this.#hello;
    this.#hello = undefined;
    this.#patience?.cancel();
    return hello;
  }
}

function isAnswerTo({ kind, bytes, id }: Message, number: number): boolean {
  return (kind === 'response' || kind === 'error') && ownNumber(bytes, id) === number;
}

const CLOSED: UpstreamFault = { code: 'closed', message: 'The connection to the server was closed.' };
