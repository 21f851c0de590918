/** Modern clients that listen at legacy servers: heard on the common seat of their caller. */
import { describe, expect, it } from 'vitest';
import { HANDSHAKE, type FakeDriver } from '../fake-driver.ts';
import type { World } from '../support.ts';
import type { Wire } from '../wire.ts';
import {
  type Asking,
  asks,
  type Caller,
  type FakeLink,
  seatWorld,
  type SeatWorldOptions,
  turn,
} from './support.ts';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const KINDS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
const CAN = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
};
const uris = (...resourceSubscriptions: string[]) => ({ resourceSubscriptions });

interface Options extends SeatWorldOptions {
  readonly capabilities?: unknown;
  /** Resources that the server refuses. */
  readonly bad?: readonly string[];
  /** The server says nothing to what it is asked. */
  readonly isSilent?: boolean;
}

function listenWorld({ capabilities = CAN, bad = [], isSilent = false, ...rest }: Options = {}): World {
  const at = seatWorld(rest);
  const driver = at.server.driver as FakeDriver;
  driver.handshake = { ...HANDSHAKE, capabilities };
  driver.script = ({ method, params }: Wire) => {
    if (isSilent || method === 'initialize') return undefined;
    if (bad.includes(String(params?.['uri']))) return { error: { code: -32002, message: 'No.' } };
    return { result: {} };
  };
  return at;
}

const listen = (at: World, filter: unknown, asking: Asking = {}) =>
  asks(at, { method: 'subscriptions/listen', params: { notifications: filter }, ...asking });
const linkOf = (at: World): FakeLink => (at.server.driver as FakeDriver).link;
const said = (at: World, method: string) => linkOf(at).calls.filter((wire) => wire.method === method);
const about = (at: World, method: string) => said(at, method).map(({ params }) => params?.['uri']);
const changed = (at: World, kind: string) => linkOf(at).notifies(`notifications/${kind}/list_changed`);
const updated = (at: World, uri: string) => linkOf(at).notifies('notifications/resources/updated', { uri });

function told({ events }: Caller): unknown[] {
  return events.map(({ method = '', params }) => {
    if (method.endsWith('acknowledged')) return params?.['notifications'];
    return params?.['uri'] ?? method.split('/')[1];
  });
}

