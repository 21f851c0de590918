/** One who listens at a modern server: what it is told, and when it is over. */
import { describe, expect, it } from 'vitest';
import { turn } from '../support.ts';
import {
  acknowledgedWith,
  acknowledges,
  agreeing,
  ALL,
  asksAt,
  changed,
  filterOf,
  linkOf,
  listen,
  says,
  SUBSCRIPTION,
  told,
  updated,
} from './listening.ts';
import { ask, modernWorld } from './support.ts';

const COMPLETE = (id: unknown) => ({
  jsonrpc: '2.0',
  id,
  result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: id } },
});

describe('who listens', () => {
  it('[BRKS-AGREES-ONCE] is told once that it is listened to, and of no more than that', async () => {
    const at = modernWorld();
    const made = await listen(at, { toolsListChanged: true, promptsListChanged: true });
    acknowledges(linkOf(at), { toolsListChanged: true, resourcesListChanged: true });
    acknowledges(linkOf(at), { toolsListChanged: true, promptsListChanged: true });
    for (const kind of ['tools', 'prompts', 'resources']) changed(linkOf(at), undefined, kind);
    expect(told(made)).toEqual(['acknowledged', 'tools']);
    // Who comes later hears what was agreed to at first.
    const later = await listen(at, { promptsListChanged: true }, { id: 2 });
    expect(acknowledgedWith(later)).toEqual({});
  });

  it('[LISTEN-ACK] is acknowledged first, with what the server honours of its filter', async () => {
    const at = modernWorld();
    const made = await listen(at, { ...ALL, resourceSubscriptions: ['a:/1', 'a:/2'] }, { id: 'listen:0' });
    changed(linkOf(at));
    expect(made.carrier.events).toEqual([]);
    acknowledges(linkOf(at), {
      toolsListChanged: true,
      promptsListChanged: false,
      resourceSubscriptions: ['a:/2', 'a:/3'],
    });
    expect(made.carrier.events).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: {
          _meta: { [SUBSCRIPTION]: 'listen:0' },
          notifications: { toolsListChanged: true, resourceSubscriptions: ['a:/2'] },
        },
      },
    ]);
    acknowledges(linkOf(at));
    expect(made.carrier.events).toHaveLength(1);
  });

  it('[LISTEN-ID] is told everything under the raw id of its own request, and else as it was said', async () => {
    const at = agreeing();
    const made = await listen(at, ALL, { id: 7 });
    const [wire] = asksAt(linkOf(at));
    const raw = `{"jsonrpc":"2.0","params":{"_meta":{"x":1.0,"${SUBSCRIPTION}":${wire?.id}},"n":12345678901234567890},"method":"notifications/tools/list_changed"}`;
    const texts: string[] = [];
    made.carrier.event = (data) => void texts.push(Buffer.concat([data].flat()).toString());
    linkOf(at).says(raw);
    expect(texts).toEqual([raw.replace(`":${wire?.id}}`, '":7}')]);
  });

  it('[LISTEN-ASKED] hears what it asked for, and nothing else', async () => {
    const at = agreeing();
    const tools = await listen(at, { toolsListChanged: true }, { id: 1 });
    const rest = await listen(at, { promptsListChanged: true, resourceSubscriptions: ['a:/dir'] }, { id: 2 });
    const link = linkOf(at);
    for (const kind of ['tools', 'prompts', 'resources']) changed(link, undefined, kind);
    for (const uri of ['a:/dir', 'a:/dir/part', 'a:/directory', 'a:/other']) updated(link, uri);
    says(link, asksAt(link).at(-1), 'notifications/message', { level: 'info', data: 'x' });
    says(link, asksAt(link).at(-1), 'notifications/unheard_of');
    linkOf(at).notifies('notifications/tools/list_changed');
    expect(told(tools)).toEqual(['acknowledged', 'tools']);
    expect(told(rest)).toEqual(['acknowledged', 'prompts', 'a:/dir', 'a:/dir/part']);
  });

  it('[LISTEN-ASKED] does not hear what was not acknowledged', async () => {
    const at = modernWorld();
    const made = await listen(at, ALL);
    acknowledges(linkOf(at), { promptsListChanged: true });
    changed(linkOf(at));
    changed(linkOf(at), undefined, 'prompts');
    expect(told(made)).toEqual(['acknowledged', 'prompts']);
  });

  it('[LISTEN-TASKS] for tasks hears of those it named', async () => {
    const at = agreeing();
    const made = await listen(at, { taskIds: ['one', 'two'] });
    const [wire] = asksAt(linkOf(at));
    expect(wire?.params?.['_meta']).toMatchObject({
      'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    });
    for (const taskId of ['one', 'three', 'two']) says(linkOf(at), wire, 'notifications/tasks', { taskId });
    expect(made.carrier.events.slice(1).map(({ params }) => params?.['taskId'])).toEqual(['one', 'two']);
  });

  it('tells the server who we are, and no more than it needs', async () => {
    const at = agreeing();
    await listen(at, { ...ALL, unheardOf: true, toolsListChanged: false });
    const [wire] = asksAt(linkOf(at));
    expect(filterOf(wire)).toEqual({ promptsListChanged: true, resourcesListChanged: true });
    expect(wire?.params?.['_meta']).toMatchObject({
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'sluice' },
      'io.modelcontextprotocol/clientCapabilities': {},
    });
  });
});

