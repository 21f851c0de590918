/** What the head of a request says of a trace. */
import type { TraceHead } from '../../protocol/trace-context.ts';
import type { ServerVisit } from './front.ts';

/** Set by another node that took part in the trace. No header of a client has such a name. */
export const NEARER = ':nearer';

/** Undefined where it says nothing, or nobody traces: then it is not looked at. */
export function traceOf({ front, request, carried }: ServerVisit): TraceHead | undefined {
  if (!front.gateway.context.tracer) return undefined;
  const traceparent = request.header('traceparent');
  const baggage = request.header('baggage');
  if (traceparent === undefined && baggage === undefined) return undefined;
  const isNearer = carried !== undefined && request.header(NEARER) !== undefined;
  return { traceparent, tracestate: request.header('tracestate'), baggage, isNearer };
}
