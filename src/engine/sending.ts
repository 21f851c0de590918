/** A client's request on its way to a server: our number in place of its id and its token, and the trace it belongs to. */
import { type Edits, type Message, rewrite } from '../protocol/message.ts';
import { traceCuts } from '../protocol/traced.ts';
import { digits } from './digits.ts';
import type { Exchange } from './exchange.ts';
import type { UpstreamLink } from './ports.ts';
import type { ServerTaps } from './taps.ts';
import type { UpstreamFacts } from './upstream-facts.ts';

/** Sends a request that has its number. What is not replaced keeps its bytes. */
export function sendOn(
  link: UpstreamLink,
  exchange: Exchange,
  message: Message,
  { serverName: server, driver }: Pick<UpstreamFacts, 'serverName' | 'driver'>,
  taps: ServerTaps,
): void {
  const { number, span, about = message } = exchange;
  const id = digits(number);
  const edits: Edits = exchange.wantsProgress ? { id, progressToken: id } : { id };
  if (!span) {
    const bytes = rewrite(message, edits);
    taps.sent(exchange, message, bytes);
    return link.send(bytes, number, about);
  }
  const { method, target } = message;
  const trace = span.sent({ method, target, server, kind: driver.kind });
  const cuts = traceCuts(message, trace);
  if (cuts.length > 0) edits.cuts = cuts;
  const { paramHeaders } = exchange.about ?? {};
  const bytes = rewrite(message, edits);
  taps.sent(exchange, message, bytes);
  link.send(bytes, number, { method: about.method, target: about.target, paramHeaders, trace });
}
