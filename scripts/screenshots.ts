/**
 * Pictures of every page of the console, in light and dark, into `docs/images`: of a gateway as it is built, with real servers
 * and real calls. `npm run build && npm run screenshots`; it takes two minutes, as charts need something to show.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ADMIN_KEY, ConsoleGateway } from '../test/console/support/gateway.ts';
import { connectTo, traffic } from '../test/console/support/calls.ts';
import { CHROMIUM_ADVICE, chromiumPath } from './chromium.ts';

const FOLDER = join(import.meta.dirname, '../docs/images');
const TRAFFIC_MS = 100_000;
const SIZE = { width: 1280, height: 800 };
/** Until what fades in is there. */
const SETTLE_MS = 700;

interface Shot {
  readonly name: string;
  readonly hash: string;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>;
  readonly size?: { readonly width: number; readonly height: number };
}

const SHOTS: readonly Shot[] = [
  {
    name: 'overview',
    hash: '#/overview',
    act: (page) => page.getByLabel('Time shown').selectOption('2 minutes'),
    size: { width: 1280, height: 1240 },
  },
  { name: 'servers', hash: '#/servers' },
  {
    name: 'set-up',
    hash: '#/servers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Connect a client' }).first().click();
      await page.getByRole('tab', { name: 'VS Code' }).click();
    },
  },
  { name: 'sessions', hash: '#/sessions' },
  { name: 'playground', hash: '#/playground/everything' },
  { name: 'logs', hash: '#/logs' },
  { name: 'audit', hash: '#/audit' },
  { name: 'keys', hash: '#/keys' },
  { name: 'settings', hash: '#/settings?only=set' },
  { name: 'api-reference', hash: '#/reference' },
  { name: 'phone', hash: '#/overview', size: { width: 360, height: 740 } },
];

const executablePath = chromiumPath();
if (executablePath === undefined) throw new Error(CHROMIUM_ADVICE);
mkdirSync(FOLDER, { recursive: true });
const gateway = await ConsoleGateway.start({
  config: { audit: { enabled: true, arguments: 'full' } },
  servers: {
    weather: { url: 'http://127.0.0.1:9/mcp', description: 'Forecasts, from a server that is away.' },
  },
});
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  await makeKeys();
  await connectTo(gateway, 'weather').catch(() => undefined);
  const ended = traffic(gateway, TRAFFIC_MS);
  await after(TRAFFIC_MS - 15_000);
  for (const colorScheme of ['light', 'dark'] as const) await take(browser, colorScheme);
  await ended;
} finally {
  await browser.close();
  await gateway.stop();
}

async function take(from: Browser, colorScheme: 'light' | 'dark'): Promise<void> {
  for (const { name, hash, act, size = SIZE } of SHOTS) {
    const page = await from.newPage({ viewport: size, colorScheme });
    await page.request.post(`${gateway.url}/admin/api/login`, {
      data: { key: ADMIN_KEY },
      headers: { origin: gateway.url },
    });
    await page.goto(`${gateway.url}/console/${hash}`);
    await page.locator('main h1').waitFor();
    await act?.(page);
    await after(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
    await page.close();
    console.log(`${name}-${colorScheme}.png`);
  }
}

/** One that is used, one that ends, one that is revoked. */
async function makeKeys(): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
  const api = `${gateway.url}/admin/api/keys`;
  for (const body of [
    { name: 'laptop' },
    { name: 'ci', readOnly: true, expiresInDays: 30 },
    { name: 'old' },
  ]) {
    const made = await fetch(api, { method: 'POST', headers, body: JSON.stringify(body) });
    const { entry } = (await made.json()) as { entry: { id: string } };
    if (body.name === 'old') await fetch(`${api}/${entry.id}`, { method: 'DELETE', headers });
  }
}
