/**
 * Keys that another process adds and revokes while the gateway runs: the real command line on both sides, and a client of
 * each kind with something open.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { SseClient, StreamableClient, toolCall, wordOf } from '../support/raw-clients.ts';
import { eventually, send, within } from '../support/raw.ts';
import { WsClient } from '../support/ws-client.ts';
import { type Running, Workplace } from '../unit/cli/sluice.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/server/stdio.ts', import.meta.url));
const FIXTURE_ENTRY = { command: process.execPath, args: [FIXTURE] };

let place: Workplace;
let gateway: Running;
let url: string;

const shown = (key: string) => ({ 'x-api-key': key });
/** Read to its end, so that the socket is free for the next. */
const status = async (headers: Record<string, string> = {}) => {
  const reply = await send(`${url}/mcp`, { headers });
  await reply.text();
  return reply.status;
};

async function add(name: string, ...more: string[]): Promise<string> {
  const { code, out, err } = await place.run(['keys', 'add', name, '--json', ...more]);
  if (code !== 0) throw new Error(`keys add ended with ${code}: ${err}`);
  return (JSON.parse(out) as { key: string }).key;
}

async function serve(...more: string[]): Promise<Running> {
  const running = place.start(['serve', '--port', '0', '--json', ...more]);
  const said = await running.says(/^\{"url".*\}$/m);
  ({ url } = JSON.parse(/^\{"url".*\}$/m.exec(said)?.[0] ?? '') as { url: string });
  return running;
}

beforeAll(async () => {
  place = await Workplace.make({ mcpServers: { fixture: FIXTURE_ENTRY } });
  gateway = await serve();
});

afterAll(async () => {
  gateway.process.kill('SIGTERM');
  await gateway.ended;
  await place.clear();
});

/** Something of each kind that stays open, and when it ended. */
async function openAll(key: string) {
  const headers = shown(key);
  const sse = await SseClient.open(`${url}/sse`, headers);
  await sse.initialize();
  const streamable = await StreamableClient.start(`${url}/mcp`, '2025-11-25', headers);
  const standing = await streamable.get();
  const ws = await WsClient.open(url.replace(/^http/, 'ws') + '/ws', ['mcp'], { headers });
  ws.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
  await ws.until('a pong', ({ id }) => id === 1);
  const body = modernRequest('L', 'subscriptions/listen', { notifications: { toolsListChanged: true } });
  const listen = await send(`${url}/mcp`, {
    method: 'POST',
    headers: { ...modernHeaders(body), ...headers },
    body: JSON.stringify(body),
    alone: true,
  });
  await listen.events.until('the acknowledgement', () => listen.events.messages[0]);
  const slow = toolCall('slow', 'progress', { steps: 1_000, delayMs: 100 }, 't');
  const call = await streamable.post(slow, { alone: true });
  await call.events.until('progress', () => call.events.messages[0]);
  return {
    session: streamable,
    /** Resolve when they have ended. */
    ends: {
      'HTTP+SSE': sse.feed.ended,
      'Streamable GET': standing.events.ended,
      WebSocket: ws.closed,
      'modern listen': listen.events.ended,
      'a call in flight': call.events.answer('slow'),
    } as Record<string, Promise<unknown>>,
    answer: () => call.events.answer('slow'),
  };
}

/** When each ended. */
async function timesOf(ends: Record<string, Promise<unknown>>): Promise<Record<string, number>> {
  const timed = Object.entries(ends).map(async ([name, end]) => {
    await within(end, `the end of ${name}`);
    return [name, Date.now()] as const;
  });
  return Object.fromEntries(await Promise.all(timed));
}

/** What is listed of a key. */
async function listed(name: string) {
  const { out } = await place.run(['keys', 'list', '--json']);
  const keys = JSON.parse(out) as { name: string; created: string; lastUsed?: string; revoked?: string }[];
  return keys.find((key) => key.name === name);
}

