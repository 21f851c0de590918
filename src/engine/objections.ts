/**
 * What is refused of a well-formed message before it goes anywhere: texts that would be kept too long for their
 * length, and requests and notifications under each other's names.
 */
import type { ErrorWord } from '../protocol/errors.ts';
import type { Message, Span } from '../protocol/message.ts';
import { methodOf } from '../protocol/methods.ts';
import type { Settings } from './settings.ts';

/** Why a message is refused. */
export interface Objection {
  readonly word: ErrorWord;
  readonly message: string;
}

/** Undefined for a message that may go on. */
export function objectionTo(message: Message, settings: Settings): Objection | undefined {
  return message.kind === 'request' ? toRequest(message, settings) : toNotification(message);
}

/** Whether the id of a request may be kept, and so be answered with. */
export function hasShortId(message: Message, settings: Settings): boolean {
  return sizeOf(message.id) <= settings.idBytes;
}

function toRequest(message: Message, settings: Settings): Objection | undefined {
  const { method } = message;
  const { idBytes, helloBytes, levelBytes } = settings;
  if (!hasShortId(message, settings)) return tooLarge('The `id` of a request', idBytes);
  if (sizeOf(message.progressToken) > idBytes) return tooLarge('A progress token', idBytes);
  if (method.length > idBytes) return tooLarge('The `method` of a request', idBytes);
  if (toldBy(message) > helloBytes) return tooLarge('What a client tells of itself in `_meta`', helloBytes);
  if (method.startsWith('notifications/')) {
    return { word: 'invalid_request', message: `"${method}" is a notification and must have no \`id\`.` };
  }
  switch (method) {
    case 'initialize':
      return sizeOf(message.params) > helloBytes
        ? tooLarge('The `params` of `initialize`', helloBytes)
        : undefined;
    case 'logging/setLevel':
      return sizeOf(message.params) > levelBytes
        ? tooLarge('The `params` of `logging/setLevel`', levelBytes)
        : undefined;
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return bytesOf(message.target) > settings.uriBytes
        ? tooLarge('The URI of a subscription', settings.uriBytes)
        : undefined;
    default:
      return undefined;
  }
}

/** Nobody would answer it, call it off or count it: a request without an `id` is a mistake, or a trick. */
function toNotification({ method }: Message): Objection | undefined {
  if (methodOf(method)?.kind !== 'request') return undefined;
  return { word: 'invalid_request', message: `"${method}" is a request and must have an \`id\`.` };
}

function tooLarge(what: string, bytes: number): Objection {
  return { word: 'too_large', message: `${what} may have ${bytes} bytes and no more.` };
}

/** What a modern client says with each request and a legacy one says once, in `initialize`. */
function toldBy({ claims }: Message): number {
  return claims ? sizeOf(claims.info) + sizeOf(claims.capabilities) : 0;
}

function sizeOf({ start, end }: Span): number {
  return end - start;
}

/** Bytes in UTF-8. */
function bytesOf(text: string | undefined): number {
  return text === undefined ? 0 : new TextEncoder().encode(text).length;
}
