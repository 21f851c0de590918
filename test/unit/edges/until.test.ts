/** Which end of a stream comes first: that of its proof, or its age. */
import { expect, it } from 'vitest';
import type { ServerVisit } from '../../../src/edges/http/front.ts';
import { endsInTime } from '../../../src/edges/http/until.ts';
import { FakeConnection, openSession, world } from '../engine/support.ts';

it.each([
  [10_000, 60_000, 'expired', 10_000],
  [90_000, 60_000, 'rotated', 60_000],
  [undefined, 60_000, 'rotated', 60_000],
  [10_000, 0, 'expired', 10_000],
  [undefined, 0, undefined, Infinity],
] as const)(
  '[AGE-JITTER] with %s ms of proof and %s ms of age it is %s',
  (proof, streamAgeMs, reason, ms) => {
    const at = world({ settings: { streamAgeMs, heartbeatMs: 0 } });
    const session = openSession(at);
    const until = proof === undefined ? undefined : at.runtime.now() + proof;
    const front = { gateway: at.gateway, random: () => 0 };
    const connection = new FakeConnection();
    endsInTime({ front, caller: { until } } as unknown as ServerVisit, session, session.standing, connection);
    session.standing.follow(connection);
    at.runtime.advance(Math.min(ms, 100_000) - 1);
    expect(connection.closedBy).toBe(undefined);
    at.runtime.advance(1);
    expect([connection.closedBy, at.gateway.context.expiries.size]).toEqual([reason, 0]);
  },
);
