/** The origin of our own that a client called. */
import type { Visit } from './front.ts';

/**
 * Empty when it cannot be told. What is configured counts only where the request names the same host: a client must
 * never be sent to another origin than the one it called.
 */
export function originOf({ front, request }: Visit): string {
  const host = request.header('host');
  if (host === undefined) return '';
  const { publicOrigin } = front;
  const isPublic = publicOrigin !== undefined && new URL(publicOrigin).host === host.toLowerCase();
  return isPublic ? new URL(publicOrigin).origin : `${request.scheme ?? 'http'}://${host}`;
}
