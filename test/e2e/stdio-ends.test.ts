/** How `sluice stdio` ends, and that nothing it started is left then. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { descendants } from '../support/children.ts';
import {
  answerTo,
  CLI,
  ECHO,
  FIXTURE,
  folder,
  initialize,
  modern,
  request,
  startFace,
  stopFaces,
} from '../support/stdio-face.ts';

const MODERN = fileURLToPath(new URL('../fixtures/modern/stdio.ts', import.meta.url));
const MB = 1024 * 1024;
const place = folder();
afterEach(() => expect.poll(() => descendants(), { timeout: 5_000 }).toEqual([]));
afterAll(() => {
  stopFaces();
  place.remove();
});

const WARM = { command: process.execPath, args: [ECHO], warm: 2 };
const fixture = ['--', process.execPath, FIXTURE];
const call = (id: unknown, name: string, args: object = {}) =>
  request(id, 'tools/call', { name, arguments: args });

/** Fixture servers that a process has started. */
function children(pid: number | undefined): number {
  return descendants().filter((row) => row.pid !== pid && row.command.includes('fixtures/server/')).length;
}

/** Bytes that a process has read, from whatever. */
function read(pid: number | undefined): number {
  return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Whoever is to bury it may take its time. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function ready(args: readonly string[] = fixture) {
  const face = startFace(args);
  face.say(initialize(0));
  await face.heard(answerTo(0));
  face.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return face;
}

describe('the beginning', () => {
  it('[STDFACE-LAZY] starts no server before it is asked for something, and few for calls at once', async () => {
    writeFileSync(place.path('warm.json'), JSON.stringify({ mcpServers: { a: WARM, b: WARM } }));
    const face = startFace(['--config', place.path('warm.json')]);
    // Answered by the gateway, so it is up.
    face.say(modern(1, 'initialize'));
    await face.heard(answerTo(1));
    expect(children(face.process.pid)).toBe(0);
    face.say(initialize(2));
    await face.heard(answerTo(2));
    face.say(request(3, 'tools/list'));
    // Both are waited for: nobody had them started before.
    const { result } = await face.heard(answerTo(3));
    const names = (result?.['tools'] as { name: string }[] | undefined)?.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['a__echo', 'b__echo']));
    expect(children(face.process.pid)).toBe(2);
    expect((await face.end()).code).toBe(0);
  });

  it('[STDFACE-LAZY] a modern client that can be asked gets few processes of a legacy server', async () => {
    const face = startFace(['--', process.execPath, FIXTURE]);
    const asked = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const ids = Array.from({ length: 60 }, (_, index) => index);
    for (const id of ids) face.say(modern(id, 'tools/call', { name: 'sleep', arguments: { ms: 10 } }, asked));
    await face.heard(() => face.lines.length === ids.length);
    expect(face.lines.filter(({ error }) => error)).toEqual([]);
    expect(children(face.process.pid)).toBeLessThanOrEqual(5);
    await face.end();
  });
});

