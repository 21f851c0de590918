/** The trace of a request in its head, for servers and what stands before them that look there. */
import type { TraceTexts } from '../protocol/trace-context.ts';

/**
 * @param headers names and values by turns, names in lower case; what its entry sets itself stays as it is
 * @returns the same where there is no trace
 */
export function withTrace(headers: readonly string[], trace: TraceTexts | undefined): readonly string[] {
  if (!trace || headers.includes('traceparent')) return headers;
  const { traceparent, tracestate, baggage } = trace;
  const more = [...headers, 'traceparent', traceparent];
  if (tracestate !== undefined) more.push('tracestate', tracestate);
  if (baggage !== undefined && !headers.includes('baggage')) more.push('baggage', baggage);
  return more;
}
