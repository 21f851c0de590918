/** Requests that offer another protocol, on a Node that hands over every upgrade. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serveWithout } from '../../../src/edges/node/other-upgrades.ts';
import { Wire } from '../../support/raw.ts';

let server: Server;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(): Promise<number> {
  server = createServer({ shouldUpgradeCallback: () => true }, (request, response) => {
    let body = '';
    request.setEncoding('latin1');
    request.on('data', (text: string) => (body += text));
    request.on('end', () =>
      response.end(JSON.stringify([request.method, request.url, request.headers, request.rawHeaders, body])),
    );
  });
  server.on('upgrade', (message, socket, head) => serveWithout(server, message, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const HEAD =
  'POST /mcp?a=b HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\nX-Odd: \xe9 a\r\n';

describe('[WS-OTHERS] an offer to speak another protocol', () => {
  it('is passed over: the request is served whole, and so is the next', async () => {
    const wire = await Wire.open(await serve());
    wire.write(Buffer.from(`${HEAD}Content-Length: 5\r\n\r\nhe`, 'latin1'));
    wire.write('llo');
    const first = await wire.until(/\]$/);
    expect(first).toContain('"POST","/mcp?a=b"');
    expect(first).toContain('"Ã© a"');
    expect(first).not.toMatch(/upgrade|h2c|settings/i);
    expect(first).toMatch(/,"hello"\]$/);
    wire.write('GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await wire.until(/"GET","\/next".*\]$/s);
    wire.destroy();
  });

  it('is passed over where the body comes in chunks', async () => {
    const wire = await Wire.open(await serve());
    wire.write(Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`, 'latin1'));
    wire.write('2\r\nde\r\n0\r\n\r\n');
    expect(await wire.until(/\]\r\n0\r\n\r\n$|\]$/)).toMatch(/,"abcde"\]/);
    wire.destroy();
  });
});
