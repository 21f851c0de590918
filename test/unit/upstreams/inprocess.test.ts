import { McpServer as McpServer2 } from '@modelcontextprotocol/server';
import { McpServer as McpServer1 } from 'sdk-1.32/server/mcp.js';
import { Server as Server1 } from 'sdk-1.32/server/index.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UpstreamError } from '../../../src/engine/ports.ts';
import { type InprocessOptions, inprocess } from '../../../src/upstreams/inprocess.ts';
import type { ConnectableServer } from '../../../src/upstreams/inprocess-server.ts';
import { bytes, call, context, Notes, PlayedRuntime, Recorder } from './harness.ts';

const made: Record<string, () => ConnectableServer> = {
  'SDK 1.32': () => {
    const server = new McpServer1({ name: 'old', version: '1' }, { capabilities: { logging: {} } });
    server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, async ({ a, b }) => ({
      content: [{ type: 'text', text: String(a + b) }],
    }));
    server.registerTool('work', {}, async (extra) => {
      const progressToken = extra._meta?.progressToken;
      if (progressToken !== undefined) {
        await extra.sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress: 1 },
        });
      }
      return { content: [{ type: 'text', text: 'done' }] };
    });
    server.registerTool('ask', {}, async () => {
      const answer = await server.server.createMessage({ messages: [], maxTokens: 1 });
      return { content: [{ type: 'text', text: answer.model }] };
    });
    return server;
  },
  'SDK 2.4': () => {
    const server = new McpServer2({ name: 'new', version: '1' }, { capabilities: { logging: {} } });
    server.registerTool(
      'add',
      { inputSchema: z.object({ a: z.number(), b: z.number() }) },
      async ({ a, b }) => ({
        content: [{ type: 'text', text: String(a + b) }],
      }),
    );
    server.registerTool('work', {}, async (context_) => {
      const progressToken = context_.mcpReq._meta?.progressToken;
      if (progressToken !== undefined) {
        await context_.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress: 1 },
        });
      }
      return { content: [{ type: 'text', text: 'done' }] };
    });
    server.registerTool('ask', {}, async () => {
      const answer = await server.server.createMessage({ messages: [], maxTokens: 1 });
      return { content: [{ type: 'text', text: answer.model }] };
    });
    return server;
  },
};

const hello = {
  protocolVersion: '2025-06-18',
  capabilities: { sampling: {} },
  clientInfo: { name: 'test', version: '1' },
};

async function opened(options: InprocessOptions) {
  const notes = new Notes();
  const driver = inprocess({ name: 'peer', observer: notes, ...options });
  const events = new Recorder();
  const link = await driver.open(events, context());
  const ask = async (id: number, method: string, params: unknown = {}) => {
    link.send(call(id, method, params));
    return events.answer(id);
  };
  return { driver, link, events, notes, ask };
}