describe('[LISTEN-PARAMS] a filter', () => {
  const long = `a:/${'x'.repeat(8 * 1024)}`;
  it.each([
    [{}],
    [{ notifications: null }],
    [{ notifications: [] }],
    [{ notifications: 'all' }],
    [{ notifications: { toolsListChanged: 'yes' } }],
    [{ notifications: { promptsListChanged: null } }],
    [{ notifications: { resourceSubscriptions: 'a:/1' } }],
    [{ notifications: { resourceSubscriptions: [1] } }],
    [{ notifications: { resourceSubscriptions: [long] } }],
    [{ notifications: { resourceSubscriptions: ['a', 'b', 'c', 'd'] } }],
    [{ notifications: { taskIds: [{}] } }],
  ])('that cannot be used is refused: %.60j', (params) => {
    const at = modernWorld({ settings: { subscriptionsPerSession: 3 } });
    const { carrier } = ask(at, { method: 'subscriptions/listen', params });
    expect(carrier.answer1.error?.code).toBe(-32602);
    expect(carrier.events).toEqual([]);
    expect(at.gateway.inFlight).toBe(0);
  });

  it('has nothing to do with what it does not know', async () => {
    const made = await listen(agreeing(), {
      toolsListChanged: true,
      resourceSubscriptions: ['a:/\ud800', 'ä'],
      x: [1],
      __proto__: 1,
    });
    expect(acknowledgedWith(made)).toEqual({
      toolsListChanged: true,
      resourceSubscriptions: ['a:/\ud800', 'ä'],
    });
  });
});

describe('listening ends', () => {
  it('[LISTEN-END] complete when the gateway drains, without waiting', async () => {
    const at = agreeing();
    const made = await listen(at, ALL, { id: 'x' });
    const drained = at.gateway.drain();
    expect(made.carrier.answer1).toEqual(COMPLETE('x'));
    await drained;
    expect(at.runtime.timers).toBe(0);
  });

  it('[LISTEN-END] complete when its server is taken out', async () => {
    const at = agreeing();
    const made = await listen(at, ALL);
    await at.gateway.removeServer('srv');
    expect(made.carrier.answer1).toEqual(COMPLETE(1));
  });

  it('[LISTEN-END] complete when its key is gone, that of others not', async () => {
    const at = agreeing();
    const ann = await listen(at, ALL, { facts: { principal: 'ann' } });
    const ben = await listen(at, ALL, { facts: { principal: 'ben' } });
    at.gateway.closeUnless((principal) => principal === 'ben');
    expect(ann.carrier.answer1).toEqual(COMPLETE(1));
    expect(ben.carrier.answers).toEqual([]);
  });

  it('[LISTEN-END] with an error when it was never acknowledged', async () => {
    const at = modernWorld();
    const made = await listen(at, ALL);
    await at.gateway.close();
    expect(made.carrier.events).toEqual([]);
    expect(made.carrier.answer1.error?.data?.code).toBe('draining');
  });

  it('[LISTEN-CANCEL] with the client, and at the server with the last one', async () => {
    const at = agreeing();
    const one = await listen(at, ALL, { id: 1 });
    const two = await listen(at, ALL, { id: 2 });
    one.call.cancel('gone');
    expect(asksAt(linkOf(at))).toHaveLength(1);
    changed(linkOf(at));
    expect([told(one), told(two)]).toEqual([['acknowledged'], ['acknowledged', 'tools']]);
    two.call.cancel('gone');
    expect(asksAt(linkOf(at))).toHaveLength(0);
    expect(linkOf(at).abandoned).toHaveLength(1);
    expect([one.carrier.answers, two.carrier.answers, at.gateway.inFlight]).toEqual([[], [], 0]);
    at.runtime.advance(120_000);
    await turn();
    expect(linkOf(at).hasEnded).toBe(true);
    expect(at.runtime.timers).toBe(0);
  });

  it('[LISTEN-STAYS] at no time by itself', async () => {
    const at = agreeing();
    const made = await listen(at, ALL);
    at.runtime.advance(7 * 24 * 3_600_000);
    changed(linkOf(at));
    expect(told(made)).toEqual(['acknowledged', 'tools']);
    expect(made.carrier.answers).toEqual([]);
    expect(linkOf(at).hasEnded).toBe(false);
  });
});

describe('[LISTEN-CAPS] those who listen', () => {
  it('are bounded in all and of one principal', async () => {
    const at = agreeing({ settings: { listens: 3, perCaller: { listens: 2 } } });
    const as = (principal: string) => listen(at, ALL, { facts: { principal } });
    const all = [await as('ann'), await as('ann'), await as('ann'), await as('ben'), await as('cem')];
    const refused = all.map(({ carrier }) => carrier.answers[0]?.wire.error?.data?.code);
    expect(refused).toEqual([undefined, undefined, 'too_many_calls', undefined, 'too_many_calls']);
    all[0]?.call.cancel('gone');
    expect((await as('ann')).carrier.answers).toEqual([]);
    expect((await as('cem')).carrier.answers).toHaveLength(1);
  });

  it('listen for so much text at one server, and the next one still can', async () => {
    const at = agreeing({ settings: { listenBytes: 100 } });
    const uris = (name: string) => ({ resourceSubscriptions: [`a:/${name.repeat(57)}`] });
    const [one, two] = [await listen(at, uris('x')), await listen(at, uris('y'))];
    expect([one.carrier.answers.length, two.carrier.answer1.error?.data?.code]).toEqual([
      0,
      'too_many_calls',
    ]);
    one.call.cancel('gone');
    expect(acknowledgedWith(await listen(at, uris('y')))).toEqual(uris('y'));
  });
});
