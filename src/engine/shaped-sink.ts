/** A way onto a stream that gives each message the shape of the POST it belongs to. */
import type { Sink } from './exchange.ts';
import type { Bytes } from './ports.ts';
import type { Shape } from './ports-shape.ts';
import type { Stream } from './stream.ts';

export class ShapedSink implements Sink {
  readonly shape: Shape;
  readonly #stream: Stream;

  constructor(stream: Stream, shape: Shape) {
    this.#stream = stream;
    this.shape = shape;
  }

  get isFollowed(): boolean {
    return this.#stream.isFollowed;
  }

  event(data: Bytes): void {
    this.#stream.publish(data, this.shape);
  }

  answer(data: Bytes, id?: Uint8Array, isFailure = false): void {
    this.#stream.publish(data, this.shape, isFailure, id ?? null);
  }

  /** Without an answer there is nothing to say on a stream that serves other calls, too. */
  cancelled(): void {}
}
