/**
 * WebSocket, as far as it is the same on every runtime: what a handshake must be like, the session behind a socket,
 * and what becomes of a text frame.
 *
 * One socket is one session, guarded and counted like any other. Whatever is wrong with a message is told on the
 * socket, and the session goes on.
 *
 * Source: RFC 6455 section 4.2; MCP, transports, "Custom Transports".
 */
import type { Verdict } from '../../access/limits.ts';
import { websocket } from '../../dialects/websocket.ts';
import { isRefusal } from '../../engine/gateway.ts';
import { overdrawn } from '../../engine/overdrawn.ts';
import type { Connection, RequestHead, Responder } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse, ProtocolError } from '../../protocol/errors.ts';
import { type Message, readBody } from '../../protocol/message.ts';
import { checkBatch } from './body.ts';
import { openerOf } from './forwarded.ts';
import type { ServerVisit } from './front.ts';
import { answerRate, countRead, overRate } from './rates.ts';
import { refuse } from './replies.ts';
import { receiveUnlessLacking } from './tool-scopes.ts';
import { endsInTime } from './until.ts';
import { whenKnown } from '../soon.ts';

/** What MCP over WebSocket is called in a handshake. */
export const SUBPROTOCOL = 'mcp';

/** The version of a client that calls without `initialize`. */
const UNNAMED_VERSION = '2025-03-26';
/** 2025-06-18 took batches out. */
const LAST_WITH_BATCHES = '2025-03-26';
const VERSION = '13';
/** 16 random bytes as base64 (RFC 6455 section 4.1). */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const MOST_SUBPROTOCOLS = 32;

/** To a request that should have been a handshake: what to upgrade to (RFC 9110 section 15.5.22). */
export function upgradeRequired(responder: Responder): void {
  refuse(responder, 'upgrade_required', 'This path takes WebSocket handshakes (version 13) only.', {
    upgrade: 'websocket',
    connection: 'Upgrade, close',
    'sec-websocket-version': VERSION,
  });
}

/** Opens the session behind a handshake that was let in; undefined when it was refused. */
export function openSession(visit: ServerVisit): Session | undefined {
  const { request, responder, front } = visit;
  if (!checkHandshake(request, visit.match.row.leg, responder)) return undefined;
  const opener = openerOf(visit);
  const full = overdrawn(opener.payers, 'streams');
  if (full) return void refuse(responder, full.word, full.message, {}, undefined, full.data);
  const session = front.gateway.open({
    ...opener,
    dialect: websocket,
    version: UNNAMED_VERSION,
  });
  if (!isRefusal(session)) return session;
  const { word, message, data } = session;
  return void refuse(responder, word, message, {}, undefined, data);
}

/** Lends the session its socket, on which everything it says will travel. */
export function follow(visit: ServerVisit, session: Session, connection: Connection): void {
  visit.front.gateway.context.observer.streamOpened?.({
    session: session.id,
    server: visit.mount.name,
    dialect: websocket.name,
    resumed: false,
  });
  endsInTime(visit, session, session.standing, connection);
  session.standing.follow(connection);
}

/** @param bytes a text frame, known to be UTF-8 and no longer than a message may be */
export function receiveText(visit: ServerVisit, session: Session, bytes: Uint8Array): void {
  try {
    const read = countRead(visit, bytes.length);
    const { batch, messages } = readBody(bytes, visit.front.gateway.context.settings.read);
    if (batch) checkBatch(messages, session.version, session.version <= LAST_WITH_BATCHES);
    const over = whenKnown(read, (verdict) => overRate(visit, messages, verdict));
    if (!(over instanceof Promise)) return receive(visit, session, messages, over);
    over
      .then((late) => receive(visit, session, messages, late))
      .catch((error: unknown) => tell(session, error));
  } catch (error) {
    tell(session, error);
  }
}

function receive(
  visit: ServerVisit,
  session: Session,
  messages: readonly (Message | Error)[],
  over?: Verdict,
): void {
  for (const message of messages) {
    if (message instanceof Error) tell(session, message);
    else if (over) answerRate(visit, session, message, over, session.standing);
    else receiveUnlessLacking(visit, session, message);
  }
}

function tell(session: Session, error: unknown): void {
  if (!(error instanceof ProtocolError)) {
    session.note('internal_error', 'The gateway failed on a message of this session.');
    return session.standing.publish(errorResponse(undefined, 'internal_error', 'The gateway failed on it.'));
  }
  session.note(error.word, error.message);
  session.standing.publish(errorResponse(error.id, error.word, error.message));
}

function checkHandshake(request: RequestHead, leg: string, responder: Responder): boolean {
  if (leg !== 'ws') return wrong(responder, 'not_found', 'A WebSocket is served at `/ws` only.');
  if (request.header('sec-websocket-version') !== VERSION || !isWebSocket(request)) {
    upgradeRequired(responder);
    return false;
  }
  if (!KEY.test(request.header('sec-websocket-key') ?? ''))
    return wrong(responder, 'malformed_http', 'The header `Sec-WebSocket-Key` is no key.');
  const offered = subprotocols(request.header('sec-websocket-protocol'));
  if (!offered)
    return wrong(responder, 'malformed_http', 'The header `Sec-WebSocket-Protocol` is no list of names.');
  // A client that names no subprotocol means the one there is.
  if (offered.size > 0 && !offered.has(SUBPROTOCOL))
    return wrong(responder, 'bad_subprotocol', 'None of the subprotocols offered is spoken here.');
  return true;
}

function isWebSocket(request: RequestHead): boolean {
  return request.header('upgrade')?.toLowerCase() === 'websocket';
}

/** The subprotocols offered; undefined for what is no list of different tokens (RFC 6455 section 4.1). */
function subprotocols(header: string | undefined): Set<string> | undefined {
  if (header === undefined) return new Set();
  const names = header.split(',', MOST_SUBPROTOCOLS + 1).map((name) => name.trim());
  const offered = new Set(names);
  const isList = offered.size === names.length && names.length <= MOST_SUBPROTOCOLS;
  return isList && names.every((name) => TOKEN.test(name)) ? offered : undefined;
}

function wrong(
  responder: Responder,
  word: 'not_found' | 'malformed_http' | 'bad_subprotocol',
  message: string,
): false {
  refuse(responder, word, message);
  return false;
}
