/** A gateway that takes tokens: what strangers and clients are told, over the wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askWith, BAD, outcome } from '../support/bearer.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { says, startIssuer, type TestIssuer } from '../support/issuer.ts';
import { send } from '../support/raw.ts';

const KEY = 'slc_a-key-beside-tokens-000000000';
const PROJECT_KEY = 'slc_a-key-of-a-project-0000000000';

let issuer: TestIssuer;
let gateway: TestGateway;

beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startTestGateway({
    servers: { echo: echoStdio() },
    projects: { acme: { shared: ['echo'] }, closed: { shared: ['echo'], apiKeys: [PROJECT_KEY] } },
    apiKeys: [KEY],
    oauth: { issuer: issuer.url, scopes: ['mcp'] },
    allowedOrigins: ['https://app.example'],
  });
});
afterAll(() => gateway.close());

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

async function metadata(path: string, headers: Record<string, string> = {}) {
  const reply = await send(gateway.url + WELL_KNOWN + path, { headers });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

describe('[OAUTH-METADATA] metadata', () => {
  it('is there for every endpoint, and names it', async () => {
    for (const prefix of ['', '/servers/echo', '/projects/acme', '/projects/acme/servers/echo'])
      for (const leg of ['', '/mcp', '/sse', '/ws', '/mcp/sse']) {
        const { status, text, headers } = await metadata(prefix + leg);
        expect(status, prefix + leg).toBe(200);
        expect(JSON.parse(text)).toEqual({
          resource: gateway.url + prefix + leg,
          authorization_servers: [issuer.url],
          scopes_supported: ['mcp'],
          bearer_methods_supported: ['header'],
        });
        expect(headers['cache-control']).toBe('public, max-age=300');
      }
  });

  it('is as much there for what is not', async () => {
    for (const path of ['/servers/nobody/mcp', '/projects/nobody/sse', '/projects/closed/servers/x/ws']) {
      const { status, text } = await metadata(path);
      expect([status, (JSON.parse(text) as { resource: string }).resource]).toEqual([
        200,
        gateway.url + path,
      ]);
    }
  });

  it('is of endpoints alone', async () => {
    for (const path of ['/nothing', '/health', '/servers', '/a"b', '/servers/%ff/mcp', 'x', '/mcp/mcp'])
      expect((await metadata(path)).status, path).toBe(401);
  });

  it('may be read by pages that may call', async () => {
    const { headers } = await metadata('/mcp', { origin: 'https://app.example' });
    expect(headers['access-control-allow-origin']).toBe('https://app.example');
    expect((await metadata('/mcp', { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('is of the public address, where there is one, also behind its path', async () => {
    const seen = {
      publicOrigin: 'https://mcp.example.com',
      basePath: '/api',
      allowedHosts: ['mcp.example.com'],
    };
    const own = await startTestGateway({
      servers: { echo: echoStdio() },
      oauth: { issuer: issuer.url },
      ...seen,
    });
    for (const path of ['/mcp', '/api/mcp']) {
      const reply = await send(own.url + WELL_KNOWN + path);
      expect(await reply.text()).toContain('"resource":"https://mcp.example.com/api/mcp"');
    }
    expect(await outcome(own.mcp(), await issuer.token({ aud: 'https://mcp.example.com/api/mcp' }))).toBe(
      '200',
    );
    expect(await outcome(own.mcp(), await issuer.token({ aud: own.mcp() }))).toBe(BAD);
    const { headers } = await askWith(own.mcp());
    expect(headers['www-authenticate']).toContain(`"https://mcp.example.com/api${WELL_KNOWN}/mcp"`);
    await own.close();
  });

  it('is not there where no tokens are taken', async () => {
    const own = await startTestGateway({ servers: { echo: echoStdio() }, apiKeys: [KEY] });
    expect((await send(`${own.url}${WELL_KNOWN}/mcp`)).status).toBe(404);
    await own.close();
  });
});

describe('[OAUTH-CHALLENGE] a refusal', () => {
  it('says where metadata is and which scopes are needed', async () => {
    const reply = await askWith(gateway.mcp('echo'));
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([
      401,
      `Bearer scope="mcp", resource_metadata="${gateway.url}${WELL_KNOWN}/servers/echo/mcp"`,
    ]);
  });

  it('of a token says so, and nothing of why', async () => {
    const challenges = await Promise.all(
      [
        await issuer.token({ aud: gateway.mcp(), exp: 1 }),
        await issuer.token({ aud: 'x', iss: 'https://evil.example' }),
        'opaque',
      ].map(async (token) => (await askWith(gateway.mcp(), token)).headers['www-authenticate']),
    );
    expect(new Set(challenges)).toEqual(
      new Set([
        `Bearer error="invalid_token", error_description="The token is not good here: it has run out, or is not meant for this endpoint.", scope="mcp", resource_metadata="${gateway.url}${WELL_KNOWN}/mcp"`,
      ]),
    );
  });

  it('of messages names the stream that they belong to', async () => {
    const reply = await send(`${gateway.url}/servers/echo/messages?sessionId=x`, {
      method: 'POST',
      body: '{}',
    });
    expect(reply.headers['www-authenticate']).toContain(`${WELL_KNOWN}/servers/echo/sse"`);
  });

  it('holds nothing that ends its texts, whatever path was asked for', async () => {
    for (const path of ['/x"y', '/x\\y', `/${'x'.repeat(2_000)}`, '/x%22y', '/a<b>']) {
      const reply = await send(gateway.url + path, { method: 'POST', body: '{}' });
      expect(reply.headers['www-authenticate'] ?? '', path).toMatch(
        /^Bearer scope="mcp", resource_metadata="[^"\\<> ]{1,1200}"$/,
      );
    }
  });

  it('of a token without a scope is 403 and names all that would do', async () => {
    const reply = await askWith(gateway.mcp(), await issuer.token({ aud: gateway.mcp(), scope: 'else' }));
    expect(reply.status).toBe(403);
    expect(reply.headers['www-authenticate']).toBe(
      `Bearer error="insufficient_scope", error_description="The token lacks a scope.", scope="mcp", resource_metadata="${gateway.url}${WELL_KNOWN}/mcp"`,
    );
  });
});

describe('[OAUTH-HIDDEN] under /projects', () => {
  it('no token of elsewhere, and none that is not good, tells what is there', async () => {
    const names = ['acme', 'closed', 'nobody'];
    const at = (name: string) => `${gateway.url}/projects/${name}/mcp`;
    const told = async (name: string, token: string | undefined) => {
      const reply = await askWith(at(name), token);
      // Whether the socket is kept depends on how much of the body had come.
      const { date: _, connection: __, 'keep-alive': ___, ...headers } = reply.headers;
      return JSON.stringify([reply.status, headers, await reply.text()]).replaceAll(`projects/${name}`, '');
    };
    const ways = [
      undefined,
      'opaque',
      KEY,
      await issuer.token({ aud: gateway.mcp() }),
      await issuer.token({ aud: at('acme'), exp: 1 }),
      await issuer.token({ aud: gateway.mcp(), scope: 'else' }),
    ];
    for (const way of ways) {
      // The key of the gateway opens what has no keys of its own.
      const asked = way === KEY ? names.slice(1) : names;
      const answers = await Promise.all(asked.map((name) => told(name, way)));
      expect(new Set(answers), way ?? 'none').toEqual(new Set(answers.slice(0, 1)));
    }
    const own = async (name: string, claims: object) =>
      outcome(at(name), await issuer.token({ aud: at(name), ...claims }));
    expect(await Promise.all(names.map((name) => own(name, {})))).toEqual(['200', '404', '404']);
    const lacking = await Promise.all(names.map((name) => own(name, { scope: 'else' })));
    expect(lacking).toEqual(Array.from({ length: 3 }, () => '403 insufficient_scope'));
  });
});

describe('[OAUTH-KEYS] keys beside tokens', () => {
  it('are taken as ever, and are nobody else’s business', async () => {
    const asked: string[] = [];
    const introspection = { url: `${issuer.url}/introspect`, clientId: 'c', clientSecret: 's' };
    issuer.answers.set('/introspect', (_request, response, body) => {
      asked.push(body);
      says({ active: false })(_request, response, body);
    });
    const own = await startTestGateway({
      servers: { echo: echoStdio() },
      apiKeys: [KEY],
      oauth: { issuer: issuer.url, introspection },
    });
    expect(await outcome(own.mcp(), KEY)).toBe('200');
    expect(await outcome(own.mcp(), undefined, { 'x-api-key': KEY })).toBe('200');
    expect(await outcome(own.mcp(), undefined, { 'x-api-key': 'slc_wrong' })).toBe(BAD);
    expect(await outcome(own.mcp(), `${KEY}x`)).toBe(BAD);
    expect(asked).toEqual([]);
    expect(await outcome(own.mcp(), 'opaque')).toBe(BAD);
    expect(asked).toHaveLength(1);
    await own.close();
  });
});

describe('[OAUTH-FETCH] an issuer', () => {
  const at = async (jwks: Parameters<TestIssuer['answers']['set']>[1]) => {
    const bad = await startIssuer();
    bad.answers.set('/jwks', jwks);
    const own = await startTestGateway({ servers: { echo: echoStdio() }, oauth: { issuer: bad.url } });
    const began = Date.now();
    const told = await outcome(own.mcp(), await bad.token({ aud: own.mcp() }));
    const ms = Date.now() - began;
    await own.close();
    return { told, ms, asked: bad.asked };
  };

  it('that answers without end is cut off', async () => {
    let written = 0;
    const { told } = await at((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (written < 100 * 1024 * 1024 && !response.destroyed) {
          written += 65_536;
          if (!response.write(' '.repeat(65_536))) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    expect(told).toBe('503');
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('that does not answer is waited for so long, and calls are refused for now', async () => {
    const { told, ms } = await at(() => {});
    expect(told).toBe('503');
    expect(ms).toBeLessThan(8_000);
  });

  it('that redirects leads nowhere', async () => {
    const { told, asked } = await at((_request, response) =>
      response.writeHead(302, { location: `${issuer.url}/jwks` }).end(),
    );
    expect(told).toBe('503');
    expect(asked.at(-1)).toBe('/jwks');
  });
});
