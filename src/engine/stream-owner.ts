/** What a stream tells its session, and what it may know of it. */
import type { Payers } from './account.ts';
import type { SessionFacts } from './ports-shape.ts';
import type { Stream } from './stream.ts';

export interface StreamOwner extends SessionFacts {
  readonly serverName: string;
  /** See `HistoryOwner`. */
  readonly generation: number;
  /** Who pays for its connections, and for what waits on them. */
  readonly payers: Payers;
  /** The reader is full (`true`) or has caught up (`false`). */
  pressure(full: boolean): void;
  /** The connection went away or was ended; the stream may be followed again. */
  left(stream: Stream, reason: string): void;
  /** The stream will not be followed again. */
  forgot(stream: Stream): void;
}
