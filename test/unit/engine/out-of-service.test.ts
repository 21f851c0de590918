/** Servers that an operator restarts, or takes out of service. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/engine/gateway.ts';
import { streamable } from '../../../src/dialects/streamable.ts';
import { greeted, mergedWorld } from './merge/support.ts';
import { ask, driverOf, modernWorld } from './modern/support.ts';
import { call, readySession, turn, world } from './support.ts';

const OUT = 'The server "srv" is out of service for now.';
const opening = { principal: 'anybody', dialect: streamable, version: '2025-06-18' } as const;

describe('a server that is restarted', () => {
  it('[LIVE-RESTART] ends its link, tells who waits, and is opened again with the next call', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    at.driver.answersCalls = false;
    session.receive(call('lost'));
    at.server.restart();
    expect(connection.messages.at(-1)?.error?.message).toBe('The server "srv" was restarted.');
    expect(at.driver.links).toHaveLength(1);
    at.driver.answersCalls = true;
    session.receive(call('next'));
    await turn();
    expect(at.driver.links).toHaveLength(2);
    expect(connection.messages.at(-1)).toMatchObject({ id: 'next', result: {} });
    expect(at.gateway.sessions).toBe(1);
  });
});

describe('a server that is out of service', () => {
  it('[LIVE-DISABLE] ends its sessions, opens no other, and is told of once', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    at.driver.answersCalls = false;
    session.receive(call('lost'));
    expect(at.gateway.disable('srv', true)).toBe(true);
    expect(at.gateway.disable('srv', true)).toBe(false);
    expect(at.gateway.disable('nobody', true)).toBe(false);
    expect(connection.messages.at(-1)?.error?.message).toBe(OUT);
    expect(session.isClosed).toBe(true);
    expect(at.notes.named('sessionClosed')).toMatchObject([{ reason: 'server-disabled' }]);
    const refusal = at.gateway.open({ mount: at.server, ...opening });
    expect(refusal).toMatchObject({ word: 'upstream_disabled', message: OUT });
    expect(at.gateway.disable('srv', false)).toBe(true);
    expect(isRefusal(at.gateway.open({ mount: at.server, ...opening }))).toBe(false);
  });

  it('[LIVE-DISABLE] answers modern calls with the reason, those in flight included, and starts nothing', async () => {
    const at = modernWorld();
    const { carrier } = ask(at);
    await turn();
    const { links } = driverOf(at);
    expect(links).toHaveLength(1);
    at.gateway.disable('srv', true);
    expect(carrier.answer1.error).toBeDefined();
    expect(ask(at).carrier.answer1.error).toMatchObject({
      message: OUT,
      data: { code: 'upstream_disabled' },
    });
    await turn();
    expect(links).toHaveLength(1);
    at.gateway.disable('srv', false);
    const { carrier: again } = ask(at);
    await turn();
    driverOf(at).link.answers(2);
    expect(again.answer1.result).toBeDefined();
  });

  it('[LIVE-DISABLE] is missed by a merge, whose other servers serve on', async () => {
    const at = mergedWorld({ one: { tools: ['t'] }, other: { tools: ['u'] } });
    const client = await greeted(at);
    expect((await client.ask('tools/call', { name: 'u' }))?.result).toBeDefined();
    at.gateway.disable('other', true);
    expect((await client.ask('tools/call', { name: 'u' }))?.error).toMatchObject({
      message: 'The server "other" is out of service for now.',
    });
    expect((await client.ask('tools/call', { name: 't' }))?.result).toBeDefined();
    at.gateway.disable('other', false);
    expect((await client.ask('tools/call', { name: 'u' }))?.result).toBeDefined();
  });
});
