/** A request that landed here and is carried to the node that has its session, as a span of its own. */
import { sessionHeader } from '../../dialects/naming.ts';
import { eraOf } from '../../protocol/era.ts';
import { type Message, readBody, type ReadLimits } from '../../protocol/message.ts';
import type { TraceTexts } from '../../protocol/trace-context.ts';
import { traceIn } from '../../protocol/traced.ts';
import type { ServerVisit } from '../http/front.ts';
import { traceOf } from '../http/trace.ts';

export interface Landed {
  /** What the other node is told. */
  readonly trace: TraceTexts;
  /** Over: once, whatever is told after it. */
  over(outcome: string): void;
}

/** Undefined where nobody traces, or nothing is asked. Of a batch, its first request stands for all. */
export function landed(visit: ServerVisit, body: unknown): Landed | undefined {
  const { front, request, mount, site } = visit;
  const { tracer, settings } = front.gateway.context;
  if (!tracer || !(body instanceof Uint8Array)) return undefined;
  const message = requestIn(body, settings.read);
  if (!message) return undefined;
  const { method, target } = message;
  const span = tracer.begin({
    method,
    target,
    own: traceIn(message),
    around: traceOf(visit),
    server: mount.name,
    project: site.part?.name,
    session: sessionHeader(request) ?? '',
    dialect: 'streamable',
    era: eraOf(message),
  });
  const trace = span.sent({ method, target, server: mount.name, kind: 'relay' });
  return { trace, over: (outcome) => span.ended(outcome) };
}

function requestIn(body: Uint8Array, limits: ReadLimits): Message | undefined {
  try {
    for (const message of readBody(body, limits).messages)
      if (!(message instanceof Error) && message.kind === 'request') return message;
  } catch {
    // Its owner says what is wrong with it.
  }
  return undefined;
}
