/** Request targets and expectations, as they come over the wire. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, inprocess, type Listening } from '../../../src/node.ts';

const gateway = createGateway({ servers: { h: inprocess({ name: 'h', handler: {} }) } });
let listening: Listening;
beforeAll(async () => {
  listening = await gateway.listen(0);
});
afterAll(async () => {
  await gateway.close();
  await listening.close();
});

async function ask(head: string): Promise<string> {
  const socket = connect(listening.port, '127.0.0.1');
  socket.end(`${head}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'close');
  return text;
}

describe('over the wire', () => {
  it.each(['http://localhost/healthz', 'HTTP://localhost:80/healthz?x=1', '/healthz'])(
    '[ROUTE-ABSOLUTE] the target %s is served',
    async (target) => {
      expect(await ask(`GET ${target} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it.each(['http://localhost', 'ftp://localhost/healthz', '*'])(
    '[ROUTE-ABSOLUTE] the target %s is not found',
    async (target) => {
      expect(await ask(`GET ${target} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  it('[ROUTE-EXPECT] an expectation that cannot be met is refused with a sentence', async () => {
    const answer = await ask('GET /healthz HTTP/1.1\r\nExpect: the-impossible');
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(answer).toContain('"expectation_failed"');
  });
});
