/** Whoever should read the log does not, goes away, or has no room: calls go on as if nothing were. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BOTH_TYPES, JSON_TYPE, request } from '../support/raw-clients.ts';
import { eventually, send } from '../support/raw.ts';
import { programOfSluice } from '../support/sluice.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
}

/** @param stderr where it writes its log, at the level `debug` */
async function serve(stderr: 'pipe' | number): Promise<Served> {
  const { command, args } = programOfSluice();
  const config = join(folder, 'sluice.json');
  execFileSync('sh', ['-c', `echo '{"mcpServers":{"aare":{"builtin":"aare"}}}' > '${config}'`]);
  const env = { PATH: process.env['PATH'], LOG_LEVEL: 'debug' };
  const words = [...args, 'serve', config, '--port', '0', '--json'];
  const child = spawn(command, words, { env, cwd: folder, stdio: ['ignore', 'pipe', stderr] });
  ends.push(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await eventually('it serves', () => said.includes('\n'));
  return { child, url: (JSON.parse(said) as { url: string }).url };
}

/** Sends so many requests, a hundred a POST, and looks at every answer. @returns milliseconds */
async function callMany({ url }: Served, count: number): Promise<number> {
  const post = (body: unknown, more: Record<string, string> = {}) =>
    send(`${url}/mcp`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...BOTH_TYPES, ...more },
      body: JSON.stringify(body),
    });
  const clientInfo = { name: 'test', version: '1' };
  const hello = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
  const opened = await post(request(0, 'initialize', hello));
  await opened.text();
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const began = performance.now();
  for (let first = 1; first <= count; first += 100) {
    const ids = Array.from({ length: 100 }, (_, at) => first + at);
    const reply = await post(
      ids.map((id) => request(id, 'ping')),
      session,
    );
    const answers = await reply.json<{ id: number; result: unknown }[]>();
    expect(answers.map(({ id, result }) => [id, result])).toEqual(ids.map((id) => [id, {}]));
  }
  return performance.now() - began;
}

/** Megabytes of memory that the process uses. */
function memoryOf({ child }: Served): number {
  const [, kilobytes = ''] =
    /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}

async function healthOf({ url }: Served) {
  return (await send(`${url}/health`)).json<{ log: { lost: number }; degraded: string[] }>();
}

async function ended({ child }: Served): Promise<number | null> {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('[LOGS-PIPE] a pipe that is never read slows no call and fills no memory; it is told what was lost', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR);
  ends.push(() => closeSync(pipe));
  const served = await serve(pipe);
  const early = await callMany(served, 1_000);
  const before = memoryOf(served);
  const late = await callMany(served, 7_500);
  // While nothing is written any more.
  expect(late).toBeLessThan(7.5 * early + 4_000);
  expect(memoryOf(served) - before).toBeLessThan(120);
  const { log, degraded } = await healthOf(served);
  expect(log.lost).toBeGreaterThan(1_000);
  expect(degraded).toEqual(['log_lost']);
  const metrics = await (await send(`${served.url}/metrics`)).text();
  expect(metrics).toMatch(/^sluice_log_lines_dropped(?:_lines?)?_total(?:\{.*\})? [1-9]\d{3}/m);
  let read = '';
  const reader = createReadStream(path).on('data', (chunk) => (read += String(chunk)));
  ends.push(() => reader.destroy());
  await eventually('it is told', () => read.includes('lines of the log were lost'));
  const lines = read
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; count?: number });
  expect(lines.find(({ msg }) => msg === 'lines of the log were lost')?.count).toBeGreaterThan(1_000);
  expect(await ended(served)).toBe(0);
});

test('[LOGS-PIPE] a process whose log nobody reads comes to its end all the same', async () => {
  const served = await serve('pipe');
  served.child.stderr?.pause();
  await callMany(served, 2_500);
  const began = performance.now();
  expect(await ended(served)).toBe(0);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('[LOGS-PIPE] a reader that goes away, or a disk without room, takes no call with it', async () => {
  const full = openSync('/dev/full', 'w');
  ends.push(() => closeSync(full));
  const [left, unlucky] = await Promise.all([serve('pipe'), serve(full)]);
  left.child.stderr?.destroy();
  for (const served of [left, unlucky]) {
    await callMany(served, 200);
    expect((await healthOf(served)).degraded).toEqual(['log_lost']);
    expect(await ended(served)).toBe(0);
  }
});
