/** Clients that give up while their server starts, and never come back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureStdio, leftovers, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { BOTH_TYPES, hello, JSON_TYPE, request, StreamableClient } from '../support/raw-clients.ts';
import { eventually, send, type Reply } from '../support/raw.ts';

const MANY = 4;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureStdio() },
    // A head leaves at once, long before a process has started.
    settings: { graceMs: 1, unreadMs: 300 },
  });
});

afterAll(() => gateway.close());

function giveUp(): Promise<Reply> {
  const body = JSON.stringify(hello('h', '2025-06-18'));
  return send(gateway.mcp(), { method: 'POST', headers: { ...JSON_TYPE, ...BOTH_TYPES }, body, alone: true });
}

const ended = () => gateway.events.flatMap((e) => (e.type === 'sessionClosed' ? [e.reason] : []));

describe('[LIMIT-UNCLAIMED] clients that cut their `initialize` after its head', () => {
  it('leave no session and no process, and take nothing from a client that stays', async () => {
    const stays = await StreamableClient.start(gateway.mcp());
    const before = leftovers().length;
    for (const reply of await Promise.all(Array.from({ length: MANY }, giveUp))) {
      expect(reply.headers['mcp-session-id']).toBeDefined();
      reply.cut();
    }
    await eventually('their sessions are over', () => ended().length === MANY);
    await eventually('their processes are gone', () => leftovers().length <= before);
    expect(ended()).toEqual(Array.from({ length: MANY }, () => 'unread'));
    expect((await stays.ask(request(1, 'ping'))).result).toEqual({});
  });
});
