/** A request whose trace is recorded: one span for it, and one within it for each time that it goes to a server. */
import { SpanKind, type SpanContext } from '@opentelemetry/api';
import type { Asked, Sending, Span } from '../engine/ports-tracer.ts';
import { traceparentOf, type TraceTexts } from '../protocol/trace-context.ts';
import { Recorded, type Scene } from './recorded.ts';
import { newSpanId } from './trace-ids.ts';

/** Where spans come from, and where they go once they are over. */
export interface Home extends Scene {
  now(): number;
  over(span: Recorded): void;
}

export interface Belonging {
  readonly traceId: string;
  /** The span of the caller; undefined for the first of its trace. */
  readonly parentId: string | undefined;
  readonly state: string | undefined;
  readonly baggage: string | undefined;
  /** What came with the request beside its parent. */
  readonly link: SpanContext | undefined;
}

export class RequestSpan implements Span {
  readonly isRecorded = true;
  readonly #home: Home;
  readonly #in: Belonging;
  readonly #session: string;
  readonly #own: Recorded;
  /** On its way to a server. */
  #call: Recorded | undefined;
  #isOver = false;

  constructor(home: Home, asked: Asked, belonging: Belonging) {
    const { method, target, server, project, session, dialect: way } = asked;
    const { parentId, link } = belonging;
    const facts = { kind: SpanKind.SERVER, method, target, server, project, session, way } as const;
    const parent = parentId === undefined ? undefined : { spanId: parentId, isRemote: true };
    this.#home = home;
    this.#in = belonging;
    this.#session = session;
    this.#own = new Recorded(home, facts, this.#newIds(), parent, home.now(), link);
  }

  sent(sending: Sending): TraceTexts {
    if (this.#call) this.#end(this.#call, UNANSWERED);
    const { traceId, state: tracestate, baggage } = this.#in;
    this.#call = this.#within(this.#own, sending);
    return { traceparent: traceparentOf(traceId, this.#call.spanId, true), tracestate, baggage };
  }

  answered(fault: string | undefined): void {
    if (fault !== undefined) this.#own.fault = fault;
    if (this.#call) this.#end(this.#call, fault);
    this.#call = undefined;
  }

  asked(question: Omit<Sending, 'kind'>): ((fault?: string) => void) | undefined {
    if (this.#isOver) return undefined;
    const asked = this.#within(this.#call ?? this.#own, { ...question, kind: this.#own.facts.way });
    return (fault) => this.#end(asked, fault);
  }

  ended(outcome: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const fault = FINE.has(outcome) ? undefined : outcome;
    // What the server said last says more than that it said something.
    this.#own.fault ??= outcome === 'error' ? UNKNOWN : fault;
    if (this.#call) this.#end(this.#call, this.#own.fault);
    this.#call = undefined;
    this.#end(this.#own, this.#own.fault);
  }

  #within(parent: Recorded, { method, target, server, kind: way }: Sending): Recorded {
    const facts = { kind: SpanKind.CLIENT, method, target, server, session: this.#session, way } as const;
    const { spanId } = parent;
    return new Recorded(this.#home, facts, this.#newIds(), { spanId, isRemote: false }, this.#home.now());
  }

  #newIds() {
    const { traceId, state } = this.#in;
    return { traceId, spanId: newSpanId(), state };
  }

  #end(span: Recorded, fault: string | undefined): void {
    if (span.ended) return;
    span.endedAt = this.#home.now();
    span.fault = fault;
    this.#home.over(span);
  }
}

/** Outcomes that are no failure: `cancelled` is what its caller wanted. */
const FINE: ReadonlySet<string> = new Set(['ok', 'error', 'asked', 'repeated', 'cancelled']);
/** Its answer was lost, and it was sent once more. */
const UNANSWERED = 'upstream_failed';
const UNKNOWN = '_OTHER';
