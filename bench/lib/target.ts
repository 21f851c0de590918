/** What a target of the bench is. */
import type { Transport } from './client.ts';

/** How many sessions, and how many calls in flight in each. */
export interface Shape {
  readonly sessions: number;
  readonly lanes: number;
}

export interface Target {
  readonly key: string;
  readonly title: string;
  /** What a reader must know to compare it. */
  readonly note?: string;
  /** The script and arguments for Node. */
  args(port: number, transport: Transport): string[];
  readonly env?: Record<string, string>;
  readonly ssePath: string;
  readonly mcpPath: string;
  /** Its clients speak 2026-07-28. */
  readonly isModern?: boolean;
  /** Whether each transport needs a process of its own. */
  readonly split?: boolean;
  /** The load of many sessions, where it is not the usual one. */
  readonly shape?: Partial<Record<Transport, Shape>>;
  /** Sessions to open for the measure of memory, where a thousand would be too many. */
  readonly idle?: Partial<Record<Transport, number>>;
  /** Idle sessions are streams without `initialize`. */
  readonly bareIdle?: boolean;
  /** A thing that must exist, or the target is left out with a word. */
  readonly needs?: string;
  /** What is not measured, because it makes no sense here or would tell nothing new. */
  readonly skip?: readonly ('start' | 'idle' | 'fanout' | 'one' | 'big')[];
}
