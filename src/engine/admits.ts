/** Whether a request may go to its server now, by how much that is sent. */
import type { Message } from '../protocol/message.ts';
import type { Exchange } from './exchange.ts';
import { AMBIGUOUS, isAmbiguous } from './policy/passing.ts';
import type { Admission } from './ports-admission.ts';

interface Asking {
  readonly exchange: Exchange;
  readonly message: Message;
  /** The server's name in the gateway. */
  readonly server: string;
  /** Who asks, where the exchange does not say. */
  readonly by: string;
}

/** False when its caller was told why not. */
export function admits(
  admission: Admission | undefined,
  { exchange, message, server, by }: Asking,
  now: number,
): boolean {
  if (!admission || exchange.isOwn) return true;
  const { method, target, bytes } = message;
  const tool = method === 'tools/call' ? target : undefined;
  if (tool !== undefined && admission.countsTools(server) && isAmbiguous(message)) {
    exchange.fail(...AMBIGUOUS);
    return false;
  }
  const principal = exchange.principal ?? by;
  const refused = admission.refusal({ server, principal, tool, bytes: bytes.length }, now);
  if (refused) exchange.fail('rate_limited', refused.message, refused.data);
  return !refused;
}
