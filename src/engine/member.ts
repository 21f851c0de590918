/** Who takes part in a conversation with a server. */
import type { Message } from '../protocol/message.ts';
import type { Exchange } from './exchange.ts';
import type { UpstreamFault } from './ports.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** A client session that uses this conversation. */
export interface Member {
  readonly id: string;
  /** Resources whose updates this member wants. */
  readonly subscriptions: ReadonlySet<string>;
  /** Somebody hears what the server says by itself. Default false. */
  readonly isWatched?: boolean;
  /** Its client has not come back since its first words. Default false. */
  readonly isUnclaimed?: boolean;
  /** The server said something on its own, or to a call of this member. */
  notified(message: Message, exchange: Exchange | undefined): void;
  /** The server asks the client. Only on links that are not shared. */
  asked(upstream: UpstreamSession, message: Message, exchange: Exchange | undefined): void;
  /** The server calls a question off. */
  askCancelled(upstream: UpstreamSession, message: Message): void;
  /** The link ended; what was in flight has been answered already. */
  upstreamLost(upstream: UpstreamSession, fault: UpstreamFault): void;
}
