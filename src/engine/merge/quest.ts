/**
 * Looking for the server that has a resource which none of them lists: each is asked to read it, in their order. The
 * next one is asked when the one before says no, or takes its time.
 *
 * Reading changes nothing, so it does no harm to ask one that does not have it.
 */
import { copySpan, type Message } from '../../protocol/message.ts';
import { KINDS } from '../catalog/kinds.ts';
import type { EngineContext } from '../context.ts';
import { isFailure, OwnCall } from '../own-call.ts';
import type { Timer } from '../ports.ts';
import { handshakeOf } from './answers.ts';
import type { MemberLine } from './member-line.ts';

export interface QuestOptions {
  /** Those to be asked, in order. */
  readonly members: readonly MemberLine[];
  /** The raw params of `resources/read`. */
  readonly params: string;
  /** How long one is waited for before the next is asked as well. */
  readonly waitMs: number;
  readonly context: EngineContext;
  /** Called once: with who has it and its answer, or without when nobody does. */
  readonly done: (owner: MemberLine | undefined, answer: Message | undefined) => void;
}

export class Quest {
  readonly #options: QuestOptions;
  readonly #open = new Set<OwnCall>();
  #next = 0;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(options: QuestOptions) {
    this.#options = options;
  }

  start(): void {
    this.#askNext();
  }

  /** Nobody wants to know any more. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    for (const call of this.#open) {
      if (call.number > 0) call.upstream?.callOff(call, 'Another server has it.');
      call.cancel();
    }
    this.#open.clear();
  }

  #askNext(): void {
    this.#timer?.cancel();
    if (this.#isOver) return;
    const { members, context, waitMs } = this.#options;
    let member = members[this.#next++];
    while (member?.isClosed) member = members[this.#next++];
    if (!member) return this.#open.size === 0 ? this.#finish(undefined, undefined) : undefined;
    this.#timer = context.runtime.after(waitMs, () => this.#askNext());
    this.#ask(member);
  }

  #ask(member: MemberLine): void {
    const { context, params } = this.#options;
    const call = new OwnCall('resources/read', params, context.runtime.now(), (answer) => {
      this.#open.delete(call);
      if (this.#isOver) return;
      if (isFailure(answer) || answer.kind === 'error') this.#askNext();
      else this.#finish(member, answer);
    });
    this.#open.add(call);
    member.line.reach(call, (upstream) => {
      if (handshakeOf(upstream).capabilities.has(KINDS.resources.capability))
        return member.call(call, call.message, context.runtime.now());
      call.fail('method_not_found', 'The server has no resources.');
    });
  }

  #finish(owner: MemberLine | undefined, answer: Message | undefined): void {
    this.stop();
    this.#options.done(owner, answer);
  }
}

/** The raw params of a request, as text. */
export function paramsText(message: Message): string {
  return message.params.end === 0 ? '{}' : new TextDecoder().decode(copySpan(message.bytes, message.params));
}
