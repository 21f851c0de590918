import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../src/access/public-address.ts';
import { egress, type EgressWorld } from '../../../src/edges/node/egress.ts';
import { webEgress } from '../../../src/edges/web-egress.ts';
import { tlsServer } from '../../support/tls.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const NAME = 'keys.example.com';

/** A server at a name; what was asked of it is counted. */
async function atName(answer: RequestListener, address = '127.0.0.1') {
  const asked: string[] = [];
  const server = await tlsServer(
    NAME,
    (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    },
    address,
  );
  closing.push(() => server.close());
  return { ...server, asked, url: `https://${NAME}:${server.port}/jwks` };
}

async function plain(answer: RequestListener) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked: () => asked };
}

/** Each look-up of a name gives the next of these. */
function names(...lists: readonly (readonly string[])[]) {
  let looked = 0;
  const lookup: EgressWorld['lookup'] = (_name, found) => {
    const list = lists[Math.min(looked, lists.length - 1)] ?? [];
    looked += 1;
    found(
      null,
      list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, looked: () => looked };
}

const INSIDE = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.0.1', '169.254.169.254', '172.16.0.1'],
  ...['168.63.129.16', '::ffff:168.63.129.16', '64:ff9b::a83f:8110'],
  ...['192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1'],
  ...['::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::1', '100::1'],
  ...['2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254'],
  ...['4000::1', 'e000::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', 'nonsense', ''],
];

/** As they may be written in a URL; all of them are inside. */
const WRITTEN = [
  ...['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'],
  ...['[fd00:ec2::254]', '[64:ff9b::a9fe:a9fe]', '１２７.0.0.1', 'localhost', 'LOCALHOST.', 'a.localhost'],
  ...['metadata.google.internal', 'printer.local', '0', '[::]'],
];

describe('addresses', () => {
  it('[EGRESS-ADDRESSES] are asked if they are public, in whatever form', async () => {
    for (const address of INSIDE) expect(isPublicAddress(address), address).toBe(false);
    for (const address of [
      '8.8.8.8',
      '2606:4700::1111',
      '[2606:4700::1111]',
      '::ffff:8.8.8.8',
      '64:ff9b::8.8.8.8',
    ])
      expect(isPublicAddress(address), address).toBe(true);
    const { lookup, looked } = names(['127.0.0.1']);
    for (const ask of [egress({}, { lookup }), webEgress()])
      for (const host of WRITTEN)
        await expect(ask(`https://${host}/keys`), host).rejects.toMatchObject({ code: 'refused' });
    expect(looked()).toBe(0);
  });

  it('[EGRESS-ALL] are refused with all others of their name', async () => {
    for (const address of INSIDE.filter((each) => each !== 'nonsense' && each !== '')) {
      const { lookup } = names(['8.8.8.8', address]);
      await expect(egress({}, { lookup })(`https://${NAME}/keys`), address).rejects.toMatchObject({
        code: 'refused',
      });
    }
  });

  it('[EGRESS-PINNED] are looked up once, and it is those that are connected to', async () => {
    const right = await atName((_request, response) => response.end('{"keys":[]}'), '127.0.0.2');
    // A second look-up would lead to where nothing listens.
    const { lookup, looked } = names(['127.0.0.2'], ['127.0.0.3']);
    const isPublic = (address: string) => address === '127.0.0.2';
    const ask = egress({}, { lookup, isPublic, ca: right.ca });
    const answer = await ask(right.url);
    expect(await answer.json()).toEqual({ keys: [] });
    expect(looked()).toBe(1);
    expect(right.asked).toEqual(['GET /jwks']);
  });
});

describe('requests', () => {
  it('[EGRESS-HTTPS] are made over https, and show nothing that stands in the address', async () => {
    const server = await plain((_request, response) => response.end('secret'));
    for (const url of [
      server.url,
      'http://example.com/',
      'ftp://example.com/',
      'file:///etc/passwd',
      'nonsense',
    ])
      for (const ask of [egress(), webEgress()])
        await expect(ask(url), url).rejects.toMatchObject({ code: 'refused' });
    const ask = egress({ trusted: [server.url] });
    await expect(ask(server.url.replace('//', '//user:pass-word@'))).rejects.toThrow(/^(?!.*pass-word)/);
    expect(server.asked()).toBe(0);
  });

  it('[EGRESS-REDIRECT] end where they are sent elsewhere', async () => {
    const inside = await plain((_request, response) => response.end('secret'));
    for (const [status, location] of [
      [301, inside.url],
      [302, '/elsewhere'],
      [303, inside.url],
      [307, inside.url],
      [308, 'https://example.com/'],
    ] as const) {
      const from = await plain((_request, response) => response.writeHead(status, { location }).end());
      for (const ask of [egress({ trusted: [from.url, inside.url] }), webEgress({ trusted: [from.url] })])
        await expect(ask(from.url), String(status)).rejects.toMatchObject({ code: 'redirected' });
    }
    expect(inside.asked()).toBe(0);
  });

  it('[EGRESS-TRUSTED] go inside where a setting says so, for that origin alone', async () => {
    const issuer = await plain((request, response) => response.end(request.headers.authorization));
    const other = await plain((_request, response) => response.end('secret'));
    for (const ask of [
      egress({ trusted: [`${issuer.url}/realms/a`] }),
      webEgress({ trusted: [issuer.url] }),
    ]) {
      const answer = await ask(`${issuer.url}/keys`, { headers: { authorization: 'Basic x' } });
      expect(await answer.text()).toBe('Basic x');
      for (const url of [
        other.url,
        issuer.url.replace('http:', 'https:'),
        issuer.url.replace('127.0.0.1', 'localhost'),
      ])
        await expect(ask(url), url).rejects.toMatchObject({ code: 'refused' });
    }
    expect(other.asked()).toBe(0);
  });

  it('[EGRESS-BOUNDED] take so many bytes and so much time, and no more', async () => {
    const flood = await plain((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) continue;
      };
      response.on('drain', more);
      more();
    });
    const silent = await plain(() => {});
    const slow = await plain((_request, response) => response.write('{'));
    const trusted = [flood.url, silent.url, slow.url];
    const [many, long] = [
      { trusted, maxBytes: 100_000 },
      { trusted, timeoutMs: 300 },
    ];
    for (const ask of [egress(many), webEgress(many)])
      await expect(ask(flood.url)).rejects.toMatchObject({ code: 'too-large' });
    for (const ask of [egress(long), webEgress(long)])
      for (const { url } of [silent, slow])
        await expect(ask(url)).rejects.toThrow(/could not be asked|abort|timeout/i);
  });

  it('[EGRESS-WEB] of a runtime with `fetch` alone carry a form, and bring back what was said', async () => {
    const server = await plain((request, response) => {
      request.setEncoding('utf8');
      request.on('data', (text: string) =>
        response.writeHead(201, { 'x-type': request.headers['content-type'] }).end(text),
      );
    });
    for (const ask of [egress({ trusted: [server.url] }), webEgress({ trusted: [server.url] })]) {
      const answer = await ask(server.url, { method: 'POST', body: new URLSearchParams({ a: 'b c' }) });
      expect([answer.status, await answer.text()]).toEqual([201, 'a=b+c']);
      expect(answer.headers.get('x-type')).toContain('application/x-www-form-urlencoded');
    }
  });
});
