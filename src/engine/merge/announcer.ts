/** Tells one client that lists changed: all changes within a short time as one notification a kind of list. */
import { readMessage, type Message } from '../../protocol/message.ts';
import { KINDS, type Kind } from '../catalog/kinds.ts';
import type { LineOwner } from '../line.ts';
import { notification } from '../notice.ts';
import type { Runtime, Timer } from '../ports.ts';

const MESSAGES = new Map<string, Message>(
  Object.values(KINDS).map(({ changed }) => [changed, readMessage(notification(changed))]),
);

export class Announcer {
  readonly #owner: LineOwner;
  readonly #runtime: Runtime;
  readonly #ms: number;
  readonly #due = new Set<string>();
  #timer: Timer | undefined;
  #isClosed = false;

  /** @param ms how long changes are gathered */
  constructor(owner: LineOwner, runtime: Runtime, ms: number) {
    this.#owner = owner;
    this.#runtime = runtime;
    this.#ms = ms;
  }

  changed(kinds: readonly Kind[]): void {
    // Those who name no session have no stream to hear it on.
    if (kinds.length === 0 || this.#isClosed || this.#owner.isStateless) return;
    for (const kind of kinds) this.#due.add(KINDS[kind].changed);
    this.#timer ??= this.#runtime.after(this.#ms, () => this.#tell());
  }

  /** Nothing is told any more, whatever changes in the end. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#due.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const due = [...this.#due];
    this.#due.clear();
    for (const method of due) this.#owner.notified(MESSAGES.get(method) as Message, undefined);
  }
}
