/** A configuration that changes while clients are connected. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { type Running, startGateway } from '../../src/edges/node/start.ts';
import { leftovers } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, send } from '../support/raw.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/server/stdio.ts', import.meta.url));
const open: Running[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((running) => running.stop()));
});

function entry(env: Record<string, string> = {}) {
  return { command: process.execPath, args: [FIXTURE], env };
}

function config(mcpServers: Record<string, object>, more: object = {}) {
  return readConfig(JSON.stringify({ port: 1, mcpServers, ...more }), {
    file: 'sluice.json',
    env: {},
  });
}

async function start(mcpServers: Record<string, object>, more: object = {}, warnings: string[] = []) {
  const logger = { warn: (message: string) => void warnings.push(message) };
  const running = await startGateway(config(mcpServers, { port: 0, ...more }), { logger, observer: {} });
  open.push(running);
  return running;
}

async function pidOf(client: SseClient | StreamableClient): Promise<number> {
  return (JSON.parse(textOf(await client.ask(toolCall('who', 'whoami')))) as { pid: number }).pid;
}

describe('a reload', () => {
  it('[CONFIG-RELOAD-SESSIONS] drops no session of a server that did not change, nor what runs in it', async () => {
    const running = await start({ same: entry(), other: entry() });
    const sse = await SseClient.open(`${running.url}/servers/same/sse`);
    await sse.initialize();
    const streamable = await StreamableClient.start(`${running.url}/servers/same/mcp`);
    const pids = [await pidOf(sse), await pidOf(streamable)];
    const call = sse.ask(toolCall(1, 'progress', { steps: 20, delayMs: 10 }, 't'));
    await sse.feed.until('progress', () =>
      sse.feed.messages.find(({ method }) => method?.endsWith('/progress')),
    );
    await running.reload(config({ other: entry({ CHANGED: '1' }), same: entry(), third: entry() }));
    expect(textOf(await call)).toBe('Took 20 steps.');
    expect([await pidOf(sse), await pidOf(streamable)]).toEqual(pids);
    sse.close();
  });

  it('[CONFIG-RELOAD-CHANGED] ends what changed or went, with its processes, and serves what is new', async () => {
    const running = await start({ changed: entry({ WORD: 'before' }), gone: entry() });
    const changed = await SseClient.open(`${running.url}/servers/changed/sse`);
    const gone = await SseClient.open(`${running.url}/servers/gone/sse`);
    const pids = await Promise.all([changed, gone].map(pidOf));
    await running.reload(config({ changed: entry({ WORD: 'after' }), added: entry() }));
    expect(await Promise.all([changed.feed.ended, gone.feed.ended])).toEqual(['whole', 'whole']);
    await eventually('their processes are gone', () => !leftovers().some(({ pid }) => pids.includes(pid)));
    expect([...running.servers].sort()).toEqual(['added', 'changed']);
    expect((await send(`${running.url}/servers/gone/mcp`)).status).toBe(404);
    for (const [name, word] of [
      ['changed', 'after'],
      ['added', undefined],
    ] as const) {
      const client = await SseClient.open(`${running.url}/servers/${name}/sse`);
      const env = JSON.parse(textOf(await client.ask(toolCall(1, 'env')))) as Record<string, string>;
      expect(env['WORD']).toBe(word);
      client.close();
    }
  });

  it('[CONFIG-RELOAD-SESSIONS] of time-outs ends no session, and tells of a restart only where one is due', async () => {
    const warnings: string[] = [];
    const times = (drain: string, request = '5m') => ({ port: 0, timeouts: { drain, request } });
    const running = await start({ same: entry() }, times('5s'), warnings);
    const sse = await SseClient.open(`${running.url}/servers/same/sse`);
    await sse.initialize();
    const pid = await pidOf(sse);
    const told = [];
    for (const next of [times('6s'), times('5s'), times('5s', '6m'), times('5s')]) {
      await running.reload(config({ same: entry() }, next));
      told.push(warnings.splice(0).length);
    }
    expect(told).toEqual([1, 0, 1, 0]);
    expect(await pidOf(sse)).toBe(pid);
    sse.close();
  });

  it('[CONFIG-RELOAD-AT-ONCE] waits for no process that is slow to die, neither to revoke a key nor to serve anew', async () => {
    const [first, second] = ['the-first-key', 'the-second-key'];
    const running = await start({ changed: entry({ FIXTURE_STUBBORN: '1' }) }, { apiKeys: [first, second] });
    const url = `${running.url}/servers/changed/mcp`;
    const status = async (key: string) => (await send(url, { headers: { 'x-api-key': key } })).status;
    const client = await StreamableClient.start(url, '2025-11-25', { 'x-api-key': second });
    const pid = await pidOf(client);
    expect([await status(first), await status(second)]).toEqual([200, 200]);
    await running.reload(config({ changed: entry(), added: entry() }, { apiKeys: [second] }));
    const isDying = () => leftovers().some((one) => one.pid === pid);
    expect([await status(first), await status(second), isDying()]).toEqual([401, 200, true]);
    const anew = await StreamableClient.start(url, '2025-11-25', { 'x-api-key': second });
    expect(await pidOf(anew)).not.toBe(pid);
    await running.stop();
    expect(isDying()).toBe(false);
  });

  it('[SEC-KEY-IDENTITY] that drops a key ends its sessions and streams, and no others', async () => {
    const [first, second] = ['the-first-key', 'the-second-key'];
    const running = await start({ same: entry() }, { apiKeys: [first, second] });
    const url = `${running.url}/servers/same/sse`;
    const gone = await SseClient.open(url, { 'x-api-key': first });
    const stays = await SseClient.open(url, { 'x-api-key': second });
    await stays.initialize();
    const pid = await pidOf(stays);
    await running.reload(config({ same: entry() }, { apiKeys: [second] }));
    expect(await gone.feed.ended).toBe('whole');
    expect(await pidOf(stays)).toBe(pid);
    stays.close();
  });

  it('[CONFIG-RELOAD-CHANGED] takes over keys from now on', async () => {
    const running = await start({ same: entry() });
    const status = async (headers = {}) => (await send(`${running.url}/mcp`, { headers })).status;
    expect(await status()).toBe(200);
    await running.reload(config({ same: entry() }, { apiKeys: ['a-key-of-the-test'] }));
    expect([await status(), await status({ 'x-api-key': 'a-key-of-the-test' })]).toEqual([401, 200]);
  });
});
