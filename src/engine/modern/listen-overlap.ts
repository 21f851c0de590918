/**
 * Which of what several subscriptions at one server announce is new, while one of them takes over from another.
 *
 * What happens in that time is announced on both, in either order, and what happened before the new one on the old one
 * alone. So the n-th word on a subject counts once, on whichever comes first; a new subscription begins to count
 * where the others are.
 */
import type { Announcement } from './announcement.ts';

/** Subjects that are counted; of more everything is passed on. */
const MOST = 10_000;

export class Overlap<Source extends object> {
  /** How often each subject was passed on. */
  readonly #passed = new Map<string, number>();
  readonly #heard = new Map<Source, Map<string, number>>();

  /** One more takes part, beside those that do already. */
  begin(source: Source): void {
    this.#heard.set(source, new Map(this.#passed));
  }

  end(source: Source): void {
    this.#heard.delete(source);
    if (this.#heard.size > 1) return;
    // Nobody is left to say the same again.
    this.#passed.clear();
    for (const heard of this.#heard.values()) heard.clear();
  }

  /** Whether nobody said it before. */
  isNew({ key }: Pick<Announcement, 'key'>, source: Source): boolean {
    const heard = this.#heard.get(source);
    if (!heard || this.#heard.size === 1) return true;
    const count = (heard.get(key) ?? 0) + 1;
    const passed = this.#passed.get(key) ?? 0;
    if (passed === 0 && this.#passed.size >= MOST) return true;
    heard.set(key, count);
    if (count <= passed) return false;
    this.#passed.set(key, count);
    return true;
  }
}
