/** The shape of what may be held at once: sessions, streams, calls, and bytes that wait to be read. */
import { heldBy } from './schema-caps.ts';
import { count, maybeCount, size } from './schema-amounts.ts';

const MOST = 1_000_000;

const perCaller = heldBy('one caller').optional().meta({
  description:
    'What one caller (one key) may hold. By default half of what there is; all of it where everybody is one caller, because no key is asked for or there is only one.',
});

const perAddress = heldBy('one address').optional().meta({
  description:
    'What the callers of one address may hold together; by default as much as they may each. Behind a proxy set trustedProxies, or all come from one address.',
});

/** At the gateway. */
export const held = {
  sessions: count(10_000, MOST, 'Open sessions.'),
  sessionsPerPrincipal: maybeCount(MOST, 'The older name of `perCaller.sessions`.'),
  streams: count(
    10_000,
    MOST,
    'Connections on which events travel, whatever the transport. One more is refused with 503; an answer to a POST comes whole instead. Environment: SSE_MAX_CONNECTIONS.',
  ),
  calls: count(50_000, 10 * MOST, 'Requests in flight, of all sessions and without one.'),
  callBytes: size('512MiB', 'Bytes of the requests of 2026-07-28 that are in flight.'),
  listens: count(10_000, MOST, 'Requests that listen (2026-07-28).'),
  parked: count(
    1_000,
    MOST,
    'Calls whose server has asked and whose client has not answered yet (2026-07-28).',
  ),
  idempotencyKeys: count(
    50_000,
    MOST,
    'Requests with an idempotency key that are in flight or remembered (2026-07-28); one more is refused.',
  ),
  idempotencyBytes: size(
    '64MiB',
    'Bytes of these requests while they are in flight, and then of their answers.',
  ),
  idempotencyAnswerBytes: size('256KiB', 'A longer answer is not kept under its key.'),
  inputRounds: count(8, 100, 'How often one call may be asked (2026-07-28).'),
  conversations: count(
    64,
    10_000,
    'Conversations with one server that are lent to the requests of 2026-07-28 of one caller; with a server over stdio each is a process.',
  ),
  connections: count(20_000, MOST, 'Sockets of clients; one more is answered 503 and closed.'),
  connectionsPerAddress: maybeCount(
    MOST,
    'Sockets of one address (IPv6: of its /64); one more is answered 429 and closed. Not for a gateway behind a proxy, from which all of them come.',
  ),
  queuedTotalBytes: size('1GiB', 'Bytes that were sent and not read, on all connections.'),
  perCaller,
  perAddress,
};

/** In a project, within those of the gateway. */
export const heldInProject = {
  sessions: maybeCount(MOST, 'Open sessions of the project, within those of the gateway.'),
  sessionsPerPrincipal: maybeCount(MOST, 'The older name of `perCaller.sessions`.'),
  streams: maybeCount(
    MOST,
    'Connections of the project on which events travel, within those of the gateway.',
  ),
  calls: maybeCount(MOST, 'Requests of the project in flight, within those of the gateway.'),
  listens: maybeCount(MOST, 'Requests of the project that listen, within those of the gateway.'),
  perCaller: perCaller.meta({ description: 'What one caller may hold; by default as the gateway has it.' }),
  perAddress: perAddress.meta({
    description: 'What one address may hold in the project; by default as the gateway has it.',
  }),
};
