/** The answer to a POST that has it in its body as well as on the stream of its session. */
import type { Sink } from '../../engine/exchange.ts';
import { EMPTY_HEAD, JSON_HEAD } from '../../engine/http-heads.ts';
import type { Bytes, Responder } from '../../engine/ports.ts';
import { answerWithoutRoom } from '../../engine/room.ts';
import type { UnreadAnswers } from '../../engine/unread.ts';

export class BodyReply implements Sink {
  readonly #responder: Responder;
  readonly #stream: Sink;
  readonly #unread: UnreadAnswers;

  /** @param unread where bodies count that the client does not read */
  constructor(responder: Responder, stream: Sink, unread: UnreadAnswers) {
    this.#responder = responder;
    this.#stream = stream;
    this.#unread = unread;
  }

  get isFollowed(): boolean {
    return this.#stream.isFollowed;
  }

  event(data: Bytes): void {
    this.#stream.event(data);
  }

  answer(data: Bytes, id?: Uint8Array, isFailure?: boolean): void {
    this.#stream.answer(data, id, isFailure);
    if (this.#responder.isDone) return;
    const refusal = this.#unread.refusal(data);
    this.#responder.reply(200, JSON_HEAD, refusal ? answerWithoutRoom(id, refusal) : data);
    this.#unread.add(this.#responder);
  }

  cancelled(): void {
    this.#stream.cancelled();
    this.#responder.reply(202, EMPTY_HEAD);
  }
}
