/** A disk that takes no more, as the system tells it: every write past the limit fails, until there is room again. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOTH_TYPES, JSON_TYPE, request } from '../support/raw-clients.ts';
import { eventually, send } from '../support/raw.ts';
import { Workplace } from '../unit/cli/sluice.ts';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.make({
    audit: { enabled: true, arguments: 'none' },
    mcpServers: { aare: { builtin: 'aare' } },
  });
});
afterAll(() => place.clear());

/** How far the files of a process may grow. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

it('[DEGRADED-DISK] calls and keys go on, it is said, and what waited is written when there is room again', async () => {
  const added = await place.run(['keys', 'add', 'ada', '--json']);
  const { key } = JSON.parse(added.out) as { key: string };
  const running = place.start(['serve', '--port', '0', '--json']);
  const [, url = ''] = /"url":"([^"]+)"/.exec(await running.says(/"url":"([^"]+)"/)) ?? [];
  const head = { 'x-api-key': key };
  const call = async () => {
    const headers = { ...JSON_TYPE, ...BOTH_TYPES, ...head };
    const body = JSON.stringify(request(1, 'tools/list'));
    const reply = await send(`${url}/mcp`, { method: 'POST', headers, body });
    await reply.text();
    return reply.status;
  };
  const ready = async () => (await send(`${url}/readyz`)).json<{ status: string; degraded?: string[] }>();
  const health = async () =>
    (await send(`${url}/health`, { headers: head })).json<{
      audit: { state: string; written: number; waiting: number; lost: number };
      troubles?: { code: string; message: string }[];
    }>();
  expect(await call()).toBe(200);
  await eventually('the first row is written', async () => (await health()).audit.written === 1);
  limitFiles(Number(running.process.pid), 1);
  expect([await call(), await call()]).toEqual([200, 200]);
  await eventually('it is said', async () => (await ready()).degraded?.includes('audit_failing') === true);
  expect((await ready()).status).toBe('degraded');
  expect((await health()).troubles).toMatchObject([
    { code: 'audit_failing', message: expect.stringContaining('2 rows wait') },
  ]);
  expect(await call()).toBe(200);
  limitFiles(Number(running.process.pid), 'unlimited');
  await eventually('it is well again', async () => (await ready()).status === 'ready');
  expect((await health()).audit).toMatchObject({ state: 'writing', written: 4, waiting: 0, lost: 0 });
  running.process.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});
