/** What a tap is shown of the messages that pass. */
import { beforeEach, describe, expect, it } from 'vitest';
import { joined } from '../../../src/engine/bytes.ts';
import type { Passing, Tap } from '../../../src/engine/ports-tap.ts';
import { driverOf, ask, modernWorld } from './modern/support.ts';
import { call, message, notify, openSession, readySession, turn, world, type World } from './support.ts';
import { greeted, mergedWorld } from './merge/support.ts';
import { textOf } from './wire.ts';

/** Takes notes: `n leg kind method #id (call) <request>`. */
class Notebook implements Tap {
  readonly lines: string[] = [];
  readonly texts: string[] = [];
  #last = 0;

  passed(seen: Passing): number {
    const number = ++this.#last;
    const { leg, kind, method, idIn, id, call: to, request, server, session, bytes } = seen;
    const raw = id.end === 0 ? '-' : textOf(idIn.subarray(id.start, id.end));
    const whose = `${session === '' ? 'nobody' : 'session'}@${server}`;
    this.lines.push(`${number} ${whose} ${leg} ${kind} ${method} #${raw} (${to}) <${request}>`);
    this.texts.push(textOf(joined(bytes)));
    return number;
  }

  /** Without the numbers of the lines before. */
  since(line: number): string[] {
    return this.lines.slice(line);
  }
}

function tapped(at: World): Notebook {
  const tap = new Notebook();
  at.gateway.context.tap = tap;
  return tap;
}

describe('of a session', () => {
  let at: World;
  let tap: Notebook;

  beforeEach(() => {
    at = world();
    tap = tapped(at);
  });

  it('[LIVE-TAP] sees its handshake on all four legs, tied together', async () => {
    await readySession(at);
    expect(tap.lines).toEqual([
      '1 session@srv from-client request initialize #"hello" (0) <0>',
      '2 session@srv to-server request initialize #1 (1) <0>',
      '3 session@srv from-server response initialize #1 (1) <2>',
      '4 session@srv to-client response initialize #"hello" (1) <1>',
      '5 session@srv from-client notification notifications/initialized #- (0) <0>',
      '6 session@srv to-server notification notifications/initialized #- (0) <0>',
    ]);
  });

  it('[LIVE-TIED] ties progress, answers and cancellations to their call', async () => {
    const { session } = await readySession(at);
    const { link } = at.driver;
    const params = { name: 't', _meta: { progressToken: 'p' } };
    session.receive(call('a', 'tools/call', params));
    link.notifies('notifications/progress', { progressToken: 2, progress: 1 });
    link.answers(2);
    session.receive(call('b'));
    session.receive(notify('notifications/cancelled', { requestId: 'b' }));
    expect(tap.since(6)).toEqual([
      '7 session@srv from-client request tools/call #"a" (0) <0>',
      '8 session@srv to-server request tools/call #2 (7) <0>',
      '9 session@srv from-server notification notifications/progress #- (7) <0>',
      '10 session@srv to-client notification notifications/progress #- (7) <0>',
      '11 session@srv from-server response tools/call #2 (7) <8>',
      '12 session@srv to-client response tools/call #"a" (7) <7>',
      '13 session@srv from-client request tools/call #"b" (0) <0>',
      '14 session@srv to-server request tools/call #3 (13) <0>',
      '15 session@srv from-client notification notifications/cancelled #- (0) <0>',
      '16 session@srv to-server notification notifications/cancelled #- (13) <0>',
    ]);
    expect(tap.texts[9]).toContain('"progressToken":"p"');
  });

  it('[LIVE-TAP] sees questions of the server, and what its client says to them', async () => {
    const { session, connection } = await readySession(at);
    at.driver.link.asks('q', 'roots/list');
    session.receive(message({ jsonrpc: '2.0', id: connection.messages.at(-1)?.id, result: {} }));
    expect(tap.since(6)).toEqual([
      '7 session@srv from-server request roots/list #"q" (0) <0>',
      '8 session@srv to-client request roots/list #1 (7) <0>',
      '9 session@srv from-client response roots/list #1 (7) <8>',
      '10 session@srv to-server response  #"q" (7) <7>',
    ]);
  });

  it('[LIVE-TAP] sees errors of the gateway, and answers that no server gave', async () => {
    const session = openSession(at);
    session.receive(call(1, 'ping'));
    session.receive(call(2, 'server/discover'));
    session.close('test');
    session.receive(call(3, 'tools/list'));
    expect(tap.lines).toEqual([
      '1 session@srv from-client request ping #1 (0) <0>',
      '2 session@srv to-client response ping #1 (1) <1>',
      '3 session@srv from-client request server/discover #2 (0) <0>',
      '4 session@srv to-client error server/discover #2 (3) <3>',
      '5 session@srv from-client request tools/list #3 (0) <0>',
      '6 session@srv to-client error tools/list #3 (5) <5>',
    ]);
  });

  it('sees nothing once it is taken away, and ties nothing to what it saw before', async () => {
    const { session } = await readySession(at);
    at.gateway.context.tap = undefined;
    session.receive(call('a'));
    at.gateway.context.tap = tap;
    at.driver.link.answers(2);
    expect(tap.since(6)).toEqual([
      '7 session@srv from-server response tools/call #2 (0) <0>',
      '8 session@srv to-client response tools/call #"a" (0) <0>',
    ]);
  });
});

