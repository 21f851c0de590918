/** Tokens that must open nothing, each as an attacker would bring it. */
import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD, outcome } from '../support/bearer.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { says, startIssuer, type TestIssuer } from '../support/issuer.ts';
import { wire } from '../support/raw.ts';

let issuer: TestIssuer;
let other: TestIssuer;
let gateway: TestGateway;
let aud = '';

beforeAll(async () => {
  [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
  gateway = await startTestGateway({
    servers: { echo: echoStdio(), files: echoStdio() },
    projects: { acme: { shared: ['echo'] }, beta: { shared: ['echo'] } },
    oauth: { issuers: [issuer.url, other.url] },
  });
  aud = gateway.mcp();
});
afterAll(() => gateway.close());

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = () => {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: issuer.url, sub: 'ann', aud, iat: now, exp: now + 300 };
};

describe('[OAUTH-ALGORITHM] a signature', () => {
  it('is needed: `none` is no algorithm, in whatever letters', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE'])
      expect(await outcome(aud, `${part({ alg, typ: 'at+jwt' })}.${part(claims())}.`), alg).toBe(BAD);
  });

  it('is no shared secret: the public key proves nothing', async () => {
    for (const secret of [
      await exportSPKI(issuer.publicKey),
      JSON.stringify(await exportJWK(issuer.publicKey)),
    ]) {
      const signed = `${part({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })}.${part(claims())}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(await outcome(aud, `${signed}.${mac}`)).toBe(BAD);
    }
  });

  it('is not of a key that the token brings along, or says where to get', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    other.answers.set('/evil', says({ keys: [{ ...jwk, kid: 'evil' }] }));
    const evil = `${other.url}/evil`;
    for (const header of [{ jwk }, { jku: evil, kid: 'evil' }, { x5u: evil }, { jku: evil, kid: 'k1' }])
      expect(await outcome(aud, await issuer.token({ aud }, { header, key: privateKey }))).toBe(BAD);
    expect(other.asked).not.toContain('/evil');
  });

  it('covers what it signs: with other claims, or another head, it is none', async () => {
    const [head, , mac] = (await issuer.token({ aud })).split('.');
    expect(await outcome(aud, `${head}.${part({ ...claims(), sub: 'root' })}.${mac}`)).toBe(BAD);
    expect(
      await outcome(aud, await issuer.token({ aud }, { header: { crit: ['exp'] } }).catch(() => 'a.b.c')),
    ).toBe(BAD);
  });
});

describe('[OAUTH-AUDIENCE] a token', () => {
  it('is good at its own endpoint, by each of its names', async () => {
    for (const own of [
      aud,
      `${aud}/`,
      gateway.url,
      `${gateway.url}/`,
      gateway.sse(),
      gateway.url.toUpperCase(),
    ])
      expect(await outcome(aud, await issuer.token({ aud: own })), own).toBe('200');
    expect(await outcome(aud, await issuer.token({ aud: ['https://else.example', aud] }))).toBe('200');
  });

  it('is good nowhere else', async () => {
    const { url } = gateway;
    const elsewhere = [
      undefined,
      '',
      '*',
      [],
      [''],
      { aud },
      'https://else.example/mcp',
      gateway.mcp('echo'),
      `${url}/projects/acme/mcp`,
      `${url}/mcp/x`,
      `${url}/mcp?x`,
      `${url}/mcp#x`,
      `${url}/servers/../mcp`,
      `${url}.evil.example/mcp`,
      url.replace('http:', 'https:') + '/mcp',
      `${url}:80/mcp`,
      `${url}@evil.example/mcp`,
    ];
    for (const each of elsewhere)
      expect(await outcome(aud, await issuer.token({ aud: each })), JSON.stringify(each)).toBe(BAD);
  });

  it('of the root opens no server and no project, of one no other', async () => {
    const at = (prefix: string) => `${gateway.url}${prefix}/mcp`;
    const places = [
      '',
      '/servers/echo',
      '/servers/files',
      '/projects/acme',
      '/projects/beta',
      '/projects/acme/servers/echo',
    ];
    for (const meant of places)
      for (const asked of places)
        expect(await outcome(at(asked), await issuer.token({ aud: at(meant) })), `${meant} at ${asked}`).toBe(
          meant === asked ? '200' : BAD,
        );
  });
});

