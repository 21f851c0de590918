/** What the head of a request says of a trace. */
import type { TraceHead } from '../../protocol/trace-context.ts';
import type { ServerVisit } from './front.ts';

/** Undefined where it says nothing, or nobody traces: then it is not looked at. */
export function traceOf({ front, request }: ServerVisit): TraceHead | undefined {
  if (!front.gateway.context.tracer) return undefined;
  const traceparent = request.header('traceparent');
  const baggage = request.header('baggage');
  if (traceparent === undefined && baggage === undefined) return undefined;
  return { traceparent, tracestate: request.header('tracestate'), baggage };
}
