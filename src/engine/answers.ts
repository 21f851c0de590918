/** The answers given on a stream: they outlive its history, so that nobody waits for what was said. */
import { errorResponse } from '../protocol/errors.ts';
import type { EventLog, LoggedEvent } from './ports-backplane.ts';

interface Given {
  readonly offset: number;
  readonly id: Uint8Array | undefined;
}

export class Answers {
  /** As many as the POST of the stream has requests. */
  readonly #given: Given[] = [];

  /** @param id the raw id that was answered, where it is known */
  add(offset: number, id: Uint8Array | undefined): void {
    this.#given.push({ offset, id });
  }

  /** The answers with an offset in `(after, last]`: as they were, or an error where the log lost them, too. */
  async *between(after: number, last: number, log: EventLog, stream: string): AsyncGenerator<LoggedEvent> {
    for (const { offset, id } of this.#given) {
      if (offset <= after || offset > last) continue;
      const kept = await read(log, stream, offset);
      if (kept) yield kept;
      else if (id) yield { offset, data: errorResponse(id, 'history_lost', 'The answer is no longer kept.') };
    }
  }
}

async function read(log: EventLog, stream: string, offset: number): Promise<LoggedEvent | undefined> {
  try {
    for await (const event of log.read(stream, offset - 1)) return event;
  } catch {
    // Lost, or the log cannot be read: either way the caller is told.
  }
  return undefined;
}
