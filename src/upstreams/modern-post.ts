/**
 * One message to a modern server over HTTP. Nothing is ever taken up again: a connection that is cut is the end of its
 * request, and cutting it is how a request is called off.
 *
 * Source: MCP 2026-07-28, Streamable HTTP.
 */
import type { ModernLink } from './modern-link.ts';
import { tooManyConnections, type Trouble } from './network-faults.ts';
import { judgeModern, type Refusal } from './network-refusal.ts';
import { NOTE_SILENCE_MS, Posting } from './streamable-posting.ts';

export interface ModernPostFacts {
  readonly headers: readonly string[];
  /** It stays open and may be silent for ever. */
  readonly isListening: boolean;
}

export class ModernPost extends Posting {
  readonly #link: ModernLink;
  readonly #facts: ModernPostFacts;

  constructor(link: ModernLink, bytes: Uint8Array, number: number | undefined, facts: ModernPostFacts) {
    super(link, bytes, number);
    this.#link = link;
    this.#facts = facts;
  }

  protected override start(): void {
    const { name, slots } = this.remote;
    const { headers, isListening } = this.#facts;
    // What stays must not take the last places from calls.
    if (isListening && slots.isScarce) return this.refused(tooManyConnections(name, slots.max), true);
    const { target } = this.#link;
    this.ask(
      { method: 'POST', target, headers, body: this.bytes, silenceMs: this.#silenceMs },
      this.#isShort,
    );
  }

  protected override get isTrial(): boolean {
    return this.#link.isProbe;
  }

  get #isShort(): boolean {
    return this.number === undefined;
  }

  get #silenceMs(): number {
    if (this.#facts.isListening) return 0;
    return this.#isShort ? NOTE_SILENCE_MS : this.remote.silenceMs;
  }

  protected override refusedWith(refusal: Refusal): void {
    const verdict = judgeModern(this.remote, refusal, this.number, this.#link.isProbe);
    if ('code' in verdict) return this.fail(verdict, false);
    this.answerWith(verdict);
  }

  protected override cutShort(_isFailure: boolean, trouble: Trouble): void {
    this.fail(trouble, false);
  }
}
