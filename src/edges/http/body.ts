/** The body of a POST: what it claims to be, how it is read, and what it must be encoded in. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { ServerVisit } from './front.ts';

/** Form posts and plain text need no preflight: taking them would let any page call. */
export function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(;|$)/i.test(contentType);
}

/** The bytes of the body. Throws `ProtocolError`. */
export async function readBytes(visit: ServerVisit): Promise<Uint8Array> {
  const { runtime, settings } = visit.front.gateway.context;
  const bytes = await visit.request.body(settings.read.bytes, visit.front.bodyMs);
  if (!runtime.isUtf8(bytes)) throw new ProtocolError('invalid_utf8', 'The body is not well-formed UTF-8.');
  return bytes;
}
