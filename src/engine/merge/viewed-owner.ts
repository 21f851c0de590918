/** A session as a server of which not everything is offered sees it: what is said of what is not offered stops here. */
import type { Message } from '../../protocol/message.ts';
import { changedBy } from '../catalog/kinds.ts';
import type { View } from '../catalog/view.ts';
import type { Exchange } from '../exchange.ts';
import type { Forwarded } from '../forwarded.ts';
import type { LineOwner } from '../line.ts';
import { isUpdateOfHidden } from '../policy/passing.ts';
import type { UpstreamFault } from '../ports.ts';
import type { UpstreamSession } from '../upstream-session.ts';

export class ViewedOwner implements LineOwner {
  readonly id: string;
  readonly principal: string;
  readonly isStateless: boolean;
  readonly forwarded: Forwarded;
  readonly #owner: LineOwner;
  readonly #view: View;
  readonly #onLost: () => void;

  /** @param onLost told when a conversation ended, before its owner is */
  constructor(owner: LineOwner, view: View, onLost: () => void) {
    this.id = owner.id;
    this.principal = owner.principal;
    this.isStateless = owner.isStateless;
    this.forwarded = owner.forwarded;
    this.#owner = owner;
    this.#view = view;
    this.#onLost = onLost;
  }

  get subscriptions(): ReadonlySet<string> {
    return this.#owner.subscriptions;
  }

  get isWatched(): boolean {
    return this.#owner.isWatched === true;
  }

  get isUnclaimed(): boolean {
    return this.#owner.isUnclaimed === true;
  }

  notified(message: Message, exchange: Exchange | undefined): void {
    if (isUpdateOfHidden(message, this.#view)) return;
    const kinds = changedBy(message.method);
    if (kinds.length > 0 && kinds.every((kind) => this.#view[kind].isShut)) return;
    this.#owner.notified(message, exchange);
  }

  asked(upstream: UpstreamSession, message: Message, exchange: Exchange | undefined): void {
    this.#owner.asked(upstream, message, exchange);
  }

  askCancelled(upstream: UpstreamSession, message: Message): void {
    this.#owner.askCancelled(upstream, message);
  }

  upstreamLost(upstream: UpstreamSession, fault: UpstreamFault): void {
    this.#onLost();
    this.#owner.upstreamLost(upstream, fault);
  }
}
