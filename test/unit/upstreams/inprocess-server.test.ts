import { McpServer as McpServer2 } from '@modelcontextprotocol/server';
import { McpServer as McpServer1 } from 'sdk-1.32/server/mcp.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type InprocessOptions, inprocess } from '../../../src/upstreams/inprocess.ts';
import type { ConnectableServer } from '../../../src/upstreams/inprocess-server.ts';
import { bytes, call, context, Notes, Recorder } from './harness.ts';

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

describe.each(Object.entries(made))('[INPROCESS-SDK] a server of %s in process', (_, create) => {
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

  it('[INPROCESS-CLOSE] is closed with its link, once', async () => {
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
