/** What is told of each request once it is over. */
import { alone } from '../../../src/backplanes/alone.ts';
import { Gateway } from '../../../src/engine/gateway.ts';
import { describe, expect, it } from 'vitest';
import { call, notify, openSession, readySession, turn, world } from './support.ts';
import { greeted, mergedWorld } from './merge/support.ts';
import { ask, driverOf, modernWorld } from './modern/support.ts';
import { ACCEPTED, asks, comesBack, parked, seatWorld } from './bridge/support.ts';
import { textOf } from './wire.ts';

describe('a request of a session', () => {
  it('[AUDIT-ONE] [AUDIT-FACTS] is told once, with who, what, where and how long', async () => {
    const at = world();
    const payers = at.gateway.context.ledger.payersOf({ principal: 'key:ann', project: 'web' });
    const { session } = await readySession(at, { principal: 'key:ann', address: '10.0.0.7', payers });
    session.receive(call(5, 'tools/call', { name: 'read', arguments: { a: 1 } }));
    at.runtime.advance(40);
    at.driver.link.answers(at.driver.link.last.id, { content: [] });
    at.driver.link.answers(at.driver.link.last.id, { content: [] });
    const [greeting, told, ...more] = at.notes.named('callEnded');
    expect(greeting).toMatchObject({ method: 'initialize', outcome: 'ok' });
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      ...{ principal: 'key:ann', project: 'web', server: 'srv', method: 'tools/call', target: 'read' },
      ...{ session: session.id, address: '10.0.0.7', dialect: 'http-sse', era: 'legacy', outcome: 'ok' },
      ...{ ms: 40, code: undefined, tie: undefined, arguments: undefined },
    });
    const sent = JSON.stringify({
      jsonrpc: '2.0',
      id: 5,
      method: 'tools/call',
      params: { name: 'read', arguments: { a: 1 } },
    });
    expect(told).toMatchObject({ bytesIn: sent.length });
    expect(Number(told?.['bytesOut'])).toBeGreaterThan(30);
  });

  it('[AUDIT-OUTCOME] is told with what became of it', async () => {
    const at = world({ settings: { exchangesPerSession: 2, requestMs: 1_000 } });
    const { session } = await readySession(at);
    const { link } = at.driver;
    const said = () => at.notes.named('callEnded').at(-1);
    session.receive(call(1));
    link.answers(link.last.id, { content: [{ type: 'text', text: '"isError":true' }] });
    expect(said()).toMatchObject({ outcome: 'ok' });
    session.receive(call(2));
    link.answers(link.last.id, { content: [], isError: true });
    expect(said()).toMatchObject({ outcome: 'tool_error', code: undefined });
    session.receive(call(3));
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32050, message: 'no' } });
    expect(said()).toMatchObject({ outcome: 'error', code: -32050 });
    session.receive(call(4));
    session.receive(notify('notifications/cancelled', { requestId: 4 }));
    expect(said()).toMatchObject({ outcome: 'cancelled' });
    session.receive(call(5));
    session.receive(call(6));
    session.receive(call(7));
    expect(said()).toMatchObject({ outcome: 'too_many_calls', code: -32_000, bytesOut: 0 });
    at.runtime.advance(1_001);
    expect(at.notes.named('callEnded').slice(-2)).toMatchObject([
      { outcome: 'timed_out', code: -32_001 },
      { outcome: 'timed_out' },
    ]);
    session.receive(call(8, 'server/discover'));
    expect(said()).toMatchObject({ outcome: 'method_not_found' });
    session.receive(call(9));
    link.end();
    expect(said()).toMatchObject({ outcome: 'upstream_exited' });
    session.receive(call(10));
    session.close('test');
    expect(said()).toMatchObject({ outcome: 'session_closed' });
  });

  it('[AUDIT-FACTS] is told under the names that its server knows', async () => {
    const at = mergedWorld({ a: { tools: ['read', 'own'] }, b: { tools: ['read'] } });
    const client = await greeted(at);
    const names = await client.names();
    await client.ask('tools/call', { name: names?.find((name) => name.startsWith('b')) ?? '' });
    expect(at.notes.named('callEnded').at(-1)).toMatchObject({ server: 'b', target: 'read', outcome: 'ok' });
    await client.ask('tools/call', { name: 'nothing' });
    const unknown = { server: '/', target: 'nothing', outcome: 'unknown_tool', code: -32_602 };
    expect(at.notes.named('callEnded').at(-1)).toMatchObject(unknown);
  });

  it('[AUDIT-ARGUMENTS] its arguments are given as they are sent on, and only where somebody asks', async () => {
    const at = world();
    const seen: string[] = [];
    at.notes.keepArguments = (bytes) => `kept ${seen.push(textOf(bytes))}`;
    const { session } = await readySession(at);
    const odd = { name: 'x', arguments: { big: 1, deep: { arguments: 2 } } };
    session.receive(call(1, 'tools/call', odd));
    session.receive(call(2, 'prompts/get', { name: 'p', arguments: { q: 'w' } }));
    session.receive(call(3, 'tools/call', { name: 'none' }));
    session.receive(call(4, 'resources/read', { uri: 'a:b', arguments: { no: 1 } }));
    expect(seen).toEqual(['{"big":1,"deep":{"arguments":2}}', '{"q":"w"}']);
    expect(at.driver.link.calls[0]?.params?.['arguments']).toEqual(odd.arguments);
    session.close('test');
    const kept = at.notes.named('callEnded').map((told) => told['arguments']);
    expect(kept).toEqual([undefined, 'kept 1', 'kept 2', undefined, undefined]);
  });

  it('[AUDIT-ARGUMENTS] nothing is gathered where nobody wants to know', () => {
    const played = world();
    const gateway = new Gateway({ runtime: played.runtime, backplane: alone(played.log) });
    const server = gateway.addServer({ name: 'srv', driver: played.driver });
    const made = openSession({ ...played, gateway, server });
    expect(made.trailOf(call(1), { event() {}, answer() {}, cancelled() {}, isFollowed: true })).toBe(
      undefined,
    );
  });
});

