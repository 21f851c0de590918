/** Requests of clients as spans, where somebody traces them. */
import { memberAt } from '../protocol/cuts.ts';
import type { Message } from '../protocol/message.ts';
import type { TraceHead } from '../protocol/trace-context.ts';
import { traceIn } from '../protocol/traced.ts';
import { codeOf } from './error-code.ts';
import type { Sink } from './exchange.ts';
import type { ModernCall } from './modern/modern-call.ts';
import type { Dialect } from './ports.ts';
import type { Span, Tracer } from './ports-tracer.ts';

/** A session, as far as a span concerns it. */
interface Conversation {
  readonly payers: { readonly project: string | undefined };
  readonly serverName: string;
  readonly id: string;
  readonly isStateless: boolean;
  readonly dialect: Dialect;
}

/** Of a request in legacy words; undefined where nobody traces. */
export function spanIn(
  session: Conversation,
  message: Message,
  sink: Sink,
  tracer: Tracer | undefined,
): Span | undefined {
  if (!tracer) return undefined;
  const { method, target } = message;
  return tracer.begin({
    method,
    target,
    ...saidOf(message, sink.trace),
    server: session.serverName,
    project: session.payers.project,
    session: session.isStateless ? '' : session.id,
    dialect: session.dialect.name,
    era: 'legacy',
  });
}

/** Of a request in modern words; undefined where nobody traces. */
export function spanOf({ facts, message }: ModernCall, tracer: Tracer | undefined): Span | undefined {
  if (!tracer) return undefined;
  const { method, target } = message;
  const { mount, payers, hasHeaders = false } = facts;
  return tracer.begin({
    method,
    target,
    ...saidOf(message, facts.trace),
    server: mount.name,
    project: payers?.project,
    session: '',
    dialect: hasHeaders ? 'streamable' : 'stdio',
    era: 'modern',
  });
}

/** @param head in which it came */
function saidOf(message: Message, head: TraceHead | undefined) {
  return head?.isNearer ? { own: head, around: undefined } : { own: traceIn(message), around: head };
}

/** Tells a span what its server said last. @param method of the request */
export function answered(span: Span, message: Message, method: string): void {
  if (span.isRecorded) span.answered(faultIn(message, method));
}

const TRUE_LENGTH = 'true'.length;

function faultIn(message: Message, method: string): string | undefined {
  if (message.kind === 'error') return String(codeOf(message));
  if (method !== 'tools/call') return undefined;
  const { start, end } = memberAt(message.bytes, message.outcome, 'isError');
  return end - start === TRUE_LENGTH ? 'tool_error' : undefined;
}
