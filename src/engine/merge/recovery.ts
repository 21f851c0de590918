/**
 * Servers that could not be asked are asked again by themselves, so that what they have appears without anybody's
 * doing. One session tries for all; its success is told to the others.
 */
import type { Runtime, Timer } from '../ports.ts';
import type { MergeLimits } from './limits.ts';
import type { MemberLine } from './member-line.ts';

interface Failing {
  /** Those who could not ask it, the latest last. Bounded by the sessions of the merge. */
  readonly members: Set<MemberLine>;
  tries: number;
  timer: Timer | undefined;
}

export class Recovery {
  readonly #runtime: Runtime;
  readonly #limits: MergeLimits;
  readonly #failing = new Map<string, Failing>();

  constructor(runtime: Runtime, limits: MergeLimits) {
    this.#runtime = runtime;
    this.#limits = limits;
  }

  failed(member: MemberLine): void {
    const failing = this.#failing.get(member.name) ?? { members: new Set(), tries: 0, timer: undefined };
    this.#failing.set(member.name, failing);
    failing.members.delete(member);
    failing.members.add(member);
    if (failing.timer) return;
    const ms = Math.min(this.#limits.retryMs * 2 ** failing.tries, this.#limits.longestRetryMs);
    failing.timer = this.#runtime.after(ms, () => this.#again(member.name, failing));
  }

  /** It could be asked: the others are told that it is worth their while. */
  succeeded(member: MemberLine): void {
    const failing = this.#failing.get(member.name);
    if (!failing) return;
    this.#failing.delete(member.name);
    failing.timer?.cancel();
    for (const other of failing.members) if (other !== member) other.revive();
  }

  left(member: MemberLine): void {
    const failing = this.#failing.get(member.name);
    if (!failing?.members.delete(member) || failing.members.size > 0) return;
    failing.timer?.cancel();
    this.#failing.delete(member.name);
  }

  #again(server: string, failing: Failing): void {
    failing.timer = undefined;
    failing.tries += 1;
    const last = [...failing.members].at(-1);
    if (last) last.lists.retry();
    else this.#failing.delete(server);
  }
}
