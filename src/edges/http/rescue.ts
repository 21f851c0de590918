/**
 * The rescue of POSTs whose path is a JSON text. Clients of the standard take the endpoint `{"uri":"/messages?…"}`
 * for a relative URI, resolve it against the stream's, and post to `…/%7B%22uri%22:%22/messages?…%22%7D`.
 */
import { type IncomingRequest, seenAs } from './request.ts';

/** How the text begins, however much of it is encoded, with the white space that some put behind the colon. */
const START = /\/(?:\{|%7b)(?:"|%22)uri(?:"|%22)(?::|%3a)(?: |%20|\+)?(?:"|%22)/i;
const END = /(?:"|%22)(?:\}|%7d)$/i;
/** Longer paths are nobody's endpoint. */
const LONGEST = 2_048;

/**
 * The request as it was meant; undefined when it is not one of these.
 * @param basePath what stands before our own paths in what clients are told
 */
export function rescue(request: IncomingRequest, basePath: string): IncomingRequest | undefined {
  const { path, query } = request;
  if (path.length > LONGEST || !path.includes('uri')) return undefined;
  const start = START.exec(path);
  if (!start || !/\/messages\/?$/.test(path)) return undefined;
  const told = path.slice(start.index + start[0].length);
  if (START.test(told)) return undefined;
  return seenAs(request, {
    path: told.startsWith(`${basePath}/`) ? told.slice(basePath.length) : told,
    query: query.replace(END, ''),
  });
}
