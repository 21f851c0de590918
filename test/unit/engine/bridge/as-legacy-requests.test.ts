import { describe, expect, test } from 'vitest';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import { readLong } from '../../../../src/protocol/long.ts';
import { DEFAULT_LIMITS } from '../../../../src/protocol/message.ts';
import { IS_ALIVE } from '../../../../src/engine/pulses.ts';
import { bytesOf, textOf, turn } from '../support.ts';
import { DISCOVERED, greeted, hello, metaOf, modernWorld } from './as-legacy-world.ts';

describe('the handshake', () => {
  test('[ASLEG-HELLO] is answered from server/discover, in the version of the client', async () => {
    for (const [asked, told] of [
      ['2025-06-18', '2025-06-18'],
      ['2024-11-05', '2024-11-05'],
      ['2026-07-28', '2025-11-25'],
      ['1999-01-01', '2025-11-25'],
    ] as const) {
      const at = await modernWorld();
      const sent = at.ask(7, 'initialize', hello(asked, { roots: { listChanged: true }, tasks: {} }));
      expect(sent.method).toBe('server/discover');
      expect(metaOf(sent)).toEqual({
        [META_KEYS.version]: '2026-07-28',
        [META_KEYS.info]: { name: 'c', version: '1' },
        [META_KEYS.capabilities]: { roots: {} },
      });
      expect(at.raw.abouts.at(-1)).toEqual({ method: 'server/discover', target: undefined });
      expect(at.raw.context.era).toBe('modern');
      at.raw.answers(sent.id, DISCOVERED);
      await turn();
      expect(at.heard.answer(7)?.result).toEqual({
        protocolVersion: told,
        capabilities: {
          tools: { listChanged: true },
          resources: { subscribe: true, listChanged: true },
          logging: {},
          extensions: { 'x/y': {} },
        },
        serverInfo: { name: 'played', version: '7' },
        instructions: 'Be kind.',
      });
      expect(at.eras.learned).toEqual([{ isModern: true, isLegacy: false }]);
    }
  });

  test('[ASLEG-HELLO] one that is not answered as it must be fails, and what was known is forgotten', async () => {
    for (const answer of [{}, { supportedVersions: ['2025-11-25'] }, { supportedVersions: 1 }]) {
      const at = await modernWorld();
      at.raw.answers(at.ask(7, 'initialize', hello()).id, answer);
      await turn();
      expect(at.heard.answer(7)?.error?.data?.code).toBe('upstream_bad_answer');
      expect(at.eras.forgets).toBeGreaterThan(0);
    }
    const at = await modernWorld();
    const { id } = at.ask(7, 'initialize', hello());
    at.raw.says({ jsonrpc: '2.0', id, error: { code: -32022, message: 'no', data: { supported: [] } } });
    await turn();
    expect(at.heard.answer(7)?.error?.code).toBe(-32022);
    expect(at.eras.forgets).toBeGreaterThan(0);
  });

  test('[ASLEG-HELLO] is done once: the server is not asked again', async () => {
    const at = await greeted();
    const before = at.raw.raw.length;
    at.ask(8, 'initialize', hello());
    await turn();
    expect(at.heard.answer(8)?.error?.code).toBe(-32600);
    expect(at.raw.raw.length).toBe(before);
  });
});

describe('what needs no server', () => {
  test('[ASLEG-OWN] ping is answered, and what a modern server does not know is kept from it', async () => {
    const at = await greeted({}, hello(), { ...DISCOVERED, capabilities: {} });
    const before = at.raw.raw.length;
    at.ask(3, 'ping');
    at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    at.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });
    at.send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
    expect(at.heard.answer(3)).toBeUndefined();
    await turn();
    expect(at.heard.answer(3)).toEqual({ jsonrpc: '2.0', id: 3, result: {} });
    expect(at.raw.raw.length).toBe(before);
  });

  test('[SUPERVISE-MODERN] but whether it lives: the server itself is asked, once until it has answered', async () => {
    const at = await greeted({}, hello(), { ...DISCOVERED, capabilities: {} });
    const ask = (id: number) =>
      at.link.send(bytesOf({ jsonrpc: '2.0', id, method: 'ping', params: {} }), id, IS_ALIVE);
    const before = at.raw.raw.length;
    ask(3);
    ask(4);
    await turn();
    expect(at.raw.methods.slice(before)).toEqual(['server/discover']);
    expect(at.heard.answer(3)).toBeUndefined();
    at.raw.says({ jsonrpc: '2.0', id: at.raw.last.id, error: { code: -32601, message: 'What?' } });
    await turn();
    expect([at.heard.answer(3)?.result, at.heard.answer(4)]).toEqual([{}, undefined]);
    ask(5);
    expect(at.raw.methods.slice(before)).toEqual(['server/discover', 'server/discover']);
  });

  test('[ASLEG-LEVEL] a log level is remembered and said with each request; an unknown one is refused', async () => {
    const at = await greeted();
    expect(META_KEYS.logLevel in metaOf(at.ask(3, 'tools/list'))).toBe(false);
    at.raw.notifies('notifications/message', { level: 'error', data: 1 });
    expect(at.heard.told).toEqual([]);
    for (const [id, params] of [
      [4, { level: 'loud' }],
      [5, {}],
      [6, { level: 7 }],
    ] as const) {
      at.ask(id, 'logging/setLevel', params);
      await turn();
      expect(at.heard.answer(id)?.error?.code).toBe(-32602);
    }
    at.ask(7, 'logging/setLevel', { level: 'warning' });
    await turn();
    expect(at.heard.answer(7)?.result).toEqual({});
    expect(metaOf(at.ask(8, 'tools/list'))[META_KEYS.logLevel]).toBe('warning');
    at.raw.notifies('notifications/message', { level: 'error', data: 1 }, Number(at.raw.last.id));
    expect(at.heard.all.at(-1)?.related).toBe(8);
  });
});

