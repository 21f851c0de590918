/**
 * Messages from a server that hands them over one by one: the body of an answer, the data of an event, a frame.
 *
 * What is no message is reported, in bounds, and told to whoever hands it over.
 */
import type { Runtime } from '../engine/ports.ts';
import { type ErrorWord, ProtocolError } from '../protocol/errors.ts';
import { readLong } from '../protocol/long.ts';
import { type Depth, type Message, partsOf, type ReadLimits, readMessage } from '../protocol/message.ts';
import { joined } from '../protocol/pieces.ts';
import type { Refusals } from './reports.ts';
import { quotedId } from './lost-answers.ts';

export interface IntakeOptions {
  readonly limits: ReadLimits;
  readonly runtime: Runtime;
  readonly refusals: Refusals;
}

/** Who is told. Must not throw. */
export interface Hearing {
  message(message: Message): void;
  /**
   * Something that is no message, or an answer that fits no request.
   * @param why the rest of a sentence
   * @param id our number of the request, where it can be told from an answer that gives it back as a string
   */
  bad(word: ErrorWord, why: string, bytes: Uint8Array, id?: string): void;
}

export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Takes what came: one message, or a batch of them. White space alone is nothing. @param pieces kept as they are */
  take(pieces: readonly Uint8Array[], hearing: Hearing): void {
    const { limits, runtime } = this.#options;
    const long = readLong(pieces, limits, (bytes) => runtime.isUtf8(bytes));
    if (long) return this.#give(long, hearing);
    const whole = joined(pieces);
    const start = beginning(whole);
    if (start === whole.length) return;
    if (whole[start] !== OPEN_ARRAY) return this.#takeOne(whole, 'envelope', hearing);
    try {
      // A server that negotiated 2025-03-26 may send several messages in one array.
      const parts = partsOf(whole, limits) ?? [];
      for (const part of parts) this.#takeOne(part, 'full', hearing);
    } catch (error) {
      this.#refuse(error, whole, hearing);
    }
  }

  #takeOne(bytes: Uint8Array, depth: Depth, hearing: Hearing): void {
    const { limits, runtime } = this.#options;
    if (!runtime.isUtf8(bytes)) {
      return this.#refuse(new ProtocolError('invalid_utf8', 'It is not UTF-8.'), bytes, hearing);
    }
    let message: Message;
    try {
      message = readMessage(bytes, limits, depth);
    } catch (error) {
      return this.#refuse(error, bytes, hearing);
    }
    this.#give(message, hearing);
  }

  #give(message: Message, hearing: Hearing): void {
    const id = quotedId(message);
    if (id === undefined) return hearing.message(message);
    const why = `The number of a request was sent to it as ${id}, and came back as a string.`;
    this.#options.refusals.report(
      'upstream_bad_answer',
      `An answer that fits no request was dropped: ${why}`,
    );
    hearing.bad('upstream_bad_answer', why, message.bytes, id);
  }

  #refuse(error: unknown, bytes: Uint8Array, hearing: Hearing): void {
    const isKnown = error instanceof ProtocolError;
    const why = isKnown ? error.message : 'It could not be read.';
    const word = isKnown ? error.word : 'internal_error';
    this.#options.refusals.report(word, `What the server sent is no message and was dropped: ${why}`);
    hearing.bad(word, why, bytes);
  }
}

const OPEN_ARRAY = 0x5b;

/** Where the text begins behind white space; the length when there is none. */
function beginning(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const c = bytes[at];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
    at++;
  }
  return at;
}