describe('the end', () => {
  it('[STDFACE-END] of input: calls in flight are answered, then all is gone', async () => {
    const face = await ready();
    face.say(call(1, 'sleep', { ms: 300 }));
    face.say(call(2, 'big', { bytes: 1024 * 1024 }));
    const { code, out, err } = await face.end();
    const ids = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: unknown }).id);
    expect(ids.toSorted()).toEqual([0, 1, 2]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it.each([
    ['listens', true],
    ['is about to', false],
  ])(
    '[STDFACE-END] of input: a client that %s is told at once',
    async (_what, isListening) => {
      const face = startFace(['--', process.execPath, MODERN]);
      face.say(modern('L', 'subscriptions/listen', { notifications: { toolsListChanged: true } }));
      if (isListening)
        await face.heard(({ method }) => method === 'notifications/subscriptions/acknowledged');
      const { code } = await face.end();
      expect(code).toBe(0);
      const answers = face.lines.filter(({ id }) => id === 'L');
      expect(answers).toHaveLength(1);
      const [answer] = answers;
      if (!isListening) return expect(answer?.error?.data?.['code']).toBe('draining');
      expect(answer?.result?.['resultType']).toBe('complete');
      // No stream ends with it, so it is called off, too (MCP 2026-07-28, cancellation).
      expect(face.lines.at(-1)?.method).toBe('notifications/cancelled');
    },
    8_000,
  );

  it('[STDFACE-SIGNAL] SIGTERM: calls in flight finish; nothing new is taken', async () => {
    const face = await ready();
    face.say(call(1, 'sleep', { ms: 400 }));
    face.say(request(2, 'ping'));
    await face.heard(answerTo(2));
    face.process.kill('SIGTERM');
    const { code, out } = await face.ended;
    expect(code).toBe(0);
    expect(out).toContain('Slept 400 ms.');
  });

  it('[STDFACE-SIGNAL] SIGTERM after the end of input ends calls that nobody waits for any more', async () => {
    const face = await ready();
    face.say(call(1, 'hang'));
    face.say(request(2, 'ping'));
    await face.heard(answerTo(2));
    face.process.stdin?.end();
    const startedAt = performance.now();
    face.process.kill('SIGTERM');
    const { code, out } = await face.ended;
    expect(code).toBe(0);
    expect(out).toContain('"draining"');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('[STDFACE-KILLED] a client that is killed leaves no process behind, whatever was in flight', async () => {
    const pids = place.path('pids');
    const client = `
      const { spawn } = require('node:child_process');
      const face = spawn(process.execPath, ${JSON.stringify([CLI, 'stdio', ...fixture])}, { stdio: ['pipe', 'pipe', 'inherit'] });
      const say = (message) => face.stdin.write(JSON.stringify(message) + '\\n');
      say(${JSON.stringify(initialize(0))});
      say(${JSON.stringify(call(1, 'hang'))});
      say(${JSON.stringify(call(2, 'whoami'))});
      face.stdout.on('data', (chunk) => {
        if (String(chunk).includes('"id":2')) require('node:fs').writeFileSync(${JSON.stringify(pids)}, String(face.pid));
      });`;
    const child = spawn(process.execPath, ['-e', client], { stdio: ['ignore', 'ignore', 'inherit'] });
    await expect
      .poll(() => existsSync(pids) && readFileSync(pids, 'utf8'), { timeout: 10_000 })
      .toMatch(/^\d+$/);
    const pid = Number(readFileSync(pids, 'utf8'));
    expect(descendants().map((row) => row.pid)).toContain(pid);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 8_000 }).toBe(false);
    expect(descendants()).toEqual([]);
  });

  it('[STDFACE-SLOW] a client that reads nothing is told why on stderr, and costs no memory without end', async () => {
    const face = await ready();
    face.process.stdout?.pause();
    // A server that must wait for its reader is paused; answers of the gateway's own cannot be.
    for (let id = 1; id <= 40; id++) face.say(call(id, 'big', { bytes: 1024 * 1024 }));
    const long = 'x'.repeat(900);
    for (let id = 0; id < 20_000; id++) face.say(modern(`${long}${id}`, 'initialize'));
    await new Promise((resolve) => face.process.once('exit', resolve));
    face.process.stdout?.resume();
    const { code, err } = await face.ended;
    expect(code).toBe(1);
    expect(err).toContain('the client did not read what it was sent');
  });

  const legacyBig = (id: unknown) => call(id, 'big', { bytes: MB });
  const modernBig = (id: unknown) => modern(id, 'tools/call', { name: 'big', arguments: { bytes: MB } });

  it.each([
    ['legacy', 'legacy', FIXTURE, legacyBig],
    ['legacy', 'modern', MODERN, legacyBig],
    ['modern', 'legacy', FIXTURE, modernBig],
    ['modern', 'modern', MODERN, modernBig],
  ])(
    '[STDFACE-PAUSE] a %s client that pauses holds up its %s server, and misses nothing',
    async (_client, _server, server, big) => {
      const face = startFace(['--', process.execPath, server]);
      const ids = Array.from({ length: 30 }, (_, index) => index);
      face.say(big(0));
      await face.heard(answerTo(0));
      const start = read(face.process.pid);
      face.process.stdout?.pause();
      for (const id of ids.slice(1)) face.say(big(id));
      await vi.waitFor(() => expect(read(face.process.pid) - start).toBeGreaterThan(MB / 2), {
        timeout: 10_000,
      });
      let before = -1;
      await vi.waitUntil(() => before === (before = read(face.process.pid)), {
        interval: 200,
        timeout: 10_000,
      });
      expect(before - start).toBeLessThan(10 * MB);
      face.process.stdout?.resume();
      await face.heard(() => face.lines.length === ids.length);
      const lengths = face.lines.map(({ result }) => JSON.stringify(result).length > MB);
      expect(lengths).toEqual(ids.map(() => true));
      expect((await face.end()).code).toBe(0);
    },
  );

  it('[STDFACE-END] of output: it ends quietly', async () => {
    const face = await ready();
    face.process.stdout?.destroy();
    face.say(call(1, 'echo', { text: 'into the void' }));
    await new Promise((resolve) => face.process.once('exit', resolve));
    expect(face.process.exitCode).toBe(0);
  });
});
