/**
 * What the tools of one link want to see in headers: learnt from every list that passes by, and asked for once where
 * none did yet. Who needs it waits for that in bounds: a list that cannot be had, has no end or does not come holds no
 * call up for long.
 */
import type { Message } from '../../protocol/message.ts';
import { request } from '../notice.ts';
import type { Runtime, Timer } from '../ports.ts';
import type { AsLegacyLimits } from './as-legacy-limits.ts';
import { readTools } from './listed-tools.ts';
import type { ModernWire } from './modern-wire.ts';
import { ParamHeaders } from './param-headers.ts';
import type { Stamp } from './stamp.ts';

/** What of a link is needed for that. */
export interface ToolsLink {
  readonly wire: ModernWire;
  readonly runtime: Runtime;
  readonly limits: AsLegacyLimits;
  readonly saysHeaders: boolean;
  readonly stamp: Stamp;
  note(code: string, message: string): void;
}

export class ToolsKnown<Call extends { readonly message: Message }> {
  readonly #link: ToolsLink;
  readonly #send: (call: Call) => void;
  readonly #headers: ParamHeaders;
  /** The calls that wait for the list; undefined while it is not asked for. */
  #listing: { readonly waiting: Set<Call>; readonly timer: Timer; number: number } | undefined;

  /** @param send sends a call that waited */
  constructor(link: ToolsLink, send: (call: Call) => void) {
    this.#link = link;
    this.#send = send;
    this.#headers = new ParamHeaders(link.limits.tools);
  }

  /** Whether a call can be sent without the list. */
  areKnownTo({ message: { method } }: Call): boolean {
    return !this.#link.saysHeaders || method !== 'tools/call' || this.#headers.isKnown;
  }

  /** The headers of a request; undefined where none are wanted. */
  headersOf(message: Message): Record<string, string> | undefined {
    return message.method === 'tools/call' ? this.#headers.of(message) : undefined;
  }

  /** A page that passes by is learnt from. @returns what takes out of it what the client must not see */
  passed(page: Message): ReturnType<typeof readTools>['cuts'] {
    const { saysHeaders } = this.#link;
    const listed = readTools(page, saysHeaders);
    this.#headers.learn(listed);
    for (const [name, why] of listed.invalid) this.#link.note('invalid_tool', toldInvalid(name, why));
    return listed.cuts;
  }

  /** Sends a call once the list is known. */
  await(call: Call): void {
    if (this.#listing) return void this.#listing.waiting.add(call);
    const { runtime, limits } = this.#link;
    const timer = runtime.after(limits.listMs, () => this.#tooLate());
    this.#listing = { waiting: new Set([call]), timer, number: 0 };
    this.#list(undefined, limits.pages);
  }

  /** The same, asked for anew: it may have changed. */
  awaitNew(call: Call): void {
    this.#headers.forget();
    this.await(call);
  }

  /** A call was called off. */
  forget(call: Call): void {
    this.#listing?.waiting.delete(call);
  }

  clear(): void {
    this.#listing?.timer.cancel();
    this.#listing = undefined;
  }

  /** @param cursor JSON text */
  #list(cursor: string | undefined, pagesLeft: number): void {
    const { wire, stamp } = this.#link;
    const number = wire.nextNumber;
    if (this.#listing) this.#listing.number = number;
    const from = cursor === undefined ? '' : `"cursor":${cursor},`;
    const done = (): void => this.#known();
    const answered = (page: Message): void => {
      if (page.kind === 'error') return done();
      const listed = readTools(page, true);
      this.#headers.learn(listed);
      if (listed.nextCursor === undefined || pagesLeft <= 1) done();
      else this.#list(listed.nextCursor, pagesLeft - 1);
    };
    const bytes = request(number, 'tools/list', `{${from}"_meta":{${stamp.text}}}`);
    wire.send(number, bytes, { method: 'tools/list', target: undefined }, { answered, failed: done });
  }

  #tooLate(): void {
    if (this.#listing) this.#link.wire.callOff(this.#listing.number, 'The gateway has waited long enough.');
    this.#known();
  }

  /** The list is known, or cannot be: then calls go without, and the server says what it thinks of that. */
  #known(): void {
    this.#headers.isKnown = true;
    const { waiting, timer } = this.#listing ?? {};
    this.#listing = undefined;
    timer?.cancel();
    for (const call of waiting ?? []) this.#send(call);
  }
}

function toldInvalid(name: string, why: string): string {
  const shown = /^[\w.-]{1,128}$/.test(name) ? ` "${name}"` : '';
  return `The tool${shown} is not offered, because its headers are not as they must be: ${why}`;
}
