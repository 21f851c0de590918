import { describe, expect, test } from 'vitest';
import { FakeDriver, turn } from '../support.ts';
import { ask, driverOf, META, modernWorld } from './support.ts';

describe('modern requests to a server that understands them', () => {
  test('[NATIVE-BYTES] travel as they are, but for our number', async () => {
    const at = modernWorld();
    const { carrier } = ask(at, { id: 'my id', params: { name: 't', arguments: { big: 1 } } });
    await turn();
    const { link } = driverOf(at);
    expect(link.context.era).toBe('modern');
    expect(link.methods).toEqual(['tools/call']);
    expect(link.last.params).toEqual({ name: 't', arguments: { big: 1 }, _meta: META });
    expect(link.last.id).toBe(1);
    const odd = '"result":{ "resultType":"complete","n":12345678901234567890 , "f":1.0,"u":"\\u00fc"}';
    link.says(`{"jsonrpc":"2.0", "id":1,${odd}}`);
    expect(carrier.answers[0]?.text).toBe(`{"jsonrpc":"2.0", "id":"my id",${odd}}`);
    expect(carrier.answers[0]?.code).toBeUndefined();
  });

  test('[NATIVE-BYTES] an error keeps its number, which the carrier is told', async () => {
    const at = modernWorld();
    const { carrier } = ask(at, { id: 7, method: 'tasks/get' });
    await turn();
    driverOf(at).link.says({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } });
    expect(carrier.answers[0]?.code).toBe(-32601);
    expect(carrier.answer1).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32601, message: 'Method not found' },
    });
  });

  test('[NATIVE-ONE] all calls of a caller share one conversation, and equal ids do not meet', async () => {
    const at = modernWorld();
    const [a, b] = [ask(at, { id: 1, params: { name: 'a' } }), ask(at, { id: 1, params: { name: 'b' } })];
    const other = ask(at, { id: 1, params: { name: 'c' }, facts: { principal: 'other' } });
    await turn();
    const driver = driverOf(at);
    expect(driver.links.length).toBe(2);
    const [mine, theirs] = driver.links;
    expect([mine?.context.principal, theirs?.context.principal]).toEqual(['anybody', 'other']);
    expect(mine?.calls.map(({ params }) => params?.['name'])).toEqual(['a', 'b']);
    mine?.answers(mine.calls[1]?.id, { which: 'b' });
    mine?.answers(mine.calls[0]?.id, { which: 'a' });
    theirs?.answers(theirs.last.id, { which: 'c' });
    expect([a, b, other].map(({ carrier }) => carrier.answer1.result?.['which'])).toEqual(['a', 'b', 'c']);
    expect([a, b, other].map(({ carrier }) => carrier.answer1.id)).toEqual([1, 1, 1]);
  });

  test('[NATIVE-ONE] a shared server has one conversation for everybody', async () => {
    const at = modernWorld({ server: { sharing: 'shared' } });
    ask(at);
    ask(at, { facts: { principal: 'other' } });
    await turn();
    expect(driverOf(at).links.length).toBe(1);
  });

  test('[NATIVE-EVENTS] progress and log lines reach the call they belong to, and none after its answer', async () => {
    const at = modernWorld();
    const level = { 'io.modelcontextprotocol/logLevel': 'debug' };
    const [a, b] = [
      ask(at, { meta: { progressToken: 'same', ...level } }),
      ask(at, { meta: { progressToken: 'same' } }),
    ];
    const c = ask(at, { meta: level });
    const d = ask(at);
    await turn();
    const { link } = driverOf(at);
    link.notifies('notifications/progress', { progressToken: 2, progress: 1 });
    link.notifies('notifications/message', { level: 'info', data: 'for a' }, 1);
    link.notifies('notifications/message', { level: 'info', data: 'for somebody' });
    link.notifies('notifications/tools/list_changed');
    expect(b.carrier.events).toEqual([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'same', progress: 1 } },
    ]);
    expect([a, c].map(({ carrier }) => carrier.events.map(({ params }) => params?.['data']))).toEqual([
      ['for a'],
      ['for somebody'],
    ]);
    expect(d.carrier.events).toEqual([]);
    link.answers(2);
    link.notifies('notifications/progress', { progressToken: 2, progress: 2 });
    expect(b.carrier.events.length).toBe(1);
  });

  test('[BRKS-LOG-SHARED] a log line that names no call reaches nobody where strangers share the server', async () => {
    const at = modernWorld({ server: { sharing: 'shared' } });
    const level = { 'io.modelcontextprotocol/logLevel': 'debug' };
    const [a, b] = [ask(at, { meta: level }), ask(at, { meta: level, facts: { principal: 'other' } })];
    await turn();
    driverOf(at).link.notifies('notifications/message', { level: 'info', data: 'of somebody' });
    driverOf(at).link.notifies('notifications/message', { level: 'info', data: 'of a' }, 1);
    expect(a.carrier.events.map(({ params }) => params?.['data'])).toEqual(['of a']);
    expect(b.carrier.events).toEqual([]);
  });

  test("[BRKS-FOREIGN-SUBSCRIPTION] what names a subscription that is nobody's reaches nobody", async () => {
    const at = modernWorld();
    const { carrier } = ask(at);
    await turn();
    const { link } = driverOf(at);
    const _meta = { 'io.modelcontextprotocol/subscriptionId': 7 };
    link.notifies('notifications/tools/list_changed', { _meta }, 1);
    link.notifies('notifications/tools/list_changed', { _meta });
    link.notifies('notifications/message', { level: 'info', data: 'x' }, 1);
    expect(carrier.events.map(({ method }) => method)).toEqual(['notifications/message']);
  });

  test('[NATIVE-CANCEL] a client that goes away calls its request off upstream', async () => {
    const at = modernWorld();
    const { call, carrier } = ask(at);
    await turn();
    call.cancel('The client went away.');
    const { link } = driverOf(at);
    expect(link.last).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(link.abandoned).toEqual([1]);
    link.answers(1);
    expect([carrier.answers.length, at.gateway.inFlight]).toEqual([0, 0]);
  });

  test('[NATIVE-CANCEL] one that is called off before its link is open is never sent', async () => {
    const at = modernWorld();
    const driver = driverOf(at);
    driver.isHeld = true;
    const { call } = ask(at);
    await turn();
    call.cancel('The client went away.');
    driver.release();
    await turn();
    expect(driver.link.raw).toEqual([]);
  });

  test('[NATIVE-ASKED] a server that asks all the same is refused', async () => {
    const at = modernWorld();
    ask(at);
    await turn();
    driverOf(at).link.asks(9, 'sampling/createMessage');
    expect(driverOf(at).link.last).toMatchObject({ id: 9, error: { code: -32601 } });
  });

  test('[NATIVE-GONE] what only conversations have is no method', async () => {
    const at = modernWorld();
    for (const method of ['initialize', 'ping', 'logging/setLevel', 'resources/subscribe'])
      expect(ask(at, { method }).carrier.answers[0]?.code).toBe(-32601);
    await turn();
    expect(driverOf(at).opens).toBe(0);
  });

  test('[NATIVE-IDLE] a conversation nobody used for a while is closed, and opened again when needed', async () => {
    const at = modernWorld({ settings: { statelessIdleMs: 1_000 } });
    ask(at);
    await turn();
    const driver = driverOf(at);
    at.runtime.advance(5_000);
    expect(driver.alive).toBe(1);
    driver.link.answers(1);
    at.runtime.advance(1_001);
    await turn();
    expect(driver.alive).toBe(0);
    ask(at);
    await turn();
    expect(driver.alive).toBe(1);
  });

  test('[NATIVE-CAPS] calls in flight are bounded, in all and of one principal', async () => {
    const at = modernWorld({ settings: { calls: 3, perCaller: { calls: 2 } } });
    const first = ask(at);
    ask(at);
    expect(ask(at).carrier.answer1.error?.data?.code).toBe('too_many_calls');
    ask(at, { facts: { principal: 'other' } });
    expect(ask(at, { facts: { principal: 'third' } }).carrier.answer1.error?.data?.code).toBe(
      'too_many_calls',
    );
    first.call.cancel('Gone.');
    expect(ask(at, { facts: { principal: 'third' } }).carrier.answers).toEqual([]);
    expect(at.gateway.inFlight).toBe(3);
  });

  test('[NATIVE-LOST] a call whose server dies is told once; the next one opens it again', async () => {
    const at = modernWorld();
    const { carrier } = ask(at);
    await turn();
    driverOf(at).link.end();
    expect(carrier.answer1.error?.data?.code).toBe('upstream_exited');
    const next = ask(at);
    await turn();
    driverOf(at).link.answers(driverOf(at).link.last.id, { ok: true });
    expect(next.carrier.answer1.result).toEqual({ ok: true });
  });

  test('[NATIVE-LOST] with a server that is taken out, its calls end', async () => {
    const at = modernWorld();
    const { carrier } = ask(at);
    await turn();
    await at.gateway.removeServer('srv');
    expect(carrier.answer1.error?.data?.code).toBe('session_closed');
    expect(ask(at).carrier.answer1.error?.data?.code).toBe('unknown_server');
    expect(driverOf(at)).toBeInstanceOf(FakeDriver);
  });
});
