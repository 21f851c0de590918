/** The gateway as a process that is told to go: at once not ready, what runs is answered, and nothing is left. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hello,
  JSON_TYPE,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { eventually, send, Wire, within } from '../support/raw.ts';
import { type Running, Workplace } from '../unit/cli/sluice.ts';
import { processesWith } from '../unit/upstreams/harness.ts';

const path = (name: string) => fileURLToPath(new URL(`../fixtures/server/${name}`, import.meta.url));

/** In the environment of all that the gateways of this file start. */
const MARK = `drain-${process.pid}`;

let place: Workplace;

beforeAll(async () => {
  const env = { SCENARIO: MARK };
  place = await Workplace.make({
    timeouts: { drain: '2s', drainDelay: '100ms', stall: '1s' },
    mcpServers: {
      fixture: { command: process.execPath, args: [path('stdio.ts')], env },
      echo: { command: process.execPath, args: [path('echo-stdio.ts')], env, sharing: 'shared' },
      spare: { command: process.execPath, args: [path('echo-stdio.ts')], env, warm: 2 },
    },
  });
});

afterAll(async () => {
  await place.clear();
  await expectNothingLeft();
});

function expectNothingLeft(): Promise<void> {
  return eventually('no process is left', () => processesWith('SCENARIO', MARK).length === 0);
}

async function serve(): Promise<{ running: Running; url: string; port: number }> {
  const running = place.start(['serve', '--port', '0', '--json']);
  const [, url = ''] = /"url":"([^"]+)"/.exec(await running.says(/"url":"([^"]+)"/)) ?? [];
  return { running, url, port: Number(new URL(url).port) };
}

async function ending(running: Running, ms: number): Promise<{ code: unknown; ms: number; err: string }> {
  const at = performance.now();
  const { code, err } = await within(running.ended, 'the end of the process', ms);
  return { code, ms: performance.now() - at, err };
}

