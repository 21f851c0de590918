/** Requests as spans of traces. Nobody wants them, mostly: then there is no tracer, and a request costs one look at a member. */
import type { TraceHead, TraceTexts } from '../protocol/trace-context.ts';

/** A request as it came from a client. */
export interface Asked {
  readonly method: string;
  /** The tool, prompt or resource, as the client calls it: of a stranger, and so any text. */
  readonly target: string | undefined;
  /** What its `_meta` says of a trace, and what the head says in which it came; neither is checked. */
  readonly own: TraceHead | undefined;
  readonly around: TraceHead | undefined;
  /** What its path leads to. */
  readonly server: string;
  readonly project: string | undefined;
  /** Empty in modern words, which have none. */
  readonly session: string;
  readonly dialect: string;
  readonly era: 'legacy' | 'modern';
}

/** What a server, or the client in its turn, is asked for a request. */
export interface Sending {
  readonly method: string;
  readonly target: string | undefined;
  readonly server: string;
  /** How the server is reached, as its driver calls it. */
  readonly kind: string;
}

/** Must not throw, and must not wait for anybody. */
export interface Tracer {
  /** Told of every request, so that what is not recorded costs next to nothing. */
  begin(asked: Asked): Span;
}

/** One request, from its coming to its end; and within it what is asked for it. */
export interface Span {
  /** Whether it is of use to tell it what its answer says. */
  readonly isRecorded: boolean;
  /** It goes to a server, perhaps once more: what went before got no answer. @returns what the server is to be told */
  sent(sending: Sending): TraceTexts;
  /** Its server answered. @param fault why that is no success: the number of an error, or `tool_error` */
  answered(fault: string | undefined): void;
  /** Its server asks the client something for it. @returns called when that is over, with why it failed */
  asked(question: Omit<Sending, 'kind'>): ((fault?: string) => void) | undefined;
  /** Over: once, whatever is told after it. @param outcome as in `CallEnded` */
  ended(outcome: string): void;
}
