/** A request whose trace is not recorded here: what belongs to it is told so, and nothing else is done. */
import type { Span } from '../engine/ports-tracer.ts';
import type { TraceTexts } from '../protocol/trace-context.ts';

export class SilentSpan implements Span {
  readonly isRecorded = false;
  readonly #texts: TraceTexts;

  constructor(texts: TraceTexts) {
    this.#texts = texts;
  }

  sent(): TraceTexts {
    return this.#texts;
  }

  answered(): void {}

  asked(): undefined {}

  ended(): void {}
}
