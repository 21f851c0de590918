/**
 * Requests as spans of OpenTelemetry, for whoever collects them over OTLP.
 *
 * Guarantees: nothing here waits for the receiver; what waits for it is bounded, and what does not fit is dropped and told; what
 * strangers say of a trace counts only in its proper form.
 *
 * Source: W3C Trace Context; MCP 2026-07-28, base protocol, `_meta`; OpenTelemetry semantic conventions for MCP.
 */
import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Asked, Span, Tracer } from '../engine/ports-tracer.ts';
import {
  readBaggage,
  readTraceparent,
  readTracestate,
  type TraceParent,
  traceparentOf,
} from '../protocol/trace-context.ts';
import type { Recorded } from './recorded.ts';
import { type Home, RequestSpan } from './request-span.ts';
import type { Sampler } from './sampler.ts';
import { SilentSpan } from './silent-span.ts';
import { newSpanId, newTraceId } from './trace-ids.ts';

export interface TracesPorts {
  /** Milliseconds since the epoch, with a fraction. */
  readonly now: () => number;
  readonly sampler: Sampler;
  readonly resource: Resource;
  readonly version: string;
  /** Takes what is over. Must not wait. */
  readonly over: (span: Recorded) => void;
}

export class Traces implements Tracer, Home {
  readonly resource: Resource;
  readonly scope: Home['scope'];
  readonly now: () => number;
  readonly over: (span: Recorded) => void;
  readonly #sampler: Sampler;

  constructor({ now, sampler, resource, version, over }: TracesPorts) {
    this.now = now;
    this.over = over;
    this.resource = resource;
    this.scope = { name: 'sluice', version };
    this.#sampler = sampler;
  }

  begin(asked: Asked): Span {
    const { own, around } = asked;
    const said = readTraceparent(own?.traceparent);
    const carried = around && readTraceparent(around.traceparent);
    const parent = said ?? carried;
    // It belongs to the trace beside which it stands, and to no other.
    const state = parent && readTracestate((said ? own : around)?.tracestate);
    const baggage = readBaggage(own?.baggage) ?? readBaggage(around?.baggage);
    const traceId = parent?.traceId ?? newTraceId();
    if (!this.#sampler(traceId, parent)) {
      const traceparent = parent && !parent.isSampled ? asItCame(parent) : unsampled(traceId);
      return new SilentSpan({ traceparent, tracestate: state, baggage });
    }
    const link = said && carried && carried.spanId !== said.spanId ? contextOf(carried) : undefined;
    return new RequestSpan(this, asked, { traceId, parentId: parent?.spanId, state, baggage, link });
  }
}

/** Nobody here has a part in it. */
function asItCame({ traceId, spanId }: TraceParent): string {
  return traceparentOf(traceId, spanId, false);
}

/** It is another decision than its caller's, and so needs a span of its own (W3C Trace Context, section 3.3). */
function unsampled(traceId: string): string {
  return traceparentOf(traceId, newSpanId(), false);
}

function contextOf({ traceId, spanId, isSampled }: TraceParent): SpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}
