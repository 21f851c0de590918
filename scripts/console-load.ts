/**
 * `npm run console-load [-- --seconds 60 --calls 1000]`: a gateway under a thousand calls a second, with the console open in a
 * real Chromium and without, in turns: what the page's main thread does, what a call costs the gateway, and what both keep.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { FloodedGateway } from '../test/console/flood.ts';
import { CHROMIUM_ADVICE, chromiumPath } from './chromium.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, calls: { type: 'string', default: '1000' } },
});
/** One turn with the page, one without. */
const TURN_MS = 10_000;
/** Before a turn counts: the page loads. */
const SETTLE_MS = 2_000;
/** The gateway warms up. */
const WARM_MS = 15_000;
const VIEWS = ['#/overview', '#/sessions', '#/session'];

const executablePath = chromiumPath();
if (executablePath === undefined) throw new Error(CHROMIUM_ADVICE);
const gateway = await FloodedGateway.start();
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
});
try {
  const page = await browser.newPage();
  await page.addInitScript(watchTasks);
  await page.goto(gateway.console);
  await page.getByRole('navigation').first().waitFor();
  gateway.begin(Number(values.calls));
  await wait(WARM_MS);
  const turns = Math.max(1, Math.round((Number(values.seconds) * 1_000) / TURN_MS));
  const open: number[] = [];
  const closed: number[] = [];
  const memory: string[] = [];
  let longest = 0;
  for (let turn = 0; turn < turns; turn++) {
    const view = VIEWS[turn % VIEWS.length] ?? '';
    const without = async () => {
      await page.goto('about:blank');
      closed.push(await costOf());
    };
    // Each comes first in turn: a gateway gets quicker while it runs.
    if (turn % 2 === 0) await without();
    await show(page, view);
    open.push(await costOf());
    const { tasks, heap } = await seen(page);
    if (turn % 2 === 1) await without();
    longest = Math.max(longest, ...tasks);
    memory.push(`${view} page ${mib(heap)}, gateway ${mib(gateway.memoryBytes)}`);
    console.log(
      `${view.padEnd(12)} call ${closed.at(-1)?.toFixed(1)} µs closed, ${open.at(-1)?.toFixed(1)} µs open; tasks over 50 ms: ${tasks.map((ms) => ms.toFixed(0)).join(', ') || 'none'}`,
    );
  }
  const ratio = median(open.map((cost, at) => cost / (closed[at] ?? cost)));
  console.log(`\nCPU of the gateway per call, open beside closed: ${ratio.toFixed(3)} (at most 1.05)`);
  console.log(`longest task of the page: ${longest.toFixed(0)} ms (at most 100)`);
  console.log(memory.join('\n'));
  console.log(`${gateway.answered} calls answered, ${gateway.failed} failed`);
  process.exitCode = longest > 100 || gateway.failed > 0 ? 1 : 0;
} finally {
  await browser.close();
  await gateway.close();
}

/** CPU of the gateway for each call of a turn, in µs. */
async function costOf(): Promise<number> {
  await wait(SETTLE_MS);
  const [cpu, calls] = [gateway.cpuMs, gateway.answered];
  await wait(TURN_MS);
  return ((gateway.cpuMs - cpu) * 1_000) / Math.max(1, gateway.answered - calls);
}

async function show(page: Page, view: string): Promise<void> {
  await page.goto(gateway.console.replace(/#.*$/, '') + (view === '#/session' ? '#/sessions' : view));
  await page.getByRole('navigation').first().waitFor();
  if (view !== '#/session') return;
  // The first session of the list: its timeline.
  await page.locator('a[href^="#/sessions/"]').first().click();
}

interface Watched {
  readonly longTasks: number[];
}

function watchTasks(): void {
  const tasks: number[] = [];
  (globalThis as unknown as { longTasks: number[] }).longTasks = tasks;
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) if (startTime > 2_000) tasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
}

async function seen(page: Page): Promise<{ tasks: number[]; heap: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const tasks = await page.evaluate(() => (globalThis as unknown as Watched).longTasks);
  return { tasks, heap: usedSize };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function mib(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
