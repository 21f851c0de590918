/**
 * Messages that the feed passed over, asked for afterwards. A burst is made whole so; a flood is not: what nobody can read
 * is not worth the gateway's time.
 */
import type { MessageList } from '../../../edges/admin/contract/lists.ts';
import { api } from '../api.ts';
import type { Timeline } from './timeline.ts';

/** More at once stay missed. */
const MOST = 500;
/** Between two questions. */
const REST_MS = 500;

export class Latecomers {
  readonly #session: string;
  readonly #timeline: Timeline;
  readonly #signal: AbortSignal;
  #count = 0;
  #before = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: string, timeline: Timeline, signal: AbortSignal) {
    this.#session = session;
    this.#timeline = timeline;
    this.#signal = signal;
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** @param before the number before which they passed */
  missed(before: number, count: number): void {
    this.#before = Math.max(this.#before, before);
    this.#count += count;
    this.#timer ??= setTimeout(() => void this.#ask(), REST_MS);
  }

  async #ask(): Promise<void> {
    const [count, before] = [this.#count, this.#before];
    this.#count = 0;
    try {
      if (count > MOST) return;
      // What came with the feed in between is asked for, too, as it cannot be told apart.
      const limit = Math.min(MOST * 2, count * 2 + 100);
      const query = new URLSearchParams({
        session: this.#session,
        before: String(before),
        limit: String(limit),
      });
      const { messages } = await api.get<MessageList>(`messages?${query}`, {}, this.#signal);
      this.#timeline.fill(messages.slice(this.#firstKnown(messages)));
    } catch {
      // They stay missed, which is said already.
    } finally {
      this.#timer = undefined;
      if (this.#count > 0 && !this.#signal.aborted) this.missed(this.#before, 0);
    }
  }

  /** What is older than all that is shown was let go of, and stays so. */
  #firstKnown(messages: MessageList['messages']): number {
    const oldest = this.#timeline.get().entries[0]?.seq ?? 0;
    const at = messages.findIndex(({ seq }) => seq >= oldest);
    return at < 0 ? messages.length : at;
  }
}
