/**
 * Asks the servers of a merge for their lists before anybody does: the first client that asks would else get those of
 * the quickest only, where a server takes seconds to start.
 *
 * Guarantees: asks in the gateway's own name, and not at all where it may make a difference who calls; what was
 * said to it counts as what was known last, never as what is; each conversation ends with its last list.
 */
import { LATEST_LEGACY } from '../../protocol/methods.ts';
import { ALL_KINDS } from '../catalog/kinds.ts';
import type { EngineContext } from '../context.ts';
import type { LineOwner } from '../line.ts';
import type { MergeLimits } from './limits.ts';
import { MemberLine, type MemberHost, type MemberOptions } from './member-line.ts';

type Scouted = Pick<MemberOptions, 'name' | 'server' | 'offering'>;

export class Scout implements MemberHost {
  readonly owner = NOBODY;
  readonly hello = undefined;
  readonly version = LATEST_LEGACY;
  readonly #limits: MergeLimits;
  readonly #context: EngineContext;
  readonly #members = new Set<MemberLine>();

  constructor(limits: MergeLimits, context: EngineContext) {
    this.#limits = limits;
    this.#context = context;
  }

  /** Whether servers are being asked. */
  get isOut(): boolean {
    return this.#members.size > 0;
  }

  ask(members: readonly Scouted[]): void {
    for (const { name, server, offering } of members) {
      if (server.forwardHeaders.length > 0 || this.#isAsking(server)) continue;
      const options = { name, server, offering, host: this, limits: this.#limits, context: this.#context };
      const member = new MemberLine(options);
      this.#members.add(member);
      for (const kind of ALL_KINDS) member.lists.refresh(kind);
      this.settled(member);
    }
  }

  settled(member: MemberLine): void {
    if (ALL_KINDS.some((kind) => member.lists.isPending(kind))) return;
    if (this.#members.delete(member)) member.close();
  }

  changed(): void {}

  memberLost(): void {}

  close(): void {
    for (const member of this.#members) member.close();
    this.#members.clear();
  }

  #isAsking(server: Scouted['server']): boolean {
    return [...this.#members].some((member) => member.server === server);
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** The gateway itself: no key gives this name. */
const NOBODY: LineOwner = {
  id: '',
  principal: '',
  isStateless: true,
  forwarded: undefined,
  subscriptions: NOTHING,
  notified: () => undefined,
  asked: () => undefined,
  askCancelled: () => undefined,
  upstreamLost: () => undefined,
};