describe('a request in modern words', () => {
  it('[AUDIT-ONE] [AUDIT-FACTS] is told once on the native way', async () => {
    const at = modernWorld();
    driverOf(at).takesHeaders = true;
    const { call: made } = ask(at, { facts: { address: '::1', hasHeaders: true, principal: 'key:bob' } });
    await turn();
    const { link } = driverOf(at);
    link.answers(link.last.id, { resultType: 'complete', isError: true });
    made.cancel('The client went away.');
    const expected = { principal: 'key:bob', server: 'srv', target: 't', session: '', address: '::1' };
    expect(at.notes.named('callEnded')).toMatchObject([
      { ...expected, era: 'modern', dialect: 'streamable', outcome: 'tool_error' },
    ]);
  });

  it('[AUDIT-OUTCOME] is told with what became of it', async () => {
    const at = modernWorld();
    const said = () => at.notes.named('callEnded').map(({ outcome, code }) => [outcome, code]);
    const { call: first } = ask(at, { id: 1 });
    await turn();
    first.cancel('gone');
    ask(at, { id: 2, method: 'tasks/get' });
    const { link } = driverOf(at);
    link.says({ jsonrpc: '2.0', id: link.last.id, error: { code: -32_011, message: 'x' } });
    ask(at, { id: 3, method: 'ping' });
    ask(at, { id: 4 });
    link.answers(link.last.id, { resultType: 'input_required', requestState: 's' });
    at.gateway.desk.drain();
    ask(at, { id: 5 });
    expect(said()).toEqual([
      ['cancelled', undefined],
      ['error', -32_011],
      ['method_not_found', -32_601],
      ['asked', undefined],
      ['draining', -32_000],
    ]);
  });

  it('[AUDIT-ROUNDS] is told round by round where its client is asked, tied together', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    const [key = ''] = input.keys;
    await comesBack(at, input, { [key]: ACCEPTED });
    link.answers(link.calls.find(({ method }) => method === 'tools/call')?.id, {
      content: [],
      isError: true,
    });
    await asks(at);
    at.driver.link.answers(at.driver.link.last.id, {});
    const [first, second, other] = at.notes.named('callEnded');
    expect([first?.['outcome'], second?.['outcome'], other?.['outcome']]).toEqual([
      'asked',
      'tool_error',
      'ok',
    ]);
    expect(first?.['tie']).toBeTruthy();
    expect(second?.['tie']).toBe(first?.['tie']);
    expect(other?.['tie']).toBeUndefined();
  });
});
