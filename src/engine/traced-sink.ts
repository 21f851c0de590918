/** A way for the answer to one request, with what the head of that request said of a trace. */
import type { TraceHead } from '../protocol/trace-context.ts';
import type { Sink } from './exchange.ts';
import type { Bytes } from './ports.ts';

export class TracedSink implements Sink {
  readonly trace: TraceHead;
  readonly #sink: Sink;

  constructor(sink: Sink, trace: TraceHead) {
    this.#sink = sink;
    this.trace = trace;
  }

  get isFollowed(): boolean {
    return this.#sink.isFollowed;
  }

  get address(): string | undefined {
    return this.#sink.address;
  }

  event(data: Bytes): void {
    this.#sink.event(data);
  }

  answer(data: Bytes, id?: Uint8Array, isFailure?: boolean): void {
    this.#sink.answer(data, id, isFailure);
  }

  cancelled(): void {
    this.#sink.cancelled();
  }

  opens(): boolean {
    return this.#sink.opens?.() ?? true;
  }
}
