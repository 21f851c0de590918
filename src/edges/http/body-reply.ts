/** The answer to a POST that has it in its body as well as on the stream of its session. */
import type { Sink } from '../../engine/exchange.ts';
import { EMPTY_HEAD, JSON_HEAD } from '../../engine/http-heads.ts';
import type { Bytes, Responder } from '../../engine/ports.ts';

export class BodyReply implements Sink {
  readonly #responder: Responder;
  readonly #stream: Sink;

  constructor(responder: Responder, stream: Sink) {
    this.#responder = responder;
    this.#stream = stream;
  }

  get isFollowed(): boolean {
    return this.#stream.isFollowed;
  }

  event(data: Bytes): void {
    this.#stream.event(data);
  }

  answer(data: Bytes, id?: Uint8Array, isFailure?: boolean): void {
    this.#stream.answer(data, id, isFailure);
    this.#responder.reply(200, JSON_HEAD, data);
  }

  cancelled(): void {
    this.#stream.cancelled();
    this.#responder.reply(202, EMPTY_HEAD);
  }
}
