/**
 * A real Chromium with pages that use the built `sluice/browser`, as users have it.
 *
 *   const browser = await startChromium();
 *   const tab = await browser.tab();
 *   await tab.connect({ url: gateway.mcp() });
 *   await tab.request('ping');
 *
 * What a test opened is closed after the last test of the file.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterFile } from './endings.ts';
import { CHROMIUM_ADVICE, chromiumPath } from '../../scripts/chromium.ts';
import { servePages } from '../../examples/pages/serve.ts';
import type { ConnectOptions, Link, LinkState, WireEvent } from '../../src/browser.ts';
// First, so that its check for processes that are left runs after the browser is gone.
import { leftovers } from './gateway.ts';
import { eventually } from './raw.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Names for origins that are not of this machine.
  '--host-resolver-rules=MAP *.example 127.0.0.1',
];

/** Of a machine that does other things besides; to start a server for a session takes it seconds. */
const PATIENCE_MS = 20_000;

const opened: Chromium[] = [];
afterFile(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

export async function startChromium(): Promise<Chromium> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(CHROMIUM_ADVICE);
  const [browser, pages] = await Promise.all([
    chromium.launch({ executablePath, args: FLAGS }),
    servePages(0),
  ]);
  const started = new Chromium(browser, pages);
  opened.push(started);
  return started;
}

export class Chromium {
  readonly #browser: Browser;
  readonly #pages: Server;

  constructor(browser: Browser, pages: Server) {
    this.#browser = browser;
    this.#pages = pages;
  }

  /** The address of a page, by the host under which the browser calls it. */
  page(path: string, host = '127.0.0.1'): string {
    return `http://${host}:${(this.#pages.address() as AddressInfo).port}${path}`;
  }

  /** A page of its own, with nothing shared, that shows nothing yet. */
  async blank(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.#browser.newPage(options);
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  /** The same that shows what is at this address. */
  async open(url: string): Promise<Page> {
    const page = await this.blank();
    await page.goto(url);
    return page;
  }

  /** A page with the client loaded. @param host of the page's origin */
  async tab(host?: string): Promise<Tab> {
    const page = await this.open(this.page('/page.css', host));
    const content = `import * as sluice from '/sluice/browser.js'; globalThis.sluice = sluice;`;
    await page.addScriptTag({ type: 'module', content });
    await page.waitForFunction(() => 'sluice' in globalThis);
    return new Tab(page);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await eventually('no process of Chromium is left', () => !leftovers().some(isChromium));
    this.#pages.close();
    this.#pages.closeAllConnections();
    await once(this.#pages, 'close');
  }
}

/** One that is about to end has no command any more. */
function isChromium({ command }: { command: string }): boolean {
  return command === '' || command.includes('chrom');
}

/** How a request of a page ended. */
export type Outcome = { readonly value: unknown } | { readonly error: Failure };

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
}

type Serialisable = Pick<ConnectOptions, 'dialect' | 'via' | 'reconnect'> & {
  readonly url: string;
  readonly headers?: Record<string, string>;
};

/** What the page keeps of its link. */
interface Kept {
  readonly link: Link;
  readonly states: [LinkState, string | undefined][];
  readonly events: WireEvent[];
  readonly told: [string, unknown][];
}

interface InPage {
  readonly sluice: { connect(options: ConnectOptions): Link };
  kept: Kept;
}

export class Tab {
  readonly page: Page;
  /** The addresses of everything the page asked for. */
  readonly urls: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('request', (request) => void this.urls.push(request.url()));
  }

  async connect(options: Serialisable): Promise<void> {
    this.urls.length = 0;
    await this.page.evaluate((given) => {
      const page = globalThis as unknown as InPage;
      const kept = { states: [], events: [], told: [] } as unknown as Kept;
      const link = page.sluice.connect({
        ...given,
        onState: (state, reason) => void kept.states.push([state, reason?.code]),
        onEvent: (event) => void kept.events.push(event),
        onNotification: (method, params) => void kept.told.push([method, params]),
      });
      page.kept = { ...kept, link };
    }, options);
  }

  request(method: string, params?: Record<string, unknown>): Promise<Outcome> {
    return this.page.evaluate(
      ([name, given]) =>
        (globalThis as unknown as InPage).kept.link.request(name, given).then(
          (value) => ({ value }),
          (error: Failure) => ({ error: { code: error.code, message: error.message, status: error.status } }),
        ) as Promise<Outcome>,
      [method, params] as const,
    );
  }

  /** The text a tool answers. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const outcome = await this.request('tools/call', { name, arguments: args });
    if ('error' in outcome) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
    return (outcome.value as { content: { text: string }[] }).content[0]?.text ?? '';
  }

  state(): Promise<LinkState> {
    return this.page.evaluate(() => (globalThis as unknown as InPage).kept.link.state);
  }

  states(): Promise<Kept['states']> {
    return this.page.evaluate(() => (globalThis as unknown as InPage).kept.states);
  }

  events(): Promise<WireEvent[]> {
    return this.page.evaluate(() => (globalThis as unknown as InPage).kept.events);
  }

  /** What the server told, by the name of the notification. */
  async told(method: string): Promise<unknown[]> {
    const told = await this.page.evaluate(() => (globalThis as unknown as InPage).kept.told);
    return told.filter(([name]) => name === method).map(([, params]) => params);
  }

  until(state: LinkState): Promise<void> {
    return eventually(`the link is ${state}`, async () => (await this.state()) === state);
  }

  async close(): Promise<void> {
    await this.page.evaluate(() => (globalThis as unknown as InPage).kept.link.close());
  }
}