describe('a request', () => {
  test('[ASLEG-STAMP] says who its client is; what the client sent stays, byte for byte', async () => {
    const at = await greeted({}, hello('2025-06-18', { sampling: {}, elicitation: {} }));
    const stamp = {
      [META_KEYS.version]: '2026-07-28',
      [META_KEYS.info]: { name: 'c', version: '1' },
      [META_KEYS.capabilities]: { sampling: {}, elicitation: {} },
    };
    const raw =
      '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{ "arguments":{"n":12345678901234567890,"x":1.0},"name":"t" }}';
    at.link.send(bytesOf(raw), 9);
    expect(at.raw.raw.at(-1)).toContain('"arguments":{"n":12345678901234567890,"x":1.0},"name":"t" }');
    expect(metaOf(at.raw.last)).toEqual(stamp);
    expect(at.raw.abouts.at(-1)).toMatchObject({ method: 'tools/call', target: 't' });
    // What is about a client is what it said at the beginning; a token and the trace stay.
    const forged = {
      [META_KEYS.version]: 'x',
      [META_KEYS.capabilities]: { roots: {} },
      [META_KEYS.logLevel]: 'debug',
    };
    const meta = { progressToken: 10, traceparent: '00-a-b-01', ...forged };
    const sent = at.ask(10, 'tools/call', {
      name: 't',
      _meta: meta,
      requestState: 'mine',
      inputResponses: {},
    });
    expect(sent.params).toEqual({
      name: 't',
      _meta: { ...stamp, progressToken: 10, traceparent: '00-a-b-01' },
    });
    for (const odd of [null, 7, []]) expect(metaOf(at.ask(11, 'x/y', { _meta: odd }))).toEqual(stamp);
    expect(at.ask(12, 'tools/list').params).toEqual({ _meta: stamp });
    expect(at.ask(13, 'tools/list', {}).params).toEqual({ _meta: stamp });
  });

  test('[ASLEG-STAMP] whose params cannot say it is refused', async () => {
    const at = await greeted();
    at.link.send(bytesOf({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: [1] }), 3);
    expect(at.heard.answer(3)?.error?.code).toBe(-32602);
  });

  test('[ASLEG-RESULT] is answered under the number of the engine, without what legacy clients do not know', async () => {
    const at = await greeted();
    const { id } = at.ask(3, 'resources/read', { uri: 'a:b' });
    expect(id).not.toBe(3);
    const result =
      '{"contents":[{"uri":"a:b","text":"1.0"}], "resultType":"complete","ttlMs":60000,"x":1.0,"cacheScope":"public"}';
    at.raw.says(`{"jsonrpc":"2.0","result":${result},"id":${id}}`);
    const [told] = at.heard.all.slice(-1);
    expect(textOf(told?.message.bytes)).toBe(
      '{"jsonrpc":"2.0","result":{"contents":[{"uri":"a:b","text":"1.0"}],"x":1.0},"id":3}',
    );
    expect(told?.message.hints).toEqual({ ttlMs: 60000, isPublic: true });
    const { message } = told as NonNullable<typeof told>;
    const at2 = (span: { start: number; end: number }) =>
      textOf(message.bytes.subarray(span.start, span.end));
    expect(at2(message.id)).toBe('3');
    expect(at2(message.outcome)).toBe('{"contents":[{"uri":"a:b","text":"1.0"}],"x":1.0}');
  });

  test('[ASLEG-RESULT] a result of a kind that is not known is an error, and errors stay what they are', async () => {
    const at = await greeted();
    for (const resultType of ['task', '', 7, null]) {
      at.raw.answers(at.ask(3, 'tools/call', { name: 't' }).id, { resultType });
      expect(at.heard.all.at(-1)?.wire.error?.data?.code).toBe('upstream_bad_answer');
    }
    const { id } = at.ask(4, 'resources/read', { uri: 'a:b' });
    at.raw.says({ jsonrpc: '2.0', id, error: { code: -32021, message: 'm', data: { a: 1 } } });
    expect(at.heard.answer(4)?.error).toEqual({ code: -32021, message: 'm', data: { a: 1 } });
    at.raw.answers(999, {});
    expect(at.notes).toEqual(['unknown_answer']);
  });

  test('[ASLEG-LONG] a long answer is passed on in the pieces in which it came', async () => {
    const at = await greeted();
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    const data = Array.from({ length: 8_000 }, (_, at) => String(10_000 + at)).join('');
    const text = `{"jsonrpc":"2.0","result":{"resultType":"complete","content":[{"type":"image","mimeType":"image/png","data":"${data}"}],"ttlMs":1},"id":${id}}`;
    const bytes = bytesOf(text);
    const pieces = [0, 1, 2, 3, 4].map((at) =>
      bytes.subarray(at * 9_000, at === 4 ? undefined : (at + 1) * 9_000),
    );
    const message = readLong(pieces, DEFAULT_LIMITS, () => true);
    if (!message?.gap) throw new Error('It was joined.');
    at.raw.events.message(message);
    expect(at.heard.all.at(-1)?.message.gap?.pieces).toEqual(message.gap.pieces);
    expect(at.heard.answer(3)?.result).toEqual({ content: [{ type: 'image', mimeType: 'image/png', data }] });
  });

  test('[ASLEG-PROGRESS] progress and log lines belong to the request of the engine', async () => {
    const at = await greeted({ kind: 'http' }, hello());
    const { id } = at.ask(3, 'prompts/get', { name: 'p', _meta: { progressToken: 3 } });
    at.raw.notifies('notifications/progress', { progressToken: 3, progress: 1 }, Number(id));
    expect(at.heard.all.at(-1)).toMatchObject({ related: 3, wire: { method: 'notifications/progress' } });
  });

  test('[ASLEG-CANCEL] is called off under its own number, once', async () => {
    const at = await greeted();
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    at.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3, reason: 'x' } });
    at.link.abandon?.(3);
    const calledOff = at.raw.sent.filter(({ method }) => method === 'notifications/cancelled');
    expect(calledOff.map(({ params }) => params?.['requestId'])).toEqual([id]);
    expect(at.raw.abandoned).toEqual([id]);
    at.raw.answers(id, {});
    expect(at.heard.answer(3)).toBeUndefined();
  });

  test('[ASLEG-LOST] that gets no answer fails under its own number, and so does the end of the link', async () => {
    const at = await greeted();
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    const fault = { code: 'cut', message: 'm' };
    at.raw.events.failed(Number(id), fault, true);
    expect(at.heard.failures).toEqual([{ number: 3, fault, isUnsent: true }]);
    const second = Number(at.ask(4, 'tools/call', { name: 't' }).id);
    at.ask(5, 'tools/call', { name: 't' });
    at.raw.end({ code: 'exited', message: 'm', unsent: new Set([second]) });
    expect(at.heard.ends).toEqual([{ code: 'exited', message: 'm', unsent: new Set([4]) }]);
    at.send({ jsonrpc: '2.0', id: 6, method: 'ping' });
    await turn();
    expect(at.heard.answer(6)).toBeUndefined();
  });

  test('[ASLEG-LINK] pauses, resumes, counts and closes its own link', async () => {
    const at = await greeted();
    at.raw.queued = 5;
    expect(at.link.queued).toBe(5);
    at.link.pause();
    expect(at.raw.isPaused).toBe(true);
    at.link.resume();
    expect(at.raw.isPaused).toBe(false);
    await at.link.close();
    expect(at.raw.closes).toBe(1);
    expect(at.heard.ends).toHaveLength(1);
    expect(at.runtime.timers).toBe(0);
  });

  test('[ASLEG-ASKED] a server that sends a request is told that it must not', async () => {
    const at = await greeted();
    at.raw.asks(1, 'sampling/createMessage');
    expect(at.raw.last).toMatchObject({ id: 1, error: { code: -32601 } });
    expect(at.heard.told).toEqual([]);
  });
});
