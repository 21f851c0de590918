/**
 * One client that listens: what it asked for, what it was told that it gets, and what it is told since.
 *
 * Guarantees: acknowledged once, before anything else; told nothing that it did not ask for or was not acknowledged;
 * everything carries the id of its own request.
 *
 * Source: MCP 2026-07-28, subscriptions.
 */
import { META_KEYS } from '../../protocol/era.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import { type Message, splice } from '../../protocol/message.ts';
import { result } from '../notice.ts';
import type { Announcement } from './announcement.ts';
import { common, type Filter, filterJson } from './listen-filter.ts';
import type { ModernCall } from './modern-call.ts';
import { codeOf } from '../error-code.ts';

/** Whoever hears what servers announce, for those who listen. */
export interface ListenSource {
  /** Takes one in: it is acknowledged or refused in time. */
  join(listener: Listener): void;
  /** It is over, whatever the reason; called once for each that joined. */
  leave(listener: Listener): void;
}

export class Listener {
  readonly call: ModernCall;
  readonly wanted: Filter;
  /** Set by whoever took it in: takes it out again, its call unanswered. */
  release: (() => void) | undefined;
  #honoured: Filter | undefined;

  constructor(call: ModernCall, wanted: Filter) {
    this.call = call;
    this.wanted = wanted;
  }

  /** What it was told that it gets; undefined before that. */
  get honoured(): Filter | undefined {
    return this.#honoured;
  }

  /** Tells it what of its wishes is honoured. @param granted what the server said that it honours, or more */
  acknowledge(granted: Filter): void {
    if (this.#honoured) return;
    const honoured = common(this.wanted, granted);
    this.#honoured = honoured;
    const params = `{"_meta":{${this.#tag}},"notifications":${filterJson(honoured)}}`;
    this.call.event(encoder.encode(`{"jsonrpc":"2.0","method":"${ACKNOWLEDGED}","params":${params}}`));
  }

  hear(announcement: Announcement): void {
    if (this.#honoured && announcement.isFor(this.#honoured)) this.call.event(announcement.for(this.call.id));
  }

  /** Ends it in good order. @param why for one that was not acknowledged yet */
  end(why: { readonly word: ErrorWord; readonly message: string }): void {
    if (!this.#honoured) return this.fail(why.word, why.message);
    this.call.answer(result(this.call.id, `{"resultType":"complete","_meta":{${this.#tag}}}`));
  }

  fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    this.call.fail(word, message, data);
  }

  /** The server refused it: in its own words. */
  refuse(error: Message): void {
    this.call.code = codeOf(error);
    this.call.answer(splice(error, { id: this.call.id }));
  }

  get #tag(): string {
    return `"${META_KEYS.subscription}":${decoder.decode(this.call.id)}`;
  }
}

export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const encoder = new TextEncoder();
const decoder = new TextDecoder();
