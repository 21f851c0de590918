/**
 * Pictures of every page of the console, in light and dark, into `docs/images`: of a gateway as it is built, with real servers
 * and real calls. `npm run build && npm run screenshots`; it takes three minutes, as charts need
 * something to show. Words after `--` name the pictures to take.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Client, SSEClientTransport } from '@modelcontextprotocol/client';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startAareStandIn } from '../test/fixtures/aare/api.ts';
import { ADMIN_KEY, configOf, ConsoleGateway } from '../test/console/support/gateway.ts';
import { Cluster } from '../test/support/cluster.ts';
import { connectTo, traffic } from '../test/console/support/calls.ts';
import { connect } from '../test/console/support/traffic.ts';
import { CHROMIUM_ADVICE, chromiumPath } from './chromium.ts';

const FOLDER = join(import.meta.dirname, '../docs/images');
/** Names of pictures to take; none: all. */
const ONLY = process.argv.slice(2);
const BEFORE_MS = ONLY.length === 0 ? 80_000 : 5_000;
/** It goes on while pictures are taken. */
const TRAFFIC_MS = BEFORE_MS + (ONLY.length === 0 ? 60_000 : 20_000);
const SIZE = { width: 1280, height: 800 };
/** Until what fades in is there. */
const SETTLE_MS = 700;

interface Shot {
  readonly name: string;
  readonly hash: string;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>;
  readonly size?: { readonly width: number; readonly height: number };
  /** Of the cluster. */
  readonly isOfNodes?: boolean;
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
  {
    name: 'timeline',
    hash: '#/sessions',
    act: async (page) => {
      const peer = await connect(gateway.mcp('fixture'), 'travel-assistant', headers);
      await page.goto(`${gateway.url}/console/#/sessions/${peer.session}`);
      const messages = page.getByRole('listbox', { name: 'Messages' });
      await messages.getByRole('option').first().waitFor();
      await peer.call('progress', { steps: 3 });
      await peer.call('test_elicitation', { message: 'Who travels?' });
      await peer.call('error', { message: 'No train goes tonight.' });
      await messages.getByRole('option').filter({ hasText: 'elicitation/create' }).first().click();
      await messages.evaluate((list) => list.scrollIntoView({ block: 'end' }));
    },
    size: { width: 1280, height: 900 },
  },
  {
    name: 'playground',
    hash: '#/playground/everything',
    act: async (page) => {
      // The server tells of its tools more than once while it begins.
      await after(1_500);
      await page.getByText('Get Structured Content Tool').first().click();
      await page.getByLabel(/location/).selectOption({ index: 1 });
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('heading', { name: 'Result' }).waitFor();
    },
  },
  { name: 'logs', hash: '#/logs' },
  { name: 'audit', hash: '#/audit' },
  { name: 'keys', hash: '#/keys' },
  { name: 'settings', hash: '#/settings?find=limits' },
  { name: 'api-reference', hash: '#/reference' },
  {
    name: 'nodes',
    hash: '#/overview',
    act: (page) => page.getByRole('combobox', { name: 'Node', exact: true }).selectOption(nodes.node(1).url),
    isOfNodes: true,
  },
  { name: 'phone', hash: '#/overview', size: { width: 360, height: 740 } },
];

/** With which clients call. */
const headers: Record<string, string> = {};

const executablePath = chromiumPath();
if (executablePath === undefined) throw new Error(CHROMIUM_ADVICE);
mkdirSync(FOLDER, { recursive: true });
const gateway = await ConsoleGateway.start({
  config: { audit: { enabled: true, arguments: 'full' } },
  servers: {
    weather: { url: 'http://127.0.0.1:9/mcp', description: 'Forecasts, from a server that is away.' },
  },
});
const standIn = await startAareStandIn();
const nodes = await Cluster.start({ config: configOf(standIn.url), nodes: 3 });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  headers['authorization'] = `Bearer ${await makeKeys()}`;
  await connectTo(gateway, 'weather', headers).catch(() => undefined);
  const older = new Client({ name: 'older-client', version: '2.1.0' });
  await older.connect(new SSEClientTransport(new URL(gateway.sse('aare')), { requestInit: { headers } }));
  const ended = Promise.all([
    traffic(gateway, TRAFFIC_MS, headers),
    ...nodes.nodes.map((node) => traffic(atNode(node.url), TRAFFIC_MS)),
  ]);
  await after(BEFORE_MS);
  for (const colorScheme of ['light', 'dark'] as const) await take(browser, colorScheme);
  await ended;
  await older.close();
} finally {
  await browser.close();
  await gateway.stop();
  await nodes.stop();
  await standIn.close();
}

function atNode(url: string) {
  return { mcp: (server: string) => `${url}/servers/${server}/mcp` };
}

async function take(from: Browser, colorScheme: 'light' | 'dark'): Promise<void> {
  const context = await from.newContext({ colorScheme });
  for (const origin of [gateway.url, nodes.node(0).url])
    await context.request.post(`${origin}/admin/api/login`, {
      data: { key: ADMIN_KEY },
      headers: { origin },
    });
  for (const { name, hash, act, size = SIZE, isOfNodes = false } of SHOTS) {
    if (ONLY.length > 0 && !ONLY.includes(name)) continue;
    const page = await context.newPage();
    page.setDefaultTimeout(5_000);
    await page.setViewportSize(size);
    await page.goto(`${isOfNodes ? nodes.node(0).url : gateway.url}/console/${hash}`);
    await page.locator('main h1').waitFor();
    // A picture that shows less is better than none.
    await act?.(page).catch((error: unknown) => console.warn(`${name}: ${String(error).split('\n')[0]}`));
    await after(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
    await page.close();
    console.log(`${name}-${colorScheme}.png`);
  }
  await context.close();
}

/** One that is used, one that ends, one that is revoked. @returns the first */
async function makeKeys(): Promise<string> {
  const keys: string[] = [];
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
  const api = `${gateway.url}/admin/api/keys`;
  for (const body of [
    { name: 'laptop' },
    { name: 'ci', readOnly: true, expiresInDays: 30 },
    { name: 'old' },
  ]) {
    const made = await fetch(api, { method: 'POST', headers, body: JSON.stringify(body) });
    const { key, entry } = (await made.json()) as { key: string; entry: { id: string } };
    keys.push(key);
    if (body.name === 'old') await fetch(`${api}/${entry.id}`, { method: 'DELETE', headers });
  }
  return keys[0] ?? '';
}
