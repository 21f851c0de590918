import { describe, expect, test } from 'vitest';
import { ALL_VERSIONS, META_KEYS } from '../../../../src/protocol/era.ts';
import { ALL, asks, Caller, FORM, seatWorld, sentOf, turn } from './support.ts';

const INFO = { [META_KEYS.server]: { name: 'played', version: '1' } };

describe('a modern call at a legacy server', () => {
  test('[SEAT-HELLO] begins a conversation with what the client said of itself', async () => {
    const at = seatWorld();
    const can = { ...ALL, roots: { listChanged: true }, tasks: {}, extensions: { 'a/b': {} }, odd: 1 };
    await asks(at, { can });
    const [hello] = sentOf(at.driver.link, 'initialize');
    expect(hello?.params).toEqual({
      protocolVersion: '2025-11-25',
      capabilities: { ...ALL, extensions: { 'a/b': {} } },
      clientInfo: { name: 'c', version: '1' },
    });
    expect(at.driver.link.methods).toEqual(['initialize', 'notifications/initialized', 'tools/call']);
  });

  test('[SEAT-HELLO] of a client that does not say who it is', async () => {
    const at = seatWorld();
    await asks(at, { meta: { [META_KEYS.info]: undefined } });
    expect(sentOf(at.driver.link, 'initialize')[0]?.params?.['clientInfo']).toMatchObject({ name: 'sluice' });
  });

  test('[SEAT-REQUEST] reaches it without the words of its own era, every other byte as it was', async () => {
    const at = seatWorld();
    const meta = { traceparent: '00-a-b-01', [META_KEYS.logLevel]: undefined };
    const params = { name: 't', arguments: { n: 1.5, text: 'ä"' }, inputResponses: { a: {} } };
    await asks(at, { params, meta });
    await asks(at, { params });
    const [first, second] = sentOf(at.driver.link, 'tools/call');
    const own = { name: 't', arguments: { n: 1.5, text: 'ä"' } };
    expect(first?.params).toEqual({ ...own, _meta: { traceparent: '00-a-b-01' } });
    expect(second?.params).toEqual(own);
    expect(first?.id).not.toBe(1);
  });

  test('[SEAT-RESULT] says that its result is complete, and of whom it is', async () => {
    const at = seatWorld();
    at.driver.answersCalls = true;
    const caller = await asks(at, { id: 'mine' });
    expect(caller.answered).toMatchObject({ id: 'mine' });
    expect(caller.result).toEqual({ resultType: 'complete', _meta: INFO, echo: { name: 't' } });
    at.driver.script = () => ({ result: { _meta: { a: 1 }, resultType: 'odd' } });
    const other = await asks(at);
    expect(other.result).toEqual({ resultType: 'complete', _meta: { a: 1, ...INFO } });
  });

  test('[BRKS-LEGACY-KIND] does not become a question by a word that its era does not have', async () => {
    const at = seatWorld();
    for (const kind of ['"input_required"', '7', 'null', '"complete","resultType":"input_required"']) {
      at.driver.script = () => undefined;
      const asked = await asks(at);
      const { id } = sentOf(at.driver.link, 'tools/call').at(-1) ?? {};
      at.driver.link.says(
        `{"jsonrpc":"2.0","id":${id},"result":{"a":1,"resultType":${kind},"requestState":"s"}}`,
      );
      expect(asked.result).toEqual({ resultType: 'complete', _meta: INFO, a: 1, requestState: 's' });
    }
  });

  test.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'resources/read'])(
    '[SEAT-HINTS] %s may not be kept unless the entry says so',
    async (method) => {
      const at = seatWorld();
      at.driver.answersCalls = true;
      const params = method === 'resources/read' ? { uri: 'a:b' } : {};
      const { result } = await asks(at, { method, params });
      expect(result).toMatchObject({ ttlMs: 0, cacheScope: 'private', resultType: 'complete' });
      const cache = { listsMs: 7_000, readsMs: 7_000, isPublic: true };
      const kept = seatWorld({ server: { cache } });
      kept.driver.answersCalls = true;
      for (const _ of [1, 2]) {
        const again = await asks(kept, { method, params });
        expect(again.result).toMatchObject({ ttlMs: 7_000, cacheScope: 'public', resultType: 'complete' });
      }
      expect(sentOf(kept.driver.link, method)).toHaveLength(1);
    },
  );

  test('[SEAT-ERRORS] gets errors under its own id and the numbers of its era', async () => {
    const at = seatWorld();
    at.driver.script = ({ method }) =>
      method === 'resources/read'
        ? { error: { code: -32002, message: 'Not there.', data: { uri: 'a:b' } as never } }
        : { error: { code: -32601, message: 'No such method.' } };
    const read = await asks(at, { method: 'resources/read', params: { uri: 'a:b' } });
    expect(read.answers[0]).toMatchObject({
      code: -32602,
      wire: { id: 1, error: { code: -32602, message: 'Not there.', data: { uri: 'a:b' } } },
    });
    const odd = await asks(at, { id: 'x', method: 'odd/one', params: {} });
    expect(odd.answers[0]).toMatchObject({ code: -32601, wire: { id: 'x', error: { code: -32601 } } });
  });

  test('[SEAT-ERRORS] gets those of the gateway in the same numbers', async () => {
    const at = seatWorld({ server: { offer: { resources: { hide: ['b:*'] } } } });
    const hidden = { method: 'resources/read', params: { uri: 'b:c' }, mount: at.server.mount };
    expect((await asks(at, hidden)).answers[0]).toMatchObject({
      code: -32602,
      wire: { error: { code: -32602, data: { code: 'unknown_resource' } } },
    });
  });

  test('[SEAT-DISCOVER] is answered from what the server said to `initialize`', async () => {
    const at = seatWorld();
    at.driver.handshake = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: { listChanged: true }, tasks: {}, logging: {} },
      serverInfo: { name: 'played', version: '1', title: 'Played' },
      instructions: 'Be kind.',
    };
    const caller = await asks(at, { method: 'server/discover', params: {} });
    expect(caller.result).toEqual({
      resultType: 'complete',
      supportedVersions: ALL_VERSIONS,
      capabilities: { tools: { listChanged: true }, logging: {} },
      instructions: 'Be kind.',
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { [META_KEYS.server]: { name: 'played', version: '1', title: 'Played' } },
    });
    await asks(at, { method: 'server/discover', params: {} });
    expect(at.driver.link.methods).toEqual(['initialize', 'notifications/initialized']);
  });

  test('[SEAT-DISCOVER] says why it cannot be', async () => {
    const at = seatWorld();
    at.driver.answersHello = false;
    at.driver.script = () => ({ error: { code: -32602, message: 'No.' } });
    const refused = await asks(at, { method: 'server/discover', params: {} });
    expect(refused.word).toBe('upstream_start_failed');
    at.driver.fault = { code: 'exited', message: 'The server exited.' };
    expect((await asks(at, { method: 'server/discover', params: {} })).word).toBe('upstream_exited');
    expect((await asks(at)).word).toBe('upstream_exited');
  });

  test('[SEAT-PROGRESS] hears of its progress under its own token, and never after its answer', async () => {
    const at = seatWorld();
    const caller = await asks(at, { meta: { progressToken: 'mine' }, can: FORM });
    const { link } = at.driver;
    const token = link.last.id;
    expect(link.last.params).toMatchObject({ _meta: { progressToken: token } });
    link.notifies('notifications/progress', { progressToken: token, progress: 1 });
    link.answers(link.last.id);
    link.notifies('notifications/progress', { progressToken: token, progress: 2 });
    expect(caller.events).toEqual([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
    ]);
  });

  test('[SEAT-LOGS] hears log lines only when it asks for them, from the level that it names', async () => {
    const at = seatWorld();
    const asked = await asks(at, {
      meta: { [META_KEYS.logLevel]: 'warning' },
      method: 'tools/list',
      params: {},
    });
    const { link } = at.driver;
    expect(link.calls.map(({ method, params }) => [method, params?.['level']])).toEqual([
      ['logging/setLevel', 'warning'],
      ['tools/list', undefined],
    ]);
    for (const level of ['info', 'warning', 'error'])
      link.notifies('notifications/message', { level, data: 1 });
    expect(asked.events.map(({ params }) => params?.['level'])).toEqual(['warning', 'error']);
    link.answers(link.last.id);
    const silent = await asks(at, { can: FORM });
    at.driver.link.notifies('notifications/message', { level: 'error', data: 1 });
    expect(silent.events).toEqual([]);
    expect(asked.events).toHaveLength(2);
  });

  test('[SEAT-LOGS] a level that does not exist is refused before anything is sent', async () => {
    const at = seatWorld();
    const caller = await asks(at, { meta: { [META_KEYS.logLevel]: 'loud' } });
    expect(caller.answers[0]).toMatchObject({
      code: -32602,
      wire: { error: { data: { code: 'invalid_params' } } },
    });
    expect(at.driver.opens).toBe(0);
  });

  test('[SEAT-LOGS] a server without log lines is told of no level', async () => {
    const at = seatWorld();
    at.driver.handshake = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} };
    await asks(at, { meta: { [META_KEYS.logLevel]: 'info' } });
    expect(at.driver.link.calls.map(({ method }) => method)).toEqual(['tools/call']);
  });

  test('[SEAT-CANCEL] tells the server when its client goes away, and says nothing more', async () => {
    const at = seatWorld();
    const caller = await asks(at);
    const { link } = at.driver;
    const { id } = link.last;
    caller.call.cancel('gone');
    expect(link.last).toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } });
    link.answers(id);
    expect(caller.answers).toEqual([]);
    expect(at.gateway.inFlight).toBe(0);
  });

  test('[SEAT-CANCEL] is not sent at all when its client went away before there was a server', async () => {
    const at = seatWorld();
    const caller = new Caller(at);
    caller.call.cancel('gone');
    await turn();
    expect(at.driver.links.flatMap(({ calls }) => calls)).toEqual([]);
  });
});
