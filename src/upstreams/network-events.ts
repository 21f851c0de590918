/** A stream of events that belongs to no call: what is wrong with one of them is told to whom it was for. */
import type { ErrorWord } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import { SseReader, type SseListener } from '../protocol/sse-reader.ts';
import type { Hearing } from './intake.ts';
import { RemoteRequest } from './network-request.ts';
import { instead, lostId } from './lost-answers.ts';

export abstract class EventRequest extends RemoteRequest implements Hearing, SseListener {
  protected reader: SseReader | undefined;

  abstract event(type: string, data: readonly Uint8Array[]): void;
  abstract message(message: Message): void;

  protected listen(): SseReader {
    this.reader = new SseReader(this.remote.limits.bytes, this);
    return this.reader;
  }

  override data(chunk: Uint8Array): void {
    if (!this.passes(chunk)) this.reader?.push(chunk);
  }

  tooLarge(head: Uint8Array, tail: Uint8Array): void {
    const { bytes } = this.remote.limits;
    const message = `An event of more than ${bytes} bytes was dropped; raise maxMessageBytes of the server.`;
    this.remote.refusals.report('event_too_large', message);
    const id = lostId(head, tail);
    const why = `The answer of the server was larger than ${bytes} bytes and was dropped.`;
    if (id !== undefined) this.message(instead(id, 'answer_too_large', why));
  }

  fieldTooLong(): void {
    this.remote.refusals.report('field_too_long', 'A field of an event that is longer than any was dropped.');
  }

  bad(_word: ErrorWord, why: string, bytes: Uint8Array, quoted?: string): void {
    this.rest();
    const id = quoted ?? lostId(bytes, bytes);
    if (id === undefined) return;
    this.message(instead(id, 'upstream_bad_answer', `The answer of the server was dropped: ${why}`));
  }
}
