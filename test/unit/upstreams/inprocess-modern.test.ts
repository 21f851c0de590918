import { createMcpHandler } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { streamable } from '../../../src/index.ts';
import type { LinkContext, UpstreamDriver } from '../../../src/engine/ports.ts';
import { META_KEYS } from '../../../src/protocol/era.ts';
import { type HandlerOptions, inprocess } from '../../../src/upstreams/inprocess.ts';
import type { HandlerContext } from '../../../src/upstreams/inprocess-call.ts';
import { modernFactory } from '../../fixtures/modern/server.ts';
import { call, context, Recorder, type Wire } from './harness.ts';

const INFO = { name: 'c', version: '1' };
const metaOf = (version = '2026-07-28') => ({
  [META_KEYS.version]: version,
  [META_KEYS.info]: INFO,
  [META_KEYS.capabilities]: { elicitation: {} },
  [META_KEYS.logLevel]: 'info',
});
const _meta = metaOf();

async function asked(driver: UpstreamDriver, era: LinkContext['era'] = 'modern') {
  onTestFinished(() => driver.close());
  const events = new Recorder();
  const link = await driver.open(events, { ...context('alice'), era });
  return (id: number, method: string, params: object = {}): Promise<Wire> => {
    link.send(call(id, method, params), id, { method, target: undefined });
    return events.answer(id);
  };
}

const table = (handler: HandlerOptions['handler'], rest: Partial<HandlerOptions> = {}) =>
  inprocess({ name: 'h', version: '1.2', handler, ...rest });

describe('functions as a modern server', () => {
  it('[INERA-TABLE] say what every modern result must say', async () => {
    const list = { tools: [{ name: 'a', inputSchema: { type: 'object' } }] };
    const question = { resultType: 'input_required', inputRequests: {} };
    const ask = await asked(
      table({
        'tools/list': () => list,
        'tools/call': () => ({ content: [] }),
        'resources/list': () => ({ resources: [], ttlMs: 5_000, cacheScope: 'public' }),
        'resources/read': () => question,
        'resources/subscribe': () => ({}),
        empty: () => undefined,
      }),
    );
    expect((await ask(1, 'tools/list', { _meta })).result).toEqual({
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      ...list,
    });
    expect((await ask(2, 'tools/call', { _meta })).result).toEqual({ resultType: 'complete', content: [] });
    expect((await ask(3, 'resources/list', { _meta })).result).toEqual({
      resultType: 'complete',
      ttlMs: 5_000,
      cacheScope: 'public',
      resources: [],
    });
    expect((await ask(4, 'resources/read', { _meta })).result).toEqual(question);
    expect((await ask(5, 'empty', { _meta })).result).toEqual({ resultType: 'complete' });
    expect((await ask(6, 'nothing', { _meta })).error).toMatchObject({ code: -32601 });
    expect((await ask(7, 'server/discover', { _meta })).result).toEqual({
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
      capabilities: { tools: {}, resources: {} },
      _meta: { [META_KEYS.server]: { name: 'h', version: '1.2' } },
    });
    // What legacy clients are told is as it was.
    expect((await ask(8, 'tools/list')).result).toEqual(list);
  });

  it('[INERA-VERSION] refuse a revision that is not spoken', async () => {
    const ask = await asked(table({ 'tools/list': () => ({ tools: [] }) }));
    expect((await ask(1, 'tools/list', { _meta: metaOf('2027-01-01') })).error).toMatchObject({
      code: -32022,
      data: { requested: '2027-01-01', supported: expect.arrayContaining(['2026-07-28']) as unknown },
    });
  });

  it('[INERA-CLIENT] are told what the client says of itself', async () => {
    const who = (_params: never, { client }: HandlerContext) => ({ client: client ?? null });
    const ask = await asked(table({ who }));
    expect((await ask(1, 'who')).result).toEqual({ client: null });
    await ask(2, 'initialize', {
      protocolVersion: '2025-06-18',
      clientInfo: INFO,
      capabilities: { roots: {} },
    });
    expect((await ask(3, 'who')).result).toEqual({
      client: { version: '2025-06-18', info: INFO, capabilities: { roots: {} } },
    });
    expect((await ask(4, 'who', { _meta })).result).toEqual({
      resultType: 'complete',
      client: { version: '2026-07-28', info: INFO, capabilities: { elicitation: {} }, logLevel: 'info' },
    });
  });
});

