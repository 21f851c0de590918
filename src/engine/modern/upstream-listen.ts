/**
 * One `subscriptions/listen` of ours at a modern server: open as long as the server likes, acknowledged once.
 *
 * Source: MCP 2026-07-28, subscriptions.
 */
import { META_KEYS, MODERN_VERSION } from '../../protocol/era.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import { ANY_SIZE, type Message, readMessage } from '../../protocol/message.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import { Exchange, type ExchangeOwner, type Sink } from '../exchange.ts';
import { fail } from '../faults.ts';
import { request } from '../notice.ts';
import type { UpstreamFault } from '../ports.ts';
import { Announcement } from './announcement.ts';
import { type Filter, filterJson, grantedIn } from './listen-filter.ts';
import { ACKNOWLEDGED } from './listener.ts';

/** Why it is over, where we did not call it off. */
export type ListenEnd =
  /** The server ended it in good order. */
  | { readonly kind: 'ended' }
  /** The server refused it. */
  | { readonly kind: 'refused'; readonly met: Message }
  /** There is no way to the server. */
  | {
      readonly kind: 'failed';
      readonly word: ErrorWord;
      readonly message: string;
      readonly retryAfterMs: number;
      readonly met: UpstreamFault | undefined;
    };

export interface ListenHandler {
  acknowledged(listen: UpstreamListen): void;
  announced(announcement: Announcement, listen: UpstreamListen): void;
  over(listen: UpstreamListen, end: ListenEnd): void;
}

export class UpstreamListen extends Exchange {
  override isEndless = true;
  readonly asked: Filter;
  readonly message: Message;
  /** What the server honours; undefined until it said so. */
  granted: Filter | undefined;
  readonly #handler: ListenHandler;
  #met: UpstreamFault | undefined;

  constructor(owner: ExchangeOwner, asked: Filter, handler: ListenHandler, now: number) {
    const message = readMessage(request(0, 'subscriptions/listen', paramsOf(asked)), ANY_SIZE);
    super(owner, message, NOWHERE, now);
    this.message = message;
    this.asked = asked;
    this.#handler = handler;
  }

  override get isOwn(): boolean {
    return true;
  }

  /** Whether what the server says reaches those who listen. */
  get isOpen(): boolean {
    return this.granted !== undefined && !this.isOver;
  }

  /** A notification on this subscription. What comes before the acknowledgement is none. */
  heard(message: Message): void {
    if (this.isOver) return;
    if (message.method === ACKNOWLEDGED) return this.#acknowledged(message);
    const announcement = this.granted && Announcement.of(message);
    if (announcement) this.#handler.announced(announcement, this);
  }

  /** The server's way to end it where all messages share one channel. */
  calledOffByServer(): void {
    this.upstream?.drop(this);
    if (this.finish('ended')) this.#handler.over(this, { kind: 'ended' });
  }

  override answer(message: Message): void {
    const isError = message.kind === 'error';
    if (!this.finish(isError ? 'error' : 'ok')) return;
    this.#handler.over(this, isError ? { kind: 'refused', met: message } : { kind: 'ended' });
  }

  override fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    if (!this.finish(word)) return;
    const retryAfterMs = typeof data?.['retryAfterMs'] === 'number' ? data['retryAfterMs'] : 0;
    this.#handler.over(this, { kind: 'failed', word, message, retryAfterMs, met: this.#met });
  }

  /** Never sent again as it was: what is wanted may be something else by now. */
  override lost(fault: UpstreamFault, _isUnsent: boolean): void {
    this.#met = fault;
    fail(this, fault);
  }

  #acknowledged(message: Message): void {
    if (this.granted) return;
    this.granted = grantedIn(message);
    this.#handler.acknowledged(this);
  }
}

/** What our requests at modern servers say of us, and what is listened for. */
function paramsOf(asked: Filter): string {
  const capabilities = asked.tasks.size > 0 ? { extensions: { 'io.modelcontextprotocol/tasks': {} } } : {};
  const meta = JSON.stringify({
    [META_KEYS.version]: MODERN_VERSION,
    [META_KEYS.info]: { name: 'sluice', version: SLUICE_VERSION },
    [META_KEYS.capabilities]: capabilities,
  });
  return `{"_meta":${meta},"notifications":${filterJson(asked)}}`;
}

const NOWHERE: Sink = {
  event: () => undefined,
  answer: () => undefined,
  cancelled: () => undefined,
  isFollowed: false,
};
