/** What is held at once is bounded, of whom it is told, and everything else goes on. */
import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../../src/edges/compose.ts';
import { FakeDriver, type FakeResponder, turn } from '../engine/support.ts';
import { begin, call, modernFront, post, request } from './modern/support.ts';
import { front, type FrontWorld, initialize, sseSession, streamableSession, toolCall } from './support.ts';

const KEYS = ['slc_ann', 'slc_ben'] as const;
const ANN = { 'x-api-key': 'slc_ann' };
const BEN = { 'x-api-key': 'slc_ben' };
type Headers = Record<string, string>;
type Settings = NonNullable<GatewayOptions['settings']>;

const open = (at: FrontWorld, headers: Headers = {}, path = '/sse') => at.ask('GET', path, { headers });
const keyed = (settings: Settings) => front({ apiKeys: KEYS, settings });

/** Status, when to come back, the word, and which limit it is of whom. */
function told({ status, headers, json }: FakeResponder) {
  const { code, limit, scope, retryAfterMs } = (json.error?.data ?? {}) as Record<string, unknown>;
  return [status, headers['retry-after'], code, limit, scope, retryAfterMs];
}

describe('[ACCOUNT-WHOSE] what is refused for what is held', () => {
  it('is 429 where the caller has too much, and others are served', async () => {
    const at = keyed({ perCaller: { sessions: 2 } });
    for (const _ of [1, 2]) expect((await open(at, ANN)).status).toBe(200);
    expect(told(await open(at, ANN))).toEqual([429, '5', 'too_many_sessions', 2, 'caller', 5_000]);
    const posted = await at.ask('POST', '/mcp', { body: initialize(), headers: ANN });
    expect(told(posted)).toEqual([429, '5', 'too_many_sessions', 2, 'caller', 5_000]);
    expect((await open(at, BEN)).status).toBe(200);
  });

  it('is 503 where the gateway has too much', async () => {
    const at = keyed({ sessions: 2, perCaller: { sessions: 2 } });
    for (const headers of [ANN, BEN]) await open(at, headers);
    expect(told(await open(at, BEN))).toEqual([503, '5', 'too_many_sessions', 2, 'gateway', 5_000]);
  });

  it('is 503 where a project has too much', async () => {
    const at = front({ projects: { acme: { shared: ['srv'], limits: { streams: 1 } } } });
    await open(at, {}, '/projects/acme/sse');
    expect(told(await open(at, {}, '/projects/acme/sse'))).toEqual([
      ...[503, '5', 'too_many_streams', 1, 'project', 5_000],
    ]);
    expect((await open(at)).status).toBe(200);
  });
});

describe('[ACCOUNT-SHARE] where nothing else is said', () => {
  it('one caller has half of what there is, where keys tell callers apart', async () => {
    const at = keyed({ sessions: 5 });
    for (const _ of [1, 2, 3]) expect((await open(at, ANN)).status).toBe(200);
    expect(told(await open(at, ANN)).slice(0, 5)).toEqual([429, '5', 'too_many_sessions', 3, 'caller']);
    expect((await open(at, BEN)).status).toBe(200);
  });

  it.each([
    ['no key is asked for', {}, {}],
    ['there is one key only', { apiKeys: ['slc_ann'] }, ANN],
  ])('everybody has all, where %s', async (_name, options, headers) => {
    const at = front({ ...options, settings: { sessions: 3 } });
    for (const _ of [1, 2, 3]) expect((await open(at, headers)).status).toBe(200);
    expect(told(await open(at, headers)).slice(0, 5)).toEqual([503, '5', 'too_many_sessions', 3, 'gateway']);
  });
});

