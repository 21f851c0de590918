/** However the gateway ends, no process that it started, or that one of those started, is left. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually } from '../support/raw.ts';
import { Workplace } from '../unit/cli/sluice.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/server/stdio.ts', import.meta.url));

let place: Workplace;

beforeAll(async () => {
  const fixture = { command: process.execPath, args: [FIXTURE] };
  // Minds neither the end of its input nor SIGTERM.
  const stubborn = { ...fixture, env: { FIXTURE_STUBBORN: '1' } };
  place = await Workplace.make({ mcpServers: { fixture, stubborn } });
});

afterAll(() => place.clear());

it.each([
  ['[STDIO-SIGTERM] after SIGTERM', 'SIGTERM', 0],
  ['[STDIO-WATCHDOG] after SIGKILL', 'SIGKILL', 'SIGKILL'],
] as const)('%s no child and no grandchild is left', async (_title, signal, code) => {
  const running = place.start(['serve', '--port', '0', '--json']);
  const said = await running.says(/"url":"([^"]+)"/);
  const url = /"url":"([^"]+)"/.exec(said)?.[1] ?? '';
  const pids: number[] = [];
  for (const name of ['fixture', 'stubborn']) {
    const client = await SseClient.open(`${url}/servers/${name}/sse`);
    for (const tool of ['whoami', 'spawn_grandchild']) {
      pids.push((JSON.parse(textOf(await client.ask(toolCall(tool, tool)))) as { pid: number }).pid);
    }
  }
  expect(pids.filter(isAlive)).toHaveLength(4);
  running.process.kill(signal);
  expect((await running.ended).code).toBe(code);
  await eventually('no process is left', () => !pids.some(isAlive));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