describe('of modern requests', () => {
  it('[LIVE-TAP-MODERN] sees them at a modern server', async () => {
    const at = modernWorld();
    const tap = tapped(at);
    ask(at);
    await turn();
    driverOf(at).link.answers(1);
    expect(tap.lines).toEqual([
      '1 nobody@srv from-client request tools/call #1 (0) <0>',
      '2 nobody@srv to-server request tools/call #1 (1) <0>',
      '3 nobody@srv from-server response tools/call #1 (1) <2>',
      '4 nobody@srv to-client response tools/call #1 (1) <1>',
    ]);
  });

  it('[LIVE-TAP-MODERN] sees them over the bridge, in the words of either side', async () => {
    const at = world({ server: { era: 'legacy' } });
    const tap = tapped(at);
    at.driver.script = ({ method }) => (method === 'tools/call' ? { result: { content: [] } } : undefined);
    const { carrier } = ask(at);
    await turn();
    expect(carrier.answers).toHaveLength(1);
    expect(tap.lines.filter((line) => line.includes('tools/call'))).toEqual([
      '1 nobody@srv from-client request tools/call #1 (0) <0>',
      expect.stringMatching(/^\d+ nobody@srv to-server request tools\/call #\d+ \(1\) <0>$/),
      expect.stringMatching(/^\d+ nobody@srv from-server response tools\/call #\d+ \(1\) <\d+>$/),
      expect.stringMatching(/^\d+ nobody@srv to-client response tools\/call #1 \(1\) <1>$/),
    ]);
  });
});

describe('of what is shared', () => {
  it('[LIVE-TAP-SHARED] knows whose call it is on a shared link', async () => {
    const at = world({ server: { sharing: 'shared' } });
    const tap = tapped(at);
    const { session } = await readySession(at);
    const from = tap.lines.length;
    session.receive(call('a', 'tools/call', { name: 't', _meta: { progressToken: 1 } }));
    const [sent] = at.driver.link.calls.slice(-1);
    at.driver.link.notifies('notifications/progress', { progressToken: sent?.id, progress: 1 });
    at.driver.link.answers(sent?.id);
    expect(tap.since(from).map((line) => line.replace(/^\d+ /, ''))).toEqual([
      `session@srv from-client request tools/call #"a" (0) <0>`,
      `session@srv to-server request tools/call #${sent?.id} (${from + 1}) <0>`,
      `session@srv from-server notification notifications/progress #- (${from + 1}) <0>`,
      `session@srv to-client notification notifications/progress #- (${from + 1}) <0>`,
      `session@srv from-server response tools/call #${sent?.id} (${from + 1}) <${from + 2}>`,
      `session@srv to-client response tools/call #"a" (${from + 1}) <${from + 1}>`,
    ]);
  });

  it('[LIVE-TAP-SHARED] names the server on its side of a merge, and the merge on that of the client', async () => {
    const at = mergedWorld({ one: { tools: ['t'] }, other: { tools: ['u'] } });
    const client = await greeted(at);
    const tap = new Notebook();
    at.gateway.context.tap = tap;
    const answer = await client.ask('tools/call', { name: 'u' });
    expect(answer?.result).toBeDefined();
    const told = tap.lines.filter((line) => line.includes('tools/call'));
    expect(told.map((line) => line.replace(/^\d+ /, '').replace(/ #.*/, ''))).toEqual([
      'session@/ from-client request tools/call',
      'session@other to-server request tools/call',
      'session@other from-server response tools/call',
      'session@/ to-client response tools/call',
    ]);
  });
});