describe.each(Object.entries(made))('a server of %s in process', (_, create) => {
  async function initialized() {
    const peer = await opened({ create });
    const { result } = await peer.ask(0, 'initialize', hello);
    expect(result).toMatchObject({ protocolVersion: '2025-06-18', capabilities: { tools: {} } });
    peer.link.send(bytes({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    return peer;
  }

  it('serves the handshake and a call', async () => {
    const { ask } = await initialized();
    expect((await ask(1, 'tools/list')).result).toMatchObject({ tools: [{ name: 'add' }, {}, {}] });
    const { result } = await ask(2, 'tools/call', { name: 'add', arguments: { a: 2, b: 3 } });
    expect(result).toMatchObject({ content: [{ text: '5' }] });
    expect((await ask(3, 'no/such')).error?.code).toBe(-32601);
  });

  it('says to which call its progress belongs, and says it before the result', async () => {
    const { events, link } = await initialized();
    link.send(call(4, 'tools/call', { name: 'work', arguments: {}, _meta: { progressToken: 4 } }));
    await events.answer(4);
    expect(events.said.slice(1).map(({ value, related }) => [value.method, related])).toEqual([
      ['notifications/progress', 4],
      [undefined, undefined],
    ]);
  });

  it('may ask the client back', async () => {
    const { events, link } = await initialized();
    link.send(call(5, 'tools/call', { name: 'ask', arguments: {} }));
    const { value } = await events.notice('sampling/createMessage');
    const result = { role: 'assistant', content: { type: 'text', text: 'hi' }, model: 'parrot' };
    link.send(bytes({ jsonrpc: '2.0', id: value.id, result }));
    const answered = events.said.find((said) => said.value.id === 5) ?? {
      value: await untilCount(events, 3),
    };
    expect(answered.value.result).toMatchObject({ content: [{ text: 'parrot' }] });
  });

  it('is closed with its link, once', async () => {
    let server: ConnectableServer | undefined;
    let closed = 0;
    const { link, events, driver } = await opened({
      create: () => {
        server = create();
        const inner = 'server' in server ? (server.server as { onclose?: () => void }) : {};
        inner.onclose = () => void (closed += 1);
        return server;
      },
    });
    const closing = [link.close(), link.close()];
    expect([closed, events.faults]).toEqual([0, []]);
    await Promise.all(closing);
    expect([closed, events.faults]).toEqual([
      1,
      [{ code: 'closed', message: 'The link to the server "peer" was closed.' }],
    ]);
    expect(driver.health()).toEqual({ state: 'idle', links: 0, restarts: 0 });
  });

  it('may close the link itself', async () => {
    let server: ConnectableServer | undefined;
    const { events } = await opened({
      create: () => {
        server = create();
        return server;
      },
    });
    await server?.close?.();
    expect(events.faults).toEqual([{ code: 'closed', message: 'The server "peer" closed the link.' }]);
  });

  it('is refused when it is given twice', async () => {
    const server = create();
    const { driver, events } = await opened({ create: () => server });
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'start-failed' },
    });
    expect(events.faults).toEqual([]);
    await driver.close();
  });
});

async function untilCount(events: Recorder, count: number) {
  await events.count(count);
  const said = events.said.at(-1);
  if (!said) throw new Error('Nothing was said.');
  return said.value;
}