/** As the example of `inprocess` has it. */
function sdkServer(): UpstreamDriver {
  return inprocess({
    create: () => {
      let served: { close(): Promise<void> } | undefined;
      return {
        connect: async (transport) => void (served = serveStdio(modernFactory(), { transport })),
        close: async () => served?.close(),
      };
    },
  });
}

const HELLO = { protocolVersion: '2025-06-18', clientInfo: INFO, capabilities: {} };
const ECHO = { name: 'echo', arguments: { text: 'hi' } };

describe('servers of the modern SDK in process', () => {
  it('[INERA-SDK] serve both eras over the entry of their SDK', async () => {
    const modern = await asked(sdkServer());
    expect((await modern(1, 'server/discover', { _meta })).result).toMatchObject({
      supportedVersions: expect.arrayContaining(['2026-07-28']) as unknown,
    });
    expect((await modern(2, 'tools/call', { ...ECHO, _meta })).result).toMatchObject({
      resultType: 'complete',
      content: [{ text: 'hi' }],
    });
    const legacy = await asked(sdkServer(), 'legacy');
    expect((await legacy(1, 'initialize', HELLO)).result).toMatchObject({ protocolVersion: '2025-06-18' });
    expect((await legacy(2, 'tools/call', ECHO)).result).toMatchObject({ content: [{ text: 'hi' }] });
  });

  it('[INERA-FETCH] serve both eras as a function of the shape of fetch', async () => {
    const { fetch, close } = createMcpHandler(modernFactory(), { legacy: 'stateless' });
    onTestFinished(close);
    const driver = () => streamable({ name: 'f', url: 'http://in.process/mcp', fetch });
    const modern = await asked(driver());
    expect((await modern(1, 'tools/call', { ...ECHO, _meta })).error).toMatchObject({ code: -32020 });
    expect((await modern(2, 'tools/list', { _meta })).result).toMatchObject({ resultType: 'complete' });
    const legacy = await asked(driver(), 'legacy');
    expect((await legacy(1, 'initialize', HELLO)).result).toMatchObject({ protocolVersion: '2025-06-18' });
    expect((await legacy(2, 'tools/call', ECHO)).result).toMatchObject({ content: [{ text: 'hi' }] });
  });

  it('[INERA-FETCH] are told when nobody waits any more, and when they throw that is a fault', async () => {
    let cancelled = 0;
    const body = () => new ReadableStream({ cancel: () => void cancelled++ });
    const endless = () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } });
    const driver = streamable({ name: 'f', url: 'http://in.process/mcp', fetch: endless });
    onTestFinished(() => driver.close());
    const events = new Recorder();
    const link = await driver.open(events, { ...context(), era: 'modern' });
    link.send(call(1, 'tools/call', { _meta }), 1, { method: 'tools/call', target: 'a' });
    await new Promise((resolve) => setImmediate(resolve));
    link.abandon?.(1);
    await expect.poll(() => cancelled).toBe(1);
    const broken = streamable({
      name: 'f',
      url: 'http://in.process/mcp',
      fetch: () => Promise.reject(new Error('secret')),
    });
    onTestFinished(() => broken.close());
    const failed = new Recorder();
    const other = await broken.open(failed, { ...context(), era: 'modern' });
    other.send(call(1, 'tools/list', { _meta }), 1, { method: 'tools/list', target: undefined });
    await expect
      .poll(() => failed.failures)
      .toMatchObject([{ number: 1, isUnsent: false, fault: { code: 'cut' } }]);
    expect(JSON.stringify(failed.failures)).not.toContain('secret');
  });
});