describe('streams', () => {
  it('[ACCOUNT-STREAMS] of every kind count', async () => {
    const at = keyed({ perCaller: { streams: 3 } });
    await open(at, ANN);
    const id = await streamableSession(at, ANN);
    const named = { ...ANN, 'mcp-session-id': id };
    const standing = await at.ask('GET', '/mcp', { headers: named });
    at.driver.answersCalls = false;
    const slow = at.begin('POST', '/mcp', { body: toolCall(1), headers: named });
    await turn();
    at.runtime.advance(60);
    expect([standing.status, slow.responder.connection === undefined]).toEqual([200, false]);
    expect(told(await open(at, ANN))).toEqual([429, '5', 'too_many_streams', 3, 'caller', 5_000]);
    slow.responder.abort();
    expect((await open(at, ANN)).status).toBe(200);
    expect((await open(at, BEN)).status).toBe(200);
  });

  it('[ACCOUNT-STREAMS] of those who listen count', async () => {
    const at = modernFront({ settings: { streams: 1 } });
    at.server.answersCalls = false;
    const listen = request('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const { responder } = begin(at, listen);
    await turn();
    expect(responder.connection === undefined).toBe(false);
    expect(told(await open(at)).slice(0, 3)).toEqual([503, '5', 'too_many_streams']);
    expect(told(await post(at, listen)).slice(0, 3)).toEqual([503, '5', 'too_many_streams']);
  });

  it('[ACCOUNT-PLAIN] that may not be opened leave the answer to a POST whole', async () => {
    const at = keyed({ perCaller: { streams: 1 } });
    const id = await streamableSession(at, ANN);
    await open(at, ANN);
    const prefers = { ...ANN, 'mcp-session-id': id, accept: 'text/event-stream, application/json' };
    const reply = await at.ask('POST', '/mcp', { body: toolCall(7), headers: prefers });
    expect([reply.status, reply.connection, reply.json.id]).toEqual([200, undefined, 7]);
    const modern = modernFront({ settings: { streams: 1 } });
    await open(modern);
    modern.server.answersCalls = false;
    const { responder } = begin(modern, call({}, 8));
    await turn();
    modern.runtime.advance(60);
    modern.server.link.answers(modern.server.link.last.id, { content: [] });
    expect([responder.status, responder.connection, responder.json.id]).toEqual([200, undefined, 8]);
  });

  it('[ACCOUNT-REPLACED] that take the place of another count once', async () => {
    const at = keyed({ perCaller: { streams: 1 } });
    const headers = { ...ANN, 'mcp-session-id': await streamableSession(at, ANN) };
    for (const _ of [1, 2, 3]) expect((await at.ask('GET', '/mcp', { headers })).status).toBe(200);
    expect((await open(at, ANN)).status).toBe(429);
  });
});

describe('calls', () => {
  it('[ACCOUNT-CALLS] are bounded over all sessions of a caller', async () => {
    const at = keyed({ perCaller: { calls: 2 } });
    const ids = [await streamableSession(at, ANN), await streamableSession(at, ANN)];
    at.driver.answersCalls = false;
    const ask = (id: string | undefined, headers: Headers = ANN) =>
      at.ask('POST', '/mcp', { body: toolCall(1), headers: { ...headers, 'mcp-session-id': id ?? '' } });
    const held = [await ask(ids[0]), await ask(ids[1])];
    expect(held.map(({ answers }) => answers)).toEqual([0, 0]);
    const refused = await ask(ids[0]);
    expect(told(refused)).toEqual([429, '5', 'too_many_calls', 2, 'caller', 5_000]);
    expect(refused.json.id).toBe(1);
    expect((await ask(await streamableSession(at, BEN), BEN)).answers).toBe(0);
    const [link] = at.driver.links;
    link?.answers(link.last.id, {});
    expect((await ask(ids[0])).answers).toBe(0);
  });

  it('[ACCOUNT-GOES-ON] too many on a stream are told there, and the session goes on', async () => {
    const at = keyed({ perCaller: { calls: 1 } });
    const { connection, endpoint } = await sseSession(at, ANN);
    await at.ask('POST', endpoint, { body: initialize(), headers: ANN });
    at.driver.answersCalls = false;
    const statuses = [1, 2].map((id) => at.ask('POST', endpoint, { body: toolCall(id), headers: ANN }));
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([202, 202]);
    const { error } = connection.messages.find(({ id }) => id === 2) ?? {};
    expect(error?.data).toMatchObject({
      code: 'too_many_calls',
      limit: 1,
      scope: 'caller',
      retryAfterMs: 5_000,
    });
    at.driver.link.answers(at.driver.link.last.id, {});
    at.driver.answersCalls = true;
    await at.ask('POST', endpoint, { body: toolCall(3), headers: ANN });
    expect(connection.messages.at(-1)).toMatchObject({ id: 3, result: {} });
    expect(connection.isClosed).toBe(false);
  });
});

it('[ACCOUNT-UNREAD] bytes that wait are summed over all streams of a caller', async () => {
  const at = keyed({ perCaller: { queuedBytes: 150_000 } });
  const streams = [await sseSession(at, ANN), await sseSession(at, ANN), await sseSession(at, ANN)];
  for (const { endpoint } of streams) await at.ask('POST', endpoint, { body: initialize(), headers: ANN });
  const other = await sseSession(at, BEN);
  await at.ask('POST', other.endpoint, { body: initialize(), headers: BEN });
  const say = (stream: number, bytes = 40_000) =>
    at.driver.links[stream]?.notifies('notifications/message', { level: 'info', data: 'x'.repeat(bytes) });
  const reads = await sseSession(at, ANN);
  const ask = async (id: number) => {
    await at.ask('POST', reads.endpoint, { body: toolCall(id), headers: ANN });
    return reads.connection.messages.at(-1);
  };
  for (const { connection } of streams) connection.isStuck = true;
  for (const stream of [0, 1, 2]) say(stream);
  expect(await ask(7)).toMatchObject({ id: 7, result: {} });
  say(1, 22_000);
  const refused = { code: 'too_many_calls', limit: 150_000, scope: 'caller' };
  expect((await ask(8))?.error?.data).toMatchObject(refused);
  expect(streams.some(({ connection }) => connection.isClosed)).toBe(false);
  at.runtime.advance(2_300);
  // Nobody took anything since: who has waited longest makes room, and only that.
  say(2);
  expect(streams.map(({ connection }) => connection.closedBy)).toEqual(['slow', undefined, undefined]);
  say(3);
  expect(other.connection.closedBy).toBe(undefined);
  for (const { connection } of streams) connection.drain();
  at.runtime.advance(300);
  expect(await ask(9)).toMatchObject({ id: 9, result: {} });
});

describe('caps', () => {
  it('[ACCOUNT-NEAREST] of a project come before those of the gateway, whatever the gateway says of one caller', async () => {
    const project = { shared: ['srv'], limits: { perCaller: { sessions: 2 } } };
    const at = front({
      projects: { acme: project, beta: { shared: ['srv'] } },
      settings: { perCaller: { sessions: 1 } },
    });
    const statuses = async (path: string) => [
      (await open(at, {}, path)).status,
      (await open(at, {}, path)).status,
      (await open(at, {}, path)).status,
    ];
    expect(await statuses('/projects/acme/sse')).toEqual([200, 200, 429]);
    expect(await statuses('/projects/beta/sse')).toEqual([200, 429, 429]);
  });

  it('[ACCOUNT-NEAREST] of a key come before all others, and change with the keys', async () => {
    const ann = (sessions: number) => ({ name: 'ann', key: 'slc_ann', holds: { sessions } });
    const at = front({ apiKeys: [ann(3), 'slc_ben'], settings: { perCaller: { sessions: 1 } } });
    const statuses = async (headers: Headers) => [
      (await open(at, headers)).status,
      (await open(at, headers)).status,
      (await open(at, headers)).status,
      (await open(at, headers)).status,
    ];
    expect(await statuses(ANN)).toEqual([200, 200, 200, 429]);
    expect(await statuses(BEN)).toEqual([200, 429, 429, 429]);
    at.change({ apiKeys: [ann(5), 'slc_ben'] });
    expect(await statuses(ANN)).toEqual([200, 200, 429, 429]);
  });

  it('[ACCOUNT-ADDRESS] of an address hold for all its callers, and for no other address', async () => {
    const at = front({
      apiKeys: KEYS,
      settings: { perAddress: { sessions: 2 } },
      trustedProxies: ['127.0.0.1'],
    });
    const from = (headers: Headers, address: string) => ({ ...headers, 'x-forwarded-for': address });
    for (const headers of [ANN, BEN]) expect((await open(at, from(headers, '10.0.0.1'))).status).toBe(200);
    expect(told(await open(at, from(ANN, '10.0.0.1')))).toEqual([
      ...[429, '5', 'too_many_sessions', 2, 'address', 5_000],
    ]);
    expect((await open(at, from(ANN, '10.0.0.2'))).status).toBe(200);
  });

  it('[ACCOUNT-PROJECT] of a project hold for its calls and who listen, and for nobody else', async () => {
    const driver = new FakeDriver();
    driver.canBeModern = true;
    const servers = { srv: { driver, era: 'modern' as const } };
    const at = front({ servers, projects: { acme: { shared: ['srv'], limits: { calls: 2, listens: 1 } } } });
    const path = '/projects/acme/mcp';
    const listen = request('subscriptions/listen', { notifications: { toolsListChanged: true } });
    begin(at, listen, {}, path);
    await turn();
    expect(told(await post(at, { ...listen, id: 2 }, {}, path)).slice(3, 5)).toEqual([1, 'project']);
    begin(at, call({}, 3), {}, path);
    await turn();
    expect(told(await post(at, call({}, 4), {}, path)).slice(0, 5)).toEqual([
      ...[503, '5', 'too_many_calls', 2, 'project'],
    ]);
    expect((await post(at, call({}, 5))).answers).toBe(0);
  });

  it('[ACCOUNT-RELOAD] of a project change while it runs, and end nothing', async () => {
    const rules = (sessions: number) => ({ acme: { own: [], shared: ['srv'], limits: { sessions } } });
    const at = front({ projects: { acme: { shared: ['srv'], limits: { sessions: 2 } } } });
    const path = '/projects/acme/sse';
    const first = [await open(at, {}, path), await open(at, {}, path)];
    at.change({ projects: rules(1) });
    expect(first.map(({ connection }) => connection?.isClosed)).toEqual([false, false]);
    expect((await open(at, {}, path)).status).toBe(503);
    first[0]?.abort();
    expect((await open(at, {}, path)).status).toBe(503);
    at.change({ projects: rules(3) });
    for (const status of [200, 200, 503]) expect((await open(at, {}, path)).status).toBe(status);
  });
});
