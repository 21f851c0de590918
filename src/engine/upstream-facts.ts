/** What a conversation with a server has to know of the server. */
import type { Message } from '../protocol/message.ts';
import type { Ask } from './asks.ts';
import type { Deadlines } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import type { Asked } from './taps.ts';

/** An `initialize` that is not answered yet. */
export interface Hello extends Asked {
  readonly answered: (answer: Message) => void;
}
import type { UpstreamDriver } from './ports.ts';

export interface UpstreamFacts {
  /** Counts for all links of a server: one that mixes its clients up cannot give one the answer of another. */
  readonly numbers: { next: number };
  readonly serverName: string;
  readonly isShared: boolean;
  /** Default false. */
  readonly isModern?: boolean;
  /** What it is reached by. */
  readonly driver: Pick<UpstreamDriver, 'kind' | 'mayRepeat'>;
  /** The server announced a change of a list or a resource. */
  readonly announced: (message: Message) => void;
  /** Requests in flight, by their time-out. */
  readonly deadlines: Deadlines<Exchange>;
  /** Questions of the server in flight, by their time-out. */
  readonly questions: Deadlines<Ask>;
}
