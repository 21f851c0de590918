/** The shape of what one of many may hold: a caller, an address, whoever has a key. */
import { z } from 'zod';
import { maybeCount, maybeSize } from './schema-amounts.ts';

export function heldBy(who: string) {
  const most = 1_000_000;
  return z.strictObject({
    sessions: maybeCount(most, `Open sessions of ${who}.`),
    streams: maybeCount(most, `Connections of ${who} on which events travel.`),
    calls: maybeCount(most, `Requests of ${who} in flight.`),
    callBytes: maybeSize(`Bytes of the requests of 2026-07-28 of ${who} that are in flight.`),
    listens: maybeCount(most, `Requests of ${who} that listen (2026-07-28).`),
    parked: maybeCount(most, `Calls of ${who} that wait for answers of their client (2026-07-28).`),
    idempotencyKeys: maybeCount(most, `Requests of ${who} with an idempotency key that are remembered.`),
    idempotencyBytes: maybeSize(`Bytes of these requests of ${who}, and of their answers.`),
    queuedBytes: maybeSize(`Bytes that were sent to ${who} and not read, on all its connections.`),
  });
}
