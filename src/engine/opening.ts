/** The opening of a conversation with a server. */
import type { Era } from '../protocol/era.ts';
import type { Message } from '../protocol/message.ts';
import type { UpstreamFault } from './ports.ts';
import type { Forwarded } from './forwarded.ts';
import type { Member } from './member.ts';

/** A conversation to be opened, and who is told how that goes. */
export interface Opening {
  /** A modern conversation has no handshake: it is open as soon as its link is. Default `legacy`. */
  readonly era?: Era;
  /** The params of `initialize` as JSON text. */
  readonly hello: Uint8Array;
  /** What a tap calls the client's own `initialize`, where it is that. */
  readonly seenAs?: number | undefined;
  readonly principal: string;
  /** Headers of the caller to be passed on. */
  readonly forwarded?: Forwarded;
  readonly isShared: boolean;
  /** Who hears what the server says, from its first word on. */
  readonly member?: Member;
  /** The server answered `initialize`, be it with an error. Called in the turn in which the answer came. */
  readonly answered: (answer: Message) => void;
  /** It did not start, did not answer in time, or ended later. Called once, last. */
  readonly ended: (fault: UpstreamFault) => void;
}
