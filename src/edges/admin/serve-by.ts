/** A visit as the request of a web framework, and its response as an answer. */
import { joined } from '../../engine/bytes.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { Visit } from '../http/front.ts';
import { tellProblem } from '../http/operators.ts';
import { TOLD_HEAD } from '../http/replies.ts';
import type { AdminApp } from './app.ts';

/** Nothing that operators send is larger. */
const MOST_BYTES = 1024 * 1024;
/** What routes may want to know of a request. */
const HEADERS = ['accept', 'content-type', 'last-event-id', 'if-none-match'] as const;

/**
 * Answers, unless the app has done so by itself: a route that streams takes `env.visit.responder`, where back pressure is
 * seen, and returns `TAKEN`.
 */
export async function serveBy(app: AdminApp, visit: Visit): Promise<void> {
  const { responder } = visit;
  const web = await requestOf(visit).catch((error: unknown) => error);
  if (!(web instanceof Request)) return refused(visit, web);
  const response = await app.fetch(web, { visit });
  if (responder.isDone) return;
  const headers = { ...TOLD_HEAD, ...Object.fromEntries(response.headers) };
  responder.reply(response.status, headers, joined([new Uint8Array(await response.arrayBuffer())]));
}

/** What a route returns that has answered, or goes on to, by itself. */
export const TAKEN = new Response(null, { status: 204 });

async function requestOf({ request, front }: Visit): Promise<Request> {
  const headers = new Headers();
  for (const name of HEADERS) {
    const value = request.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const { method, path, query } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? await request.body(MOST_BYTES, front.bodyMs) : undefined;
  return new Request(`http://gateway${path}${query === '' ? '' : `?${query}`}`, {
    ...{ method, headers },
    ...(body && body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
}

function refused(visit: Visit, error: unknown): void {
  if (error instanceof ProtocolError) return tellProblem(visit, error.word, error.message);
  // The client went away, or its path is none.
  tellProblem(visit, 'invalid_request', 'This is no request.');
}