describe('SIGTERM', () => {
  it('[DRAIN-NOT-READY] [DRAIN-IN-FLIGHT] [DRAIN-RETRY] not ready at once, calls are answered, streams end, exit 0', async () => {
    const { running, url } = await serve();
    const sse = await SseClient.open(`${url}/sse`);
    await sse.initialize();
    const streamable = await StreamableClient.start(`${url}/mcp`);
    const standing = await streamable.get();
    // The processes run before anything is measured: their start is not what is bounded.
    await sse.post(toolCall(8, 'sleep', { ms: 0 }));
    expect(textOf(await sse.feed.answer(8))).toBe('Slept 0 ms.');
    const first = await streamable.post(toolCall(9, 'sleep', { ms: 0 }));
    expect(textOf(await first.events.answer(9))).toBe('Slept 0 ms.');
    await sse.post(toolCall(1, 'sleep', { ms: 800 }));
    const call = await streamable.post(toolCall(2, 'sleep', { ms: 800 }));
    expect((await send(`${url}/readyz`)).status).toBe(200);
    running.process.kill('SIGTERM');
    const at = performance.now();
    await eventually('it is not ready', async () => (await send(`${url}/readyz`)).status === 503, 1_000);
    console.log(`not ready ${(performance.now() - at).toFixed(0)} ms after SIGTERM`);
    const late = await send(`${url}/sse`, { headers: { accept: 'text/event-stream' } });
    expect([late.status, late.headers['retry-after']]).toEqual([503, '5']);
    expect(textOf(await sse.feed.answer(1))).toBe('Slept 800 ms.');
    expect(textOf(await call.events.answer(2))).toBe('Slept 800 ms.');
    for (const feed of [sse.feed, standing.events]) {
      expect(await feed.ended).toBe('whole');
      expect(feed.events.at(-1)).toMatchObject({ retry: 1_000, data: '' });
    }
    const end = await ending(running, 5_000);
    expect([end.code, end.err.includes('Error')]).toEqual([0, false]);
    await expectNothingLeft();
  });

  it('[DRAIN-HARD-STOP] nobody who holds a connection keeps it: exit 0 soon after the time to drain', async () => {
    const { running, url, port } = await serve();
    const silent = await Wire.open(port);
    const half = (await Wire.open(port)).write('GET /healthz HTTP/1.1\r\nHo');
    const upload = (await Wire.open(port)).write(
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    const idle = (await Wire.open(port)).write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.until(/"ok"/);
    const hangs = await SseClient.open(`${url}/sse`);
    await hangs.initialize();
    await hangs.post(toolCall(1, 'hang'));
    const stalled = await SseClient.open(`${url}/servers/echo/sse`);
    stalled.stream.stall();
    for (let id = 1; id <= 4; id++) await stalled.post(toolCall(id, 'big', { bytes: 4_000_000 }));
    running.process.kill('SIGTERM');
    const end = await ending(running, 10_000);
    console.log(`it ended ${(end.ms / 1_000).toFixed(1)} s after SIGTERM (2 s to drain)`);
    expect(end.code).toBe(0);
    expect(end.ms).toBeLessThan(5_000);
    expect(wordOf(await hangs.feed.answer(1))).toBe('draining');
    await Promise.all([silent, half, upload, idle].map((socket) => socket.end()));
    stalled.close();
    await expectNothingLeft();
  });

  it('[CLI-SIGTERM] a second one ends it at once, and still nothing is left', async () => {
    const { running, url } = await serve();
    const client = await SseClient.open(`${url}/sse`);
    await client.initialize();
    await client.post(toolCall(1, 'hang'));
    await client.ask(toolCall(2, 'spawn_grandchild'));
    running.process.kill('SIGTERM');
    await eventually('it drains', async () => (await send(`${url}/readyz`)).status === 503);
    running.process.kill('SIGTERM');
    const end = await ending(running, 2_000);
    expect([end.code, end.ms < 1_000]).toEqual([143, true]);
    client.close();
    await expectNothingLeft();
  });
});

describe('signals while it starts', () => {
  it.each([
    ['[CLI-SIGTERM]', 'SIGTERM', [0, 'SIGTERM']],
    ['[STDIO-WATCHDOG]', 'SIGKILL', ['SIGKILL']],
  ] as const)('%s %s at any moment: it ends, and leaves no process', async (_id, signal, codes) => {
    for (const ms of [20, 120, 220, 320]) {
      const running = place.start(['serve', '--port', '0', '--json']);
      await new Promise((resolve) => setTimeout(resolve, ms));
      running.process.kill(signal);
      const end = await ending(running, 5_000);
      expect(codes).toContain(end.code);
    }
    await expectNothingLeft();
  });

  it('[CLI-SIGTERM] while a server starts for somebody: the caller is told, exit 0, nothing is left', async () => {
    const script = 'process.stdin.resume(); process.on("SIGTERM", () => {})';
    const mcpServers = {
      never: { command: process.execPath, args: ['-e', script], env: { SCENARIO: MARK } },
    };
    const slow = await Workplace.make({ timeouts: { drain: '500ms' }, mcpServers });
    try {
      const running = slow.start(['serve', '--port', '0', '--json']);
      const [, url = ''] = /"url":"([^"]+)"/.exec(await running.says(/"url":"([^"]+)"/)) ?? [];
      const client = await SseClient.open(`${url}/sse`);
      await client.post(hello(1, '2024-11-05'));
      await eventually('the child runs', () => processesWith('SCENARIO', MARK).length > 0);
      running.process.kill('SIGTERM');
      expect(wordOf(await client.feed.answer(1))).toBe('draining');
      expect((await ending(running, 8_000)).code).toBe(0);
      await expectNothingLeft();
    } finally {
      await slow.clear();
    }
  });
});

describe('a port that is taken', () => {
  it('[CLI-START-ERRORS] is one sentence and a code that is not 0, and the first gateway goes on', async () => {
    const { running, url, port } = await serve();
    const second = await place.run(['serve', '--port', String(port)]);
    expect(second.code).toBe(1);
    expect(second.out).toBe('');
    expect(second.err.trimEnd().split('\n').at(-1)).toBe(
      `Port ${port} (--port) on 127.0.0.1 is taken by another program; stop it, or choose another with --port.`,
    );
    expect(second.err).not.toMatch(/\bat .*:\d+|Error:/);
    const ping = { method: 'POST', headers: JSON_TYPE, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' };
    expect((await send(`${url}/servers/echo/mcp`, ping)).status).toBe(200);
    running.process.kill('SIGTERM');
    expect((await ending(running, 5_000)).code).toBe(0);
  });
});