describe('a modern client that listens at a legacy server', () => {
  it('[LISTEN-BRIDGED] is acknowledged what the server announces, and told it under its own id', async () => {
    const at = listenWorld();
    const one = await listen(at, { ...KINDS, ...uris('a:/1') }, { id: 'me' });
    expect(told(one)).toEqual([{ ...KINDS, ...uris('a:/1') }]);
    changed(at, 'tools');
    updated(at, 'a:/1');
    updated(at, 'a:/2');
    expect(told(one).slice(1)).toEqual(['tools', 'a:/1']);
    for (const { params } of one.events) expect(params?.['_meta']).toEqual({ [SUBSCRIPTION]: 'me' });
  });

  it.each([
    [{ tools: { listChanged: true }, prompts: {} }, { toolsListChanged: true }],
    [
      { prompts: { listChanged: true }, resources: { listChanged: false, subscribe: true } },
      { promptsListChanged: true, ...uris('a:/1') },
    ],
    [{ resources: { listChanged: true } }, { resourcesListChanged: true }],
    [{ tools: null, prompts: [], resources: 1 }, {}],
    [undefined, {}],
  ])(
    '[LISTEN-BRIDGED] is not acknowledged what the server does not announce: %j',
    async (capabilities, honoured) => {
      const at = listenWorld({ capabilities: capabilities ?? null });
      const one = await listen(at, { ...KINDS, ...uris('a:/1') });
      expect(told(one)).toEqual([honoured]);
      for (const kind of ['tools', 'prompts', 'resources']) changed(at, kind);
      updated(at, 'a:/1');
      expect(one.events).toHaveLength(1 + Object.keys(honoured).length);
      expect(one.answers).toEqual([]);
    },
  );

  it('[LISTEN-BRIDGED] is not acknowledged a resource that the server refuses', async () => {
    const at = listenWorld({ bad: ['a:/bad'] });
    const one = await listen(at, uris('a:/1', 'a:/bad', 'a:/2'));
    expect(told(one)).toEqual([uris('a:/1', 'a:/2')]);
  });

  it('[LISTEN-BRIDGED] waits for the word of the server on each resource', async () => {
    const at = listenWorld({ isSilent: true });
    const one = await listen(at, uris('a:/1', 'a:/2'));
    const [first, second] = said(at, 'resources/subscribe');
    linkOf(at).answers(second?.id);
    updated(at, 'a:/2');
    expect(told(one)).toEqual([]);
    linkOf(at).answers(first?.id);
    expect(told(one)).toEqual([uris('a:/1', 'a:/2')]);
  });

  it('[LISTEN-COUNTED] shares its subscriptions with all who listen for the same', async () => {
    const at = listenWorld();
    const all = [
      await listen(at, uris('a:/1', 'a:/2')),
      await listen(at, uris('a:/2')),
      await listen(at, uris('a:/2')),
    ];
    expect(about(at, 'resources/subscribe')).toEqual(['a:/1', 'a:/2']);
    all[0]?.call.cancel('gone');
    expect(about(at, 'resources/unsubscribe')).toEqual(['a:/1']);
    all[1]?.call.cancel('gone');
    updated(at, 'a:/2');
    expect(all.map((one) => told(one).length)).toEqual([1, 1, 2]);
    all[2]?.call.cancel('gone');
    expect(about(at, 'resources/unsubscribe')).toEqual(['a:/1', 'a:/2']);
    await listen(at, uris('a:/2'));
    expect(about(at, 'resources/subscribe')).toEqual(['a:/1', 'a:/2', 'a:/2']);
  });

  it('[LISTEN-COUNTED] has one conversation with fifty others, and callers have one each', async () => {
    const at = listenWorld();
    const all = await Promise.all(Array.from({ length: 50 }, (_, id) => listen(at, KINDS, { id })));
    expect((at.server.driver as FakeDriver).opens).toBe(1);
    changed(at, 'prompts');
    expect(all.every((one) => told(one)[1] === 'prompts')).toBe(true);
    const ben = await listen(at, KINDS, { as: 'ben' });
    expect((at.server.driver as FakeDriver).opens).toBe(2);
    changed(at, 'tools');
    expect([told(ben).length, told(all[0] as Caller).length]).toEqual([2, 2]);
  });

  it('[LISTEN-STAYS] keeps the conversation, and lets it go with the last one', async () => {
    const at = listenWorld();
    const one = await listen(at, KINDS);
    at.runtime.advance(24 * 3_600_000);
    changed(at, 'tools');
    expect(told(one)).toHaveLength(2);
    one.call.cancel('gone');
    at.runtime.advance(60_000);
    await turn();
    expect(linkOf(at).hasEnded).toBe(true);
    expect(at.gateway.inFlight).toBe(0);
  });

  it('[LISTEN-LOST] has it opened again, and is told of whatever may have changed', async () => {
    const at = listenWorld();
    const one = await listen(at, { toolsListChanged: true, ...uris('a:/1') });
    const before = linkOf(at);
    at.runtime.advance(60_000);
    before.end();
    at.runtime.advance(100);
    await turn();
    expect(linkOf(at)).not.toBe(before);
    expect(about(at, 'resources/subscribe')).toEqual(['a:/1']);
    expect(told(one).slice(1)).toEqual(['tools', 'a:/1']);
    changed(at, 'tools');
    expect(told(one).slice(3)).toEqual(['tools']);
  });

  it('[LISTEN-BACKOFF] is told that it is over when the server stays away', async () => {
    const at = listenWorld();
    const one = await listen(at, KINDS);
    const driver = at.server.driver as FakeDriver;
    driver.fault = { code: 'exited', message: 'Gone.' };
    linkOf(at).end();
    for (let steps = 0; steps < 200 && one.answers.length === 0; steps++) {
      at.runtime.advance(at.runtime.nextIn);
      await turn();
    }
    expect(one.result?.['resultType']).toBe('complete');
    expect(driver.opens).toBe(25);
  });

  it('[LISTEN-END] is told that it is over when the gateway drains, or the server is taken out', async () => {
    const at = listenWorld();
    const one = await listen(at, { ...KINDS, ...uris('a:/1') }, { id: 5 });
    await at.gateway.removeServer('srv');
    expect(one.answered).toEqual({
      jsonrpc: '2.0',
      id: 5,
      result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: 5 } },
    });
    const other = listenWorld();
    const two = await listen(other, KINDS);
    await other.gateway.drain();
    expect(two.result?.['resultType']).toBe('complete');
    expect(other.runtime.timers).toBe(0);
  });

  it('[LISTEN-REFUSED] is told when the server cannot be had', async () => {
    const at = listenWorld();
    (at.server.driver as FakeDriver).fault = { code: 'start-failed', message: 'It does not start.' };
    const one = await listen(at, KINDS);
    expect([one.word, one.events, at.gateway.inFlight]).toEqual(['upstream_start_failed', [], 0]);
  });

  it('[LISTEN-CANCEL] has nothing opened again once it is gone', async () => {
    const at = listenWorld();
    const one = await listen(at, KINDS);
    linkOf(at).end();
    one.call.cancel('gone');
    at.runtime.advance(60_000);
    await turn();
    expect((at.server.driver as FakeDriver).opens).toBe(1);
    expect(at.runtime.timers).toBe(0);
  });

  it('[LISTEN-CANCEL] may go before it is acknowledged', async () => {
    const at = listenWorld({ isSilent: true });
    const one = await listen(at, uris('a:/1'));
    one.call.cancel('gone');
    linkOf(at).answers(said(at, 'resources/subscribe')[0]?.id);
    expect([one.events, one.answers, about(at, 'resources/unsubscribe')]).toEqual([[], [], ['a:/1']]);
    const driver = at.server.driver as FakeDriver;
    driver.isHeld = true;
    const two = await listen(at, KINDS, { as: 'ben' });
    two.call.cancel('gone');
    driver.release();
    await turn();
    expect([two.events, two.answers, at.gateway.inFlight]).toEqual([[], [], 0]);
  });
});
