/** One client in lines: modern calls by their ids, a session beside them, and what is left when it goes. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../../src/edges/lines/conversation.ts';
import { LineConnection, type LineEnd } from '../../../src/edges/node/line-connection.ts';
import { driverOf, META, modernWorld } from '../engine/modern/support.ts';
import { bytesOf, turn, type Wire } from '../engine/support.ts';

/** @param isDual whether the server understands legacy words, too */
function talk(queuedBytes = 1_000_000, isDual = false) {
  const at = modernWorld(isDual ? { server: { era: 'auto' } } : {});
  if (isDual) at.server.eras.learnt({ principal: 'local' }, { isModern: true, isLegacy: true });
  const output = new PassThrough();
  const ends: LineEnd[] = [];
  const full: boolean[] = [];
  const connection = new LineConnection({
    output,
    queuedBytes,
    onEnd: (reason) => ends.push(reason),
    onFull: (isFull) => full.push(isFull),
  });
  const { gateway, server: mount } = at;
  const conversation = new Conversation({ gateway, mount, principal: 'local', connection });
  const say = (message: object) => conversation.take(bytesOf(message));
  const modern = (id: unknown, method = 'tools/call') =>
    say({ jsonrpc: '2.0', id, method, params: { name: 't', _meta: META } });
  const cancel = (requestId: unknown) =>
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
  const heard = async (): Promise<Wire[]> => {
    await turn();
    await turn();
    const text = String((output.read() as Buffer | null) ?? '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Wire);
  };
  return { at, connection, conversation, output, ends, full, say, modern, cancel, heard };
}

describe('a conversation in lines', () => {
  it('[STDFACE-SAMEID] refuses a modern request whose id is in flight; another scalar is another id', async () => {
    const { at, modern, heard } = talk();
    modern(1);
    modern('1');
    modern(1);
    expect((await heard()).map(({ id, error }) => [id, error?.code])).toEqual([[1, -32600]]);
    const { link } = driverOf(at);
    expect(link.calls.length).toBe(2);
    link.answers(1, { which: 'number' });
    link.answers(2, { which: 'text' });
    expect((await heard()).map(({ id, result }) => [id, result?.['which']])).toEqual([
      [1, 'number'],
      ['1', 'text'],
    ]);
    modern(1);
    await heard();
    expect(link.calls.length).toBe(3);
  });

  it('[STDFACE-CANCEL] calls off the modern call of exactly that id, whose server is told', async () => {
    const { at, modern, cancel, heard } = talk();
    modern(1);
    modern('1');
    await heard();
    const { link } = driverOf(at);
    cancel('1');
    cancel('unknown');
    await heard();
    expect(link.methods).toEqual(['tools/call', 'tools/call', 'notifications/cancelled']);
    expect(link.last.params?.['requestId']).toBe(2);
    link.answers(2, {});
    link.answers(1, {});
    expect((await heard()).map(({ id }) => id)).toEqual([1]);
    expect(at.gateway.desk.inFlight).toBe(0);
  });

  it('[ONCE-LINES] runs a request with a key once; calling it off is meant, and going away is not', async () => {
    const { at, say, cancel, conversation, heard } = talk();
    const keyed = (id: number, key: unknown = 'k') =>
      say({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 't', _meta: { ...META, 'dev.sluice/idempotencyKey': key } },
      });
    keyed(1);
    keyed(2);
    keyed(3, 7);
    expect((await heard()).map(({ id, error }) => [id, error?.code])).toEqual([[3, -32602]]);
    const { link } = driverOf(at);
    link.answers(link.last.id, { done: 1 });
    keyed(4);
    expect((await heard()).map(({ id, result }) => [id, result?.['done']])).toEqual([
      [1, 1],
      [2, 1],
      [4, 1],
    ]);
    keyed(5, 'off');
    await heard();
    cancel(5);
    keyed(6, 'on');
    await heard();
    conversation.gone();
    expect(link.methods).toEqual(['tools/call', 'tools/call', 'notifications/cancelled', 'tools/call']);
    expect(at.gateway.desk.inFlight).toBe(1);
  });

  it('[LISTEN-END] ends a subscription with its answer, and calls it off, as no stream ends with it', async () => {
    const { at, say, modern, heard } = talk();
    const params = { notifications: { toolsListChanged: true }, _meta: META };
    for (const id of ['l', 'other']) say({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params });
    await heard();
    const { link } = driverOf(at);
    const tag = { 'io.modelcontextprotocol/subscriptionId': link.calls[0]?.id };
    link.notifies('notifications/subscriptions/acknowledged', {
      _meta: tag,
      notifications: params.notifications,
    });
    modern(7);
    await heard();
    await at.gateway.close();
    const last = await heard();
    expect(last.map(({ id, method, result, error }) => id ?? [method, result, error])).toEqual([
      'l',
      ['notifications/cancelled', undefined, undefined],
      'other',
      ['notifications/cancelled', undefined, undefined],
      7,
    ]);
    expect(last[1]?.params?.['requestId']).toBe('l');
    expect(last[0]?.result?.['resultType']).toBe('complete');
  });

  it('[STDFACE-CANCEL] what names no modern call goes to the session', async () => {
    const { at, say, cancel, modern, heard } = talk(1_000_000, true);
    const driver = driverOf(at);
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    };
    say({ jsonrpc: '2.0', id: 'hello', method: 'initialize', params });
    await heard();
    driver.link.answers(driver.link.last.id, { protocolVersion: '2025-06-18', capabilities: {} });
    await heard();
    modern(2);
    say({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 't' } });
    await heard();
    const [legacy, native] = driver.links;
    expect([legacy?.context.era, native?.context.era]).toEqual(['legacy', 'modern']);
    cancel(1);
    await heard();
    expect(legacy?.methods).toContain('notifications/cancelled');
    expect(native?.methods).toEqual(['tools/call']);
  });

  it('[STDFACE-GONE] ends its session and calls its modern calls off when the client goes away', async () => {
    const { at, conversation, modern, say, heard } = talk();
    modern(1);
    say({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    await heard();
    expect([at.gateway.sessions, at.gateway.inFlight]).toEqual([1, 2]);
    conversation.gone();
    await turn();
    expect([at.gateway.sessions, at.gateway.inFlight]).toEqual([0, 0]);
    expect(driverOf(at).links[0]?.methods).toEqual(['tools/call', 'notifications/cancelled']);
  });

  it('[STDFACE-SLOW] says when much waits and when it does not; past its cap it says no more', async () => {
    const { connection, output, ends, full } = talk(600_000);
    const message = bytesOf({ text: 'x'.repeat(200_000) });
    expect([connection.write(message), connection.write(message)]).toEqual([true, false]);
    expect(full).toEqual([true]);
    output.resume();
    await once(output, 'drain');
    expect(full).toEqual([true, false]);
    output.pause();
    expect(output.writableLength).toBe(0);
    for (let n = 0; n < 5; n++) connection.write(message);
    expect(ends).toEqual(['slow']);
    expect(connection.isClosed).toBe(true);
  });

  it('[STDFACE-LINES] one write is one line, in several pieces and with raw line breaks, too', async () => {
    const { connection, output } = talk();
    connection.write([bytesOf('{"a":\n1,'), bytesOf('\r\n"b":2}')].flat());
    connection.write(bytesOf('{"c":3}'));
    await turn();
    expect(String(output.read())).toBe('{"a": 1,  "b":2}\n{"c":3}\n');
  });
});
