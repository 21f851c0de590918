/** The console of a cluster: which node it looks at. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { Cluster } from '../support/cluster.ts';
import { axe, fits } from './support/axe.ts';
import { type Desk, type DeskGateway, startDeskAt } from './support/console.ts';
import { ADMIN_KEY } from './support/gateway.ts';
import { pressOn, tabTo } from './support/keyboard.ts';
import { connect } from './support/traffic.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/server/stdio.ts');
const CONFIG = { mcpServers: { fixture: { command: process.execPath, args: [FIXTURE] } } };
/** What the browser says of each answer that is no success: that of a node that is away. */
const AWAY = /status of (?:404|50[234])|ERR_INCOMPLETE_CHUNKED/;

/** On a busy machine. */
const PATIENT = { timeout: 60_000 };

interface Served extends DeskGateway {
  readonly cluster: Cluster;
}

let desk: Desk<Served>;
beforeAll(async () => {
  desk = await startDeskAt(serve());
});

/** Two nodes; the page comes from the first. */
async function serve(): Promise<Served> {
  const cluster = await Cluster.start({ config: CONFIG, nodes: 2, env: { ADMIN_KEY } });
  return { cluster, url: cluster.node(0).url, stop: () => cluster.stop() };
}

const other = () => desk.gateway.cluster.node(1);
const hostOf = ({ url }: { url: string }) => new URL(url).host;
const mcpOf = ({ url }: { url: string }) => `${url}/servers/fixture/mcp`;
const picker = (page: Page) => page.getByRole('combobox', { name: 'Node', exact: true });
const atOther = (page: string) => `#/${page}?node=${encodeURIComponent(other().url)}`;
const addressOf = (page: Page) => page.evaluate(() => location.hash);

it(
  '[PICKER-CHOOSE] [PICKER-LINK] [PICKER-LIVE] looks at the node that is chosen, and at no other',
  PATIENT,
  async () => {
    const own = await connect(mcpOf(desk.gateway), 'own-client');
    const far = await connect(mcpOf(other()), 'far-client');
    const { page } = await desk.open('#/sessions?state=open');
    await page.getByText('own-client').waitFor();
    expect(await page.getByText('far-client').count()).toBe(0);
    await tabTo(page, 'combobox', 'Node');
    await expect
      .poll(() => picker(page).locator('option').allTextContents(), { timeout: 20_000 })
      .toEqual([`${hostOf(desk.gateway)} (this node): up`, `${hostOf(other())}: up`]);
    await page.keyboard.press('ArrowDown');
    await page.getByText('far-client').waitFor();
    expect(await page.getByText('own-client').count()).toBe(0);
    expect(await addressOf(page)).toContain('state=open');
    await axe(page);

    // What happens there, and what is done there.
    const late = await connect(mcpOf(other()), 'late-client');
    await page.locator('main tr', { hasText: 'late-client' }).waitFor();
    await page.getByRole('button', { name: `Close session ${late.session}` }).click();
    await page.getByRole('button', { name: 'Close the session' }).click();
    await page.locator('main tr', { hasText: 'late-client' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: far.session }).click();
    await far.call('add', { a: 1, b: 2 });
    await page.getByRole('option').filter({ hasText: 'tools/call' }).first().waitFor();

    // The address alone leads there; the first window stays where it is.
    const { page: second } = await desk.open(await addressOf(page), { width: 360, colorScheme: 'dark' });
    await second.getByRole('option').filter({ hasText: 'tools/call' }).first().waitFor();
    expect(await second.title()).toContain(hostOf(other()));
    await axe(second);
    await fits(second);
    await second.keyboard.press('Control+k');
    await second.getByRole('combobox').last().fill('node this');
    await second.getByRole('option', { name: /\(this node\), up/ }).waitFor();
    await second.keyboard.press('Enter');
    await second.getByRole('link', { name: own.session }).waitFor();
    expect(await addressOf(second)).not.toContain('node=');
    await pressOn(page, 'link', 'Servers');
    await page.getByRole('article', { name: 'Server fixture' }).waitFor();
    expect(await addressOf(page)).toBe(atOther('servers'));
  },
);

it('[PICKER-LIST] [PICKER-LOCAL] lists the nodes, and says what is of this one alone', PATIENT, async () => {
  const { page } = await desk.open('#/overview');
  const peer = await connect(mcpOf(other()));
  const row = page
    .getByRole('table', { name: 'Nodes' })
    .getByRole('row')
    .filter({ hasText: hostOf(other()) });
  await row.getByText('up', { exact: true }).waitFor();
  await expect
    .poll(
      async () => {
        await peer.call('add', { a: 1, b: 2 });
        return row.getByRole('cell').allTextContents();
      },
      { timeout: 20_000 },
    )
    .toEqual([hostOf(other()), 'up', expect.stringMatching(/^[1-9]/), expect.stringMatching(/^(?!0$)\d/)]);
  await row.getByRole('link').click();
  await page.getByText(`at ${other().url}`).waitFor();
  await row.getByText('shown').waitFor();
  await axe(page);
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.getByRole('note').getByText(hostOf(other())).waitFor();
  await axe(page);
  await page.getByRole('link', { name: 'Choose this node' }).click();
  await page.getByRole('note').waitFor({ state: 'detached' });
  expect(await addressOf(page)).toBe('#/keys');
});

it(
  '[PICKER-GONE] [PICKER-CHOOSE] says that the node is gone, keeps what it had, and offers this one',
  PATIENT,
  async () => {
    const { cluster } = desk.gateway;
    const { page } = await desk.open(atOther('servers'), { expects: [AWAY] });
    const card = page.getByRole('article', { name: 'Server fixture' });
    await card.waitFor();
    await cluster.kill(1);
    await page
      .getByText(/^(?:There is no node|Node) .* What you see may be old\.$/)
      .waitFor({ timeout: 20_000 });
    await picker(page)
      .getByText(`${hostOf(other())}: gone`)
      .waitFor({ timeout: 20_000, state: 'attached' });
    expect(await card.count()).toBe(1);
    await axe(page);
    await page.getByRole('link', { name: 'Go to this node' }).click();
    await card.waitFor();
    await picker(page).waitFor({ state: 'detached', timeout: 20_000 });
    expect(await addressOf(page)).toBe('#/servers');

    await page.goBack();
    await page.getByRole('link', { name: 'Go to this node' }).waitFor();
    // Nothing of this node is shown as if it were of that one.
    expect(await card.count()).toBe(0);
    await cluster.start(1);
    await page.getByText('Connected again.').waitFor({ timeout: 20_000 });
    await card.waitFor();
  },
);
