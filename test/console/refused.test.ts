/** The console behind a proxy that the gateway was not told of. */
import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Chromium, startChromium } from '../support/chromium.ts';
import { ConsoleGateway } from './support/gateway.ts';

let chromium: Chromium;
let gateway: ConsoleGateway;
let proxy: Server;
beforeAll(async () => {
  [chromium, gateway] = await Promise.all([startChromium(), ConsoleGateway.start()]);
  // Calls the gateway by the gateway's own name, as many do when nobody tells them otherwise.
  proxy = createServer((asked, answer) => {
    const headers = { ...asked.headers, host: new URL(gateway.url).host };
    request(new URL(asked.url ?? '/', gateway.url), { method: asked.method ?? 'GET', headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    }).end();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await Promise.all([chromium.close(), gateway.stop()]);
});

it('[CONSOLE-REFUSED] says what to set where its parts are refused, and nothing of it where they are not', async () => {
  const page = await chromium.blank({});
  const { port } = proxy.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/console/`);
  await page.getByText('Set publicUrl of the gateway').waitFor();
  await page.goto(`${gateway.url}/console/`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(await page.getByText('publicUrl').count()).toBe(0);
});
