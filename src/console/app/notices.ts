/** Short words on what was done, shown for a while at the edge of the page. */
import { createStore } from './store.ts';

export interface Notice {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

/** More at once are not read. */
const MAX = 4;
const SHOWN_MS = 6_000;

export const notices = createStore<readonly Notice[]>([]);
let last = 0;

/** What went wrong stays until it is closed. */
export function notify(tone: Notice['tone'], text: string): void {
  last += 1;
  const notice = { id: last, tone, text };
  notices.set([...notices.get(), notice].slice(-MAX));
  if (tone === 'good') setTimeout(() => dismiss(notice.id), SHOWN_MS);
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id));
}