describe('a gateway that runs', () => {
  it('[KEY-FIRST] asks for a key as soon as another process has added the first, and ends what anybody opened', async () => {
    expect(await status()).toBe(200);
    const open = await SseClient.open(`${url}/sse`);
    const ended = open.feed.ended.then(() => Date.now());
    const key = await add('first');
    const took =
      (await within(ended, 'the end of the stream of anybody')) -
      Date.parse((await listed('first'))?.created ?? '');
    process.stdout.write(`the first key was in force after ${took} ms\n`);
    expect(took).toBeLessThan(1_000);
    expect(await status()).toBe(401);
    await eventually('the key is known', async () => (await status(shown(key))) === 200);
  });

  it('[KEY-REVOKED] [KEY-SOON] ends all that a revoked key opened within a second, on every dialect, and nothing else', async () => {
    const [gone, stays] = [await add('gone', '--tool', 'fixture/progress'), await add('stays')];
    await eventually('the keys are known', async () => (await status(shown(gone))) === 200);
    const [mine, other] = [await openAll(gone), await openAll(stays)];
    const ticket = await send(`${url}/tickets`, { method: 'POST', headers: shown(gone) });
    const given = (await ticket.json<{ ticket: string }>()).ticket;
    const times = timesOf(mine.ends);
    expect((await place.run(['keys', 'revoke', 'gone'])).code).toBe(0);
    const revoked = Date.parse((await listed('gone'))?.revoked ?? '');
    const took = Object.entries(await times).map(([name, at]) => [name, at - revoked] as const);
    process.stdout.write(`after a key was revoked, in ms: ${JSON.stringify(Object.fromEntries(took))}\n`);
    for (const [, ms] of took) expect(ms).toBeLessThan(1_000);
    expect(wordOf(await mine.answer())).toBeDefined();
    expect((await mine.session.post({ jsonrpc: '2.0', id: 9, method: 'ping' })).status).toBe(401);
    expect(
      (await send(`${url}/sse?ticket=${given}`, { headers: { accept: 'text/event-stream' } })).status,
    ).toBe(401);
    const left = await Promise.race([Promise.any(Object.values(other.ends)), status(shown(stays))]);
    expect(left).toBe(200);
    expect((await other.session.ask({ jsonrpc: '2.0', id: 9, method: 'ping' })).result).toEqual({});
    await place.run(['keys', 'revoke', 'stays']);
    await timesOf(other.ends);
  });

  it('[KEY-EXPIRED] ends what a key opened when it runs out', async () => {
    const ends = new Date(Date.now() + 4_000).toISOString();
    const key = await add('short', '--expires', ends);
    await eventually('the key is known', async () => (await status(shown(key))) === 200);
    const mine = await SseClient.open(`${url}/sse`, shown(key));
    await within(mine.feed.ended, 'the end of the key');
    const late = Date.now() - Date.parse(ends);
    process.stdout.write(`a stream ended ${late} ms after its key\n`);
    expect(late).toBeGreaterThanOrEqual(-1_500);
    expect(late).toBeLessThan(1_000);
    await eventually('the key is over', async () => (await status(shown(key))) === 401);
  });

  it('[KEY-SCOPE] shows the holder of a key what it was added for, and nothing else', async () => {
    const [narrow, shut] = [
      await add('narrow', '--tool', 'fixture/add'),
      await add('shut', '--server', 'other'),
    ];
    await eventually('the keys are known', async () => (await status(shown(shut))) !== 401);
    const client = await StreamableClient.start(`${url}/mcp`, '2025-11-25', shown(narrow));
    const names: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const params: Record<string, unknown> = cursor === '' ? {} : { cursor };
      const { result } = await client.ask({ jsonrpc: '2.0', id: names.length, method: 'tools/list', params });
      const page = result as { tools?: { name: string }[]; nextCursor?: string };
      names.push(...(page.tools ?? []).map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(['add']);
    expect((await client.ask(toolCall(2, 'progress'))).error?.message).toMatch(/unknown/i);
    expect(await status(shown(shut))).toBe(404);
  });

  it('[KEY-LISTED] tells when a key was used last', async () => {
    const key = await add('used');
    await eventually('the key is known', async () => (await status(shown(key))) === 200);
    await eventually('the use is written', async () => (await listed('used'))?.lastUsed !== undefined);
  });

  it('[KEY-GONE] lets nobody in when its store is taken away, and goes on with one that is put back', async () => {
    const key = await add('kept');
    await eventually('the key is known', async () => (await status(shown(key))) === 200);
    const open = await SseClient.open(`${url}/sse`, shown(key));
    const { rename } = await import('node:fs/promises');
    const [data, away] = [place.path('.sluice'), place.path('away')];
    await rename(data, away);
    await within(open.feed.ended, 'the end of the stream');
    expect([await status(), await status(shown(key))]).toEqual([401, 401]);
    expect(await gateway.says(/keys\.db is gone/)).not.toContain(key);
    await rename(away, data);
    await eventually('the key is good again', async () => (await status(shown(key))) === 200);
  });
});
