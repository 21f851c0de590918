/**
 * POST: to whom it belongs. One that names a session of HTTP+SSE, in its head or its body, is of that dialect; any
 * other is Streamable HTTP where the path has it. The body is read once.
 */
import { sessionNamed } from '../../dialects/naming.ts';
import type { Shape } from '../../engine/ports-shape.ts';
import { readBody, type Body } from '../../protocol/message.ts';
import { isJson, readBytes } from './body.ts';
import { isServedElsewhere } from './elsewhere.ts';
import type { ServerVisit } from './front.ts';
import { postMessage, takeBody } from './messages.ts';
import { refuseAs, refuseUnknown, told } from './replies.ts';
import { postStreamable } from './streamable.ts';
import { wrappingOf, type Wrapping } from './wrapping.ts';

export function post(visit: ServerVisit): Promise<void> | undefined {
  const { front, match, mount, principal, request } = visit;
  const named = sessionNamed(request);
  const known = named && front.gateway.find(named.id, principal, mount);
  if (named && known?.dialect.shapes) return postMessage(visit, known, named.kind);
  const dialect = front.dialectOf(match, mount);
  if (named && (!named.isStreamable || match.row.leg === 'messages')) {
    const shape = dialect.shapes?.[match.row.kind ?? named.kind] ?? dialect.shape;
    return void refuseUnknown(visit, shape);
  }
  if (named) return postStreamable(visit, known);
  const mayBeWrapped = dialect.shapes?.clg !== undefined || dialect.shapes?.rails !== undefined;
  if (match.row.leg === 'messages' && !mayBeWrapped) return void missing(visit, dialect.shape);
  return postUnnamed(visit);
}

/** The body may still name a session. */
async function postUnnamed(visit: ServerVisit): Promise<void> {
  const { front, match, mount, request } = visit;
  const { shapes, shape: own } = front.dialectOf(match, mount);
  // By its path, where that is one client's alone; else the words of the dialect.
  const shape = (match.row.kind && shapes?.[match.row.kind]) ?? own;
  if (!isJson(request.header('content-type'))) {
    return refuseAs(visit, shape, 'wrong_content_type', 'The body must be application/json.');
  }
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(visit);
  } catch (error) {
    return complain(visit, shape, error);
  }
  const { read } = front.gateway.context.settings;
  let body: Body;
  try {
    body = readBody(bytes, read);
  } catch (error) {
    const wrapping = wrappingOf(bytes, read);
    return complain(visit, (wrapping && shapes?.[wrapping.kind]) ?? shape, error);
  }
  const wrapping = body.isWrapped ? wrappingOf(bytes, read) : undefined;
  if (wrapping) return postWrapped(visit, wrapping, bytes);
  if (match.row.leg === 'messages') return missing(visit, shape);
  return postStreamable(visit, undefined, body);
}

async function postWrapped(visit: ServerVisit, wrapping: Wrapping, bytes: Uint8Array): Promise<void> {
  const { front, match, mount, principal } = visit;
  const { shapes, shape: own } = front.dialectOf(match, mount);
  const shape = shapes?.[wrapping.kind];
  // A client of another dialect: told in the words of the one that is spoken here.
  if (!shape || wrapping.id === undefined) return missing(visit, shape ?? own);
  const elsewhere = isServedElsewhere(visit, wrapping.id, bytes, wrapping.kind);
  if (elsewhere instanceof Promise ? await elsewhere : elsewhere) return;
  const session = front.gateway.find(wrapping.id, principal, mount);
  if (!session?.dialect.shapes?.[wrapping.kind]) {
    return refuseUnknown(visit, shape);
  }
  takeBody(visit, session, shape, wrapping.bytes);
}

function missing(visit: ServerVisit, shape: Shape): void {
  refuseAs(visit, shape, 'missing_session', 'The query names no `sessionId`.');
}

function complain(visit: ServerVisit, shape: Shape, error: unknown): void {
  const { word, message, id } = told(error);
  refuseAs(visit, shape, word, message, id);
}
