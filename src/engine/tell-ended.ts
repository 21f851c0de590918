/** Tells whoever watches that a request is over, in the same words for both eras. */
import type { EngineContext } from './context.ts';
import type { Exchange } from './exchange.ts';
import type { CallFacts } from './modern/modern-call.ts';
import type { Asker } from './ports-observer.ts';
import type { Session } from './session.ts';
import { tellClient } from './session-facts.ts';

type Ears = Pick<EngineContext, 'observer' | 'runtime'>;

/** Of a request in a session. */
export function tellEnded(session: Session, exchange: Exchange, outcome: string, ears: Ears): void {
  const { observer, runtime } = ears;
  // When it came, the version was only assumed.
  if (exchange.trail && exchange.method === 'initialize') exchange.trail.version = session.version;
  exchange.trail?.ended(outcome);
  exchange.span?.ended(outcome);
  if (outcome !== 'cancelled') session.facts.messagesOut += 1;
  if (exchange.method === 'initialize') tellClient(session, ears);
  if (!observer.exchangeEnded) return;
  const ms = runtime.now() - exchange.startedAt;
  const server = exchange.upstream?.serverName ?? session.serverName;
  const { method, clientId: id } = exchange;
  const { project } = session.payers;
  const isToolError = exchange.trail?.outcome === 'tool_error';
  observer.exchangeEnded({
    session: session.id,
    era: 'legacy',
    server,
    project,
    method,
    id,
    outcome,
    isToolError,
    ms,
  });
}

/** Without the call itself, which must not be kept by whoever keeps what it was told. */
function askerOf(facts: CallFacts | undefined): Asker | undefined {
  if (!facts) return undefined;
  const { principal, hasHeaders = false, address, origin, userAgent } = facts;
  return { principal, hasHeaders, address, origin, userAgent };
}

/** Of one in modern words. @param facts undefined where its client has left */
export function tellModernEnded(
  facts: CallFacts | undefined,
  exchange: Exchange,
  outcome: string,
  { observer, runtime }: Ears,
) {
  if (!observer.exchangeEnded) return;
  const ms = runtime.now() - exchange.startedAt;
  const server = exchange.upstream?.serverName ?? exchange.owner.serverName;
  const { method, clientId: id } = exchange;
  const project = facts?.payers?.project;
  observer.exchangeEnded({
    session: '',
    era: 'modern',
    server,
    project,
    method,
    id,
    outcome,
    isToolError: exchange.trail?.outcome === 'tool_error',
    ms,
    who: askerOf(facts),
  });
}