describe('inprocess', () => {
  it('takes a low-level server', async () => {
    const { ask } = await opened({
      create: () => new Server1({ name: 'low', version: '1' }, { capabilities: {} }),
    });
    expect((await ask(1, 'initialize', hello)).result).toMatchObject({ serverInfo: { name: 'low' } });
  });

  it('turns what a server throws at a message into an error for its caller, and goes on', async () => {
    const { ask, link, notes } = await opened({
      create: () => ({
        async connect(transport) {
          transport.onmessage = (message) => {
            const { id, method } = message as { id: number; method: string };
            if (method === 'bad') throw new Error('inner words');
            void transport.send({ jsonrpc: '2.0', id, result: {} });
          };
        },
      }),
    });
    expect((await ask(1, 'bad')).error).toMatchObject({
      message: 'The server "peer" could not take the request.',
    });
    link.send(bytes({ jsonrpc: '2.0', method: 'bad' }));
    expect((await ask(2, 'good')).result).toEqual({});
    expect(notes.refusals).toHaveLength(2);
  });

  it('gives an error for an answer that cannot be sent, and drops what else cannot', async () => {
    const { ask, events, notes } = await opened({
      create: () => ({
        async connect(transport) {
          transport.onmessage = (message) => {
            const { id } = message as { id: number };
            void transport.send({ jsonrpc: '2.0', method: 'notifications/n', params: { n: 1n } });
            void transport.send({ jsonrpc: '2.0', nonsense: true });
            void transport.send(undefined);
            void transport.send({ jsonrpc: '2.0', id, result: { n: 1n } });
          };
        },
      }),
    });
    expect((await ask(1, 'any')).error).toMatchObject({
      message: 'The server "peer" gave an answer that cannot be sent.',
    });
    expect(events.said).toHaveLength(1);
    expect(notes.refusals.map(({ code }) => code)).toEqual(Array(4).fill('bad_message'));
  });

  it('gives what a server says while it connects only once the link is open', async () => {
    let open = (): void => {};
    let saidBefore = 0;
    const events = new Recorder();
    const driver = inprocess({
      create: () => ({
        async connect(transport) {
          void transport.send({ jsonrpc: '2.0', method: 'notifications/early' });
          await new Promise<void>((resolve) => {
            open = resolve;
          });
          saidBefore = events.said.length;
        },
      }),
    });
    const opening = driver.open(events, context());
    await new Promise((resolve) => setImmediate(resolve));
    open();
    await opening;
    expect(saidBefore).toBe(0);
    expect((await events.notice('notifications/early')).value.method).toBe('notifications/early');
  });

  it('never connects one server object twice, even one that would bear it', async () => {
    let connected = 0;
    const server: ConnectableServer = { connect: async () => void (connected += 1) };
    const driver = inprocess({ create: () => server });
    await driver.open(new Recorder(), context());
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'start-failed' },
    });
    expect(connected).toBe(1);
  });

  it('rejects when a server cannot be made or connected, and hides why from callers', async () => {
    const throwing: (() => ConnectableServer | Promise<ConnectableServer>)[] = [
      () => {
        throw new Error('secret');
      },
      async () => Promise.reject(new Error('secret')),
      () => ({ connect: () => Promise.reject(new Error('secret')) }),
      () => ({ connect: (transport) => transport.close() }),
    ];
    for (const create of throwing) {
      const notes = new Notes();
      const driver = inprocess({ name: 'x', observer: notes, create });
      const events = new Recorder();
      const error = await driver.open(events, context()).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UpstreamError);
      expect((error as UpstreamError).fault).toEqual({
        code: 'start-failed',
        message: 'The server "x" could not be created; the log of the gateway says why.',
      });
      expect(events.faults).toEqual([]);
      expect(notes.refusals).toHaveLength(1);
      expect(driver.health()).toMatchObject({ state: 'failed', links: 0 });
    }
  });

  it('gives up on a server that is not ready in time, and closes it when it comes after all', async () => {
    const runtime = new PlayedRuntime();
    let come: (server: ConnectableServer) => void = () => {};
    const driver = inprocess({
      name: 'x',
      runtime,
      create: () =>
        new Promise((resolve) => {
          come = resolve;
        }),
    });
    const opening = driver.open(new Recorder(), context());
    runtime.pass(30_000);
    await expect(opening).rejects.toMatchObject({ fault: { code: 'start-timeout' } });
    const closed = new Promise<void>((resolve) => {
      come({ connect: async () => {}, close: async () => resolve() });
    });
    await closed;
    expect(driver.health().links).toBe(0);
  });

  it('does not open for somebody who is gone', async () => {
    const driver = inprocess({ create: () => new Promise(() => {}) });
    const aborter = new AbortController();
    const opening = driver.open(new Recorder(), context('a', aborter.signal));
    aborter.abort();
    await expect(opening).rejects.toMatchObject({ fault: { code: 'closed' } });
    await expect(driver.open(new Recorder(), context('a', aborter.signal))).rejects.toMatchObject({
      fault: { code: 'closed' },
    });
    expect(driver.health().links).toBe(0);
  });

  it('waits for a server that does not close only so long', async () => {
    const runtime = new PlayedRuntime();
    const driver = inprocess({
      runtime,
      create: () => ({ connect: async () => {}, close: () => new Promise(() => {}) }),
    });
    const events = new Recorder();
    const link = await driver.open(events, context());
    const closing = link.close();
    await events.fault();
    runtime.pass(2_000);
    await closing;
  });

  it('opens so many links and no more, and none after it was closed', async () => {
    const driver = inprocess({ handler: {}, maxLinks: 2 });
    const links = [
      await driver.open(new Recorder(), context()),
      await driver.open(new Recorder(), context()),
    ];
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'too-many-links' },
    });
    await links[0]?.close();
    const events = new Recorder();
    await driver.open(events, context());
    expect(driver.health()).toEqual({ state: 'up', links: 2, restarts: 0 });
    await driver.close();
    expect(events.faults).toHaveLength(1);
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({ fault: { code: 'closed' } });
  });
});
