/**
 * The console in a real Chromium, signed in, as an operator has it.
 *
 *   const desk = await startDesk();
 *   const { page } = await desk.open('#/servers', { width: 360, colorScheme: 'dark' });
 *   await axe(page);
 *
 * Whatever a page complains of, what its policy refused, and every request to another host fails the test in which it was.
 * One gateway and one browser for a file; they are gone after its last test.
 */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { afterFile, afterTest } from '../../support/endings.ts';
import { type Chromium, startChromium } from '../../support/chromium.ts';
import { ADMIN_KEY, ConsoleGateway, type ConsoleGatewayOptions } from './gateway.ts';

export interface OpenOptions {
  /** Default: 1280. */
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce';
  /** Complaints of the browser that belong to the test, like those of a request that is refused on purpose. */
  readonly expects?: readonly RegExp[];
  /** As somebody who is not signed in. */
  readonly isStranger?: boolean;
}

export interface Opened {
  readonly page: Page;
  /** The addresses of everything that was asked for. */
  readonly urls: readonly string[];
  /** Those of which the head of an answer is there. */
  readonly answered: readonly string[];
  /** What the browser complained of and the test did not expect. */
  readonly complaints: readonly string[];
}

const desks = new Set<Desk<DeskGateway>>();
afterTest(() => {
  for (const desk of desks) desk.judge();
});
afterFile(async () => {
  await Promise.all([...desks].map((desk) => desk.close()));
  desks.clear();
});

export function startDesk(options: ConsoleGatewayOptions = {}): Promise<Desk> {
  return startDeskAt(ConsoleGateway.start(options));
}

/** The same at another gateway, whose admin key is that of the tests. */
export async function startDeskAt<Gateway extends DeskGateway>(
  starting: Promise<Gateway>,
): Promise<Desk<Gateway>> {
  const [chromium, gateway] = await Promise.all([startChromium(), starting]);
  const desk = new Desk(chromium, gateway);
  desks.add(desk);
  return desk;
}

/** What serves the page. */
export interface DeskGateway {
  /** The origin. */
  readonly url: string;
  stop(): Promise<void>;
}

export class Desk<Gateway extends DeskGateway = ConsoleGateway> {
  readonly #chromium: Chromium;
  readonly #pages: Page[] = [];
  readonly #complaints: string[] = [];
  gateway: Gateway;

  constructor(chromium: Chromium, gateway: Gateway) {
    this.#chromium = chromium;
    this.gateway = gateway;
  }

  /** @param hash of the page, like `#/servers` */
  async open(hash = '#/overview', options: OpenOptions = {}): Promise<Opened> {
    const { width = 1280, height = 800, colorScheme = 'light', reducedMotion, expects = [] } = options;
    const page = await this.#chromium.blank({
      viewport: { width, height },
      colorScheme,
      permissions: ['clipboard-read', 'clipboard-write'],
      ...(reducedMotion ? { reducedMotion } : {}),
    });
    this.#pages.push(page);
    const opened: Opened = { page, urls: [], answered: [], complaints: [] };
    await this.#watch(opened, expects);
    if (options.isStranger !== true) await this.#signIn(page);
    await page.goto(`${this.gateway.url}/console/${hash}`);
    if (options.isStranger !== true) await page.locator('main h1').waitFor();
    return opened;
  }

  /** As the page does it with a key; the way by the address is a test of its own. */
  async #signIn(page: Page): Promise<void> {
    const answer = await page.request.post(`${this.gateway.url}/admin/api/login`, {
      data: { key: ADMIN_KEY },
      headers: { origin: this.gateway.url },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }

  async #watch({ page, urls, answered, complaints }: Opened, expects: readonly RegExp[]): Promise<void> {
    const complain = (what: string) => {
      if (expects.some((expected) => expected.test(what))) return;
      (complaints as string[]).push(what);
      this.#complaints.push(what);
    };
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complain(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complain(`thrown: ${error.stack ?? error.message}`));
    page.on('response', (response) => void (answered as string[]).push(response.url()));
    page.on('request', (request) => {
      const url = request.url();
      (urls as string[]).push(url);
      if (!url.startsWith(`${this.gateway.url}/`)) complain(`a request to another host: ${url}`);
    });
    await page.exposeFunction('complain', complain);
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const { complain } = globalThis as unknown as { complain(what: string): void };
        complain(
          `policy: ${event.violatedDirective} kept ${event.blockedURI} out, ${event.sourceFile ?? ''}`,
        );
      });
    });
  }

  /** @throws AssertionError with whatever the browser complained of since it was asked last; closes the pages of the test */
  judge(): void {
    const told = this.#complaints.splice(0);
    for (const page of this.#pages.splice(0)) void page.close().catch(() => undefined);
    expect(told, 'complaints of the browser').toEqual([]);
  }

  async close(): Promise<void> {
    await this.gateway.stop();
  }
}
