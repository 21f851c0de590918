/** What holds for every page. */
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAGES } from '../../src/console/app/pages.ts';
import { axe, fits } from './support/axe.ts';
import { type Desk, startDesk } from './support/console.ts';
import { callTools } from './support/calls.ts';

const BUDGET_BYTES = 250_000;

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk({ config: { audit: { enabled: true } } });
  await callTools(desk.gateway);
});

describe('every page', () => {
  it.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 360 },
  ] as const)('[CONSOLE-AXE] [CONSOLE-PHONE] [CONSOLE-ITSELF] in $colorScheme at $width px', async (look) => {
    const { page, urls } = await desk.open('#/overview', look);
    for (const { title } of PAGES) {
      if (look.width < 768) await page.getByRole('button', { name: 'Menu' }).click();
      const pages = page.getByRole('navigation', { name: 'Pages' });
      await pages.getByRole('link', { name: title, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
      await axe(page);
      await fits(page);
    }
    expect(urls.filter((url) => !url.startsWith(desk.gateway.url))).toEqual([]);
  });

  it('[CONSOLE-SIZE] is small: the overview, as it is sent', async () => {
    const { page } = await desk.open('#/settings');
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (!response.url().includes('/console/')) return;
      sizes.push(
        response.body().then(
          (body) => gzipSync(body).length,
          () => 0,
        ),
      );
    });
    await page.goto(`${desk.gateway.url}/console/?fresh#/overview`);
    await page.locator('.uplot canvas').first().waitFor();
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    console.log(`The console takes ${Math.round(total / 1_000)} KB, gzipped, until the overview is there.`);
    expect(sizes.length).toBeGreaterThan(3);
    expect(total).toBeLessThan(BUDGET_BYTES);
  });
});
