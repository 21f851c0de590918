/** The body of a POST: what it claims to be, how it is read, and what it must be encoded in. */
import { wallTime } from '../../engine/wall.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/message.ts';
import type { ServerVisit } from './front.ts';
import { countRead } from './rates.ts';

/** Form posts and plain text need no preflight: taking them would let any page call. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  return contentType !== undefined && /^application\/json\s*(;|$)/i.test(contentType);
}

/**
 * The bytes of the body.
 * @throws ProtocolError also for whom nobody knows any more now that they are here
 */
export async function readBytes(visit: ServerVisit): Promise<Uint8Array> {
  const { gateway, bodyMs } = visit.front;
  const { runtime, settings } = gateway.context;
  const { reviews } = gateway;
  const bytes = await visit.request.body(settings.read.bytes, bodyMs);
  if (gateway.reviews !== reviews && !visit.front.allows(visit.principal, visit.mount))
    throw new ProtocolError('unauthorized', 'The key is not good any more.');
  if (visit.caller.until !== undefined && wallTime(runtime) >= visit.caller.until)
    throw new ProtocolError('unauthorized', 'The token or key has run out.');
  if (!visit.carried?.isCounted) {
    const read = countRead(visit, bytes.length);
    visit.read = read instanceof Promise ? await read : read;
  }
  if (!runtime.isUtf8(bytes)) throw new ProtocolError('invalid_utf8', 'The body is not well-formed UTF-8.');
  return bytes;
}

/**
 * Refuses a batch where the revision has none, and one that holds `initialize` (MCP 2025-03-26, lifecycle).
 * @throws ProtocolError
 */
export function checkBatch(
  messages: readonly (Message | Error)[],
  version: string,
  isAllowed: boolean,
): void {
  if (!isAllowed) {
    throw new ProtocolError('batch_not_allowed', `Protocol version ${version} has no batches.`);
  }
  for (const message of messages) {
    if (message instanceof Error || message.method !== 'initialize') continue;
    throw new ProtocolError('invalid_request', '`initialize` must not be part of a batch.');
  }
}
