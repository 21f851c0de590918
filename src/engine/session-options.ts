/** What a session is opened with. */
import type { Payers } from './account.ts';
import type { Forwarded } from './forwarded.ts';
import type { Mount } from './line.ts';
import type { Dialect } from './ports.ts';
import type { Session } from './session.ts';
import type { WhoOpens } from './session-facts.ts';

interface Common extends WhoOpens {
  readonly mount: Mount;
  readonly principal: string;
  /** Headers of the caller that may be passed on. */
  readonly forwarded?: Forwarded;
  readonly dialect: Dialect;
  /** What is assumed of a client that did not say: the version of its `initialize` is used when there is one. */
  readonly version: string;
}

export interface OpenOptions extends Common {
  /** Who pays for it; default: its principal, and nobody else than the gateway. */
  readonly payers?: Payers | undefined;
  /** Where clients of this session post, given its id. */
  readonly endpoint?: (id: string) => string;
}

export interface SessionOptions extends Common {
  readonly payers: Payers;
  readonly id: string;
  readonly endpoint: string;
  /** For clients that never name a session: no standing stream, no questions, one link per principal. */
  readonly isStateless: boolean;
  /** See `Session.generation`; default 0. */
  readonly generation?: number;
  readonly onClosed: (session: Session, reason: string) => void;
}
