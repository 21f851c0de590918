/** A page that is open while a thousand messages a second pass. `CONSOLE_SECONDS=60` looks for as long. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Desk, startDesk } from './support/console.ts';
import { Flood } from './support/flood.ts';

/** Each call is seen four times: from and to the client, to and from the server. */
const CALLS_A_SECOND = 250;
const SECONDS = Number(process.env['CONSOLE_SECONDS'] ?? 1.5);
const isLong = process.env['CONSOLE_SECONDS'] !== undefined;
const MOST_BLOCKED_MS = 100;

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk({ env: { LOG_LEVEL: 'debug' } });
});

describe('a flood', () => {
  it.each(['#/overview', '#/logs'])('[DESK-SMOOTH] does not block the page %s', async (hash) => {
    const { page } = await desk.open(hash);
    await page.getByText('Live', { exact: true }).first().waitFor();
    const flood = await Flood.start(desk.gateway, CALLS_A_SECOND);
    // For as long as a minute by the clock, on a machine that has nothing else to do.
    const longest = await (isLong ? longestTask : hardestTask)(page, SECONDS * 1_000);
    const calls = await flood.stop();
    if (isLong) console.log(`${hash}: longest task ${longest} ms; ${Math.round(calls.perSecond)} calls/s`);
    expect(calls.failed).toBe(0);
    expect(longest, 'ms for which nothing else could be done').toBeLessThan(MOST_BLOCKED_MS);
    // It is still used as before.
    await page.getByRole('link', { name: 'Servers', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor();
  });
});

/** The longest task of the page within the time; 0 where none took 50 ms. */
function longestTask(page: Page, ms: number): Promise<number> {
  return page.evaluate(
    (ms) =>
      new Promise<number>((resolve) => {
        let longest = 0;
        const observer = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
        });
        observer.observe({ type: 'longtask' });
        setTimeout(() => {
          observer.disconnect();
          resolve(longest);
        }, ms);
      }),
    ms,
  );
}

/**
 * The task of the page that took the processor for longest, as Chromium traces it: the same however much else the machine
 * has to do.
 */
async function hardestTask(page: Page, ms: number): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser.');
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), ms);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as Trace;
  const mains = new Set(traceEvents.filter(({ args }) => args?.name === 'CrRendererMain').map(threadOf));
  const tasks = traceEvents.filter((event) => mains.has(threadOf(event)) && event.tdur !== undefined);
  expect(tasks.length, 'tasks that were traced').toBeGreaterThan(10);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000;
}

interface Trace {
  readonly traceEvents: readonly TraceEvent[];
}

interface TraceEvent {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  /** Of the processor, in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