describe('[OAUTH-ISSUER] a token', () => {
  it('of somebody who is not listed, or who only looks so, is refused', async () => {
    const third = await startIssuer();
    expect(await outcome(aud, await third.token({ aud }))).toBe(BAD);
    expect(third.asked).toEqual([]);
    for (const iss of [
      undefined,
      `${issuer.url}/`,
      issuer.url.toUpperCase(),
      [issuer.url],
      { issuer: issuer.url },
    ])
      expect(await outcome(aud, await issuer.token({ aud, iss })), JSON.stringify(iss)).toBe(BAD);
  });

  it('of one issuer in the name of another is refused', async () => {
    expect(await outcome(aud, await other.token({ aud }))).toBe('200');
    expect(await outcome(aud, await issuer.token({ aud, iss: other.url }))).toBe(BAD);
    expect(await outcome(aud, await other.token({ aud, iss: issuer.url }))).toBe(BAD);
  });
});

describe('[OAUTH-TIMES] a token', () => {
  const now = () => Math.floor(Date.now() / 1_000);

  it('must say when it ends, and be good now', async () => {
    for (const exp of [undefined, now() - 1, 0, -1, 'soon', null])
      expect(await outcome(aud, await issuer.token({ aud, exp })), String(exp)).toBe(BAD);
    for (const late of [{ nbf: now() + 60 }, { iat: now() + 60 }, { nbf: 'x' }, { iat: {} }])
      expect(await outcome(aud, await issuer.token({ aud, ...late })), JSON.stringify(late)).toBe(BAD);
  });

  it('may be a little ahead of our clock', async () => {
    expect(await outcome(aud, await issuer.token({ aud, nbf: now() + 10, iat: now() + 10 }))).toBe('200');
  });
});

describe('[OAUTH-TYPE] what is no access token', () => {
  it('is refused by its type', async () => {
    for (const typ of ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'JWE', ''])
      expect(await outcome(aud, await issuer.token({ aud }, { header: { typ } })), typ).toBe(BAD);
    for (const typ of ['JWT', 'AT+JWT', 'application/at+jwt', undefined])
      expect(await outcome(aud, await issuer.token({ aud }, { header: { typ } })), typ).toBe('200');
  });

  it('is refused where it is bound to a key of its client, which nobody proves here', async () => {
    for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }])
      expect(await outcome(aud, await issuer.token({ aud, cnf }))).toBe(BAD);
  });
});

describe('[OAUTH-CARRIER] a token', () => {
  it('is not taken from a query, a cookie or another header', async () => {
    const token = await issuer.token({ aud });
    for (const name of ['access_token', 'token', 'ticket', 'key'])
      expect(await outcome(`${aud}?${name}=${token}`)).toBe('401');
    expect(await outcome(aud, undefined, { cookie: `access_token=${token}` })).toBe('401');
    expect(await outcome(aud, undefined, { 'x-api-key': token })).toBe('401');
    expect(await outcome(aud, undefined, { authorization: `Basic ${token}` })).toBe('401');
  });

  it('comes once: of two headers none counts, whichever is good', async () => {
    const token = await issuer.token({ aud });
    const head = (lines: string[]) =>
      [
        `GET /mcp HTTP/1.1`,
        `host: 127.0.0.1:${gateway.port}`,
        'accept: text/event-stream',
        ...lines,
        '',
        '',
      ].join('\r\n');
    const good = `authorization: Bearer ${token}`;
    for (const lines of [
      [good, 'Authorization: Bearer x'],
      ['AUTHORIZATION: Bearer x', good],
      [good, good],
    ]) {
      const answer = await wire(gateway.port, head(['connection: close', ...lines]));
      expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 401 Unauthorized');
    }
  });

  it('is not read where it is too long, or no token at all', async () => {
    const { length } = issuer.asked;
    expect(await outcome(aud, await issuer.token({ aud, pad: 'x'.repeat(7_000) }))).toBe(BAD);
    for (const text of ['a.b.c', 'a.b', 'a..', '..', '.', 'a.b.c.d.e', 'ey', '\u00e9.b.c', 'a'.repeat(9_000)])
      expect(await outcome(aud, text), text.slice(0, 20)).toBe(BAD);
    expect(issuer.asked).toHaveLength(length);
  });
});
