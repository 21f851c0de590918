/** Tokens that the gateway shows to real servers: its own, of a real authorization server, and those for its callers'. */
import { afterEach, describe, expect, it } from 'vitest';
import { clientCredentials, type Observer, tokenExchange } from '../../src/node.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { startIssuer } from '../support/issuer.ts';
import { textOf, wordOf } from '../support/raw-clients.ts';
import { CARRIERS, remote } from '../support/remote.ts';
import { ROADS, type Road } from '../support/roads.ts';
import { CLIENT, exchanger, oidcProvider } from '../support/token-servers.ts';
import { watched } from '../support/watched.ts';
import { webServer } from '../support/web-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function kept<T extends { close(): Promise<unknown> }>(what: T): T {
  closing.push(() => what.close());
  return what;
}

const KEY = 'slc_planted-key';
const [SSE, STREAMABLE] = ROADS as [Road, Road];

async function says(at: TestGateway, road: Road, headers: Record<string, string>): Promise<string> {
  const answer = await road.ask(at, { headers, tool: 'echo', args: { text: 'said' } });
  return wordOf(answer) ?? textOf(answer);
}

describe('a token of the gateway', () => {
  it.each(CARRIERS)(
    '[CRED-OWN] is shown over %s, asked for once, and anew when it is refused',
    async (carrier) => {
      const issuer = kept(await oidcProvider());
      let lets = (token: string) => issuer.given.includes(token);
      const far = kept(
        await watched(carrier, ({ authorization = '' }) => lets(authorization.replace('Bearer ', ''))),
      );
      const credentials = clientCredentials({ name: 'far', issuer: issuer.url, ...CLIENT, scope: 'mcp' });
      const at = kept(
        await startTestGateway({
          servers: { far: remote(carrier, far.url, { credentials }) },
          apiKeys: [{ name: 'ann', key: KEY }],
        }),
      );
      const headers = { authorization: `Bearer ${KEY}` };
      const said = await Promise.all(ROADS.map((road) => says(at, road, headers)));
      expect(said).toEqual(ROADS.map(() => 'said'));
      expect(issuer.given).toHaveLength(1);
      expect(JSON.stringify(far.seen)).not.toContain(KEY);
      const [first] = issuer.given;
      lets = (token) => token !== first && issuer.given.includes(token);
      expect(await Promise.all(ROADS.map((road) => says(at, road, headers)))).toEqual(
        ROADS.map(() => 'said'),
      );
      expect(issuer.given).toHaveLength(2);
      lets = () => false;
      for (const road of [SSE, STREAMABLE, SSE, STREAMABLE])
        expect(await says(at, road, headers)).toMatch(/^upstream_(?:unauthorized|backoff)$/);
      expect(issuer.given.length).toBeLessThanOrEqual(3);
    },
  );

  it('[CRED-NO-TOKEN] that is not to be had is an error without details', async () => {
    const issuer = kept(await oidcProvider());
    const far = kept(await watched('streamable'));
    const wrong = (observer: Observer) =>
      clientCredentials({
        observer,
        name: 'far',
        issuer: issuer.url,
        ...CLIENT,
        clientSecret: 'planted-wrong',
      });
    const gone = clientCredentials({ name: 'gone', tokenUrl: 'http://127.0.0.1:1/token', ...CLIENT });
    const at = kept(
      await startTestGateway({
        servers: {
          far: (about) => remote('streamable', far.url, { credentials: wrong(about.observer) })(about),
          gone: remote('streamable', far.url, { credentials: gone }),
        },
      }),
    );
    for (const server of ['far', 'gone'])
      for (const road of ROADS) {
        const answer = await road.ask(at, { headers: {}, server, tool: 'echo', args: {} });
        expect(wordOf(answer), road.name).toBe('upstream_unauthorized');
        expect(JSON.stringify(answer)).not.toMatch(/planted|127\.0\.0\.1|invalid_client/);
      }
    expect(far.seen).toEqual([]);
    expect(JSON.stringify(at.events)).toContain('invalid_client');
    expect(JSON.stringify(at.events)).not.toContain('planted');
  });

  it.each([
    ['a token that breaks its header', 200, { access_token: 'a\r\nx-evil: planted', token_type: 'Bearer' }],
    ['a token without end', 200, { access_token: 'a'.repeat(20_000), token_type: 'Bearer' }],
    ['words in place of a code', 400, { error: `planted ${CLIENT.clientSecret}` }],
    ['no answer that could be read', 200, 'planted'],
  ])('[CRED-NO-TOKEN] is not taken from %s, and nothing of that is told', async (_what, status, body) => {
    const giver = await webServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const far = kept(await watched('streamable'));
    const at = kept(
      await startTestGateway({
        servers: {
          far: (about) => {
            const { observer } = about;
            const tokenUrl = `${giver.url}/token`;
            const credentials = clientCredentials({ observer, name: 'far', tokenUrl, ...CLIENT });
            return remote('streamable', far.url, { credentials })(about);
          },
        },
      }),
    );
    const answer = await STREAMABLE.ask(at, { headers: {}, tool: 'echo', args: {} });
    expect(wordOf(answer)).toBe('upstream_unauthorized');
    expect(far.seen).toEqual([]);
    expect(JSON.stringify([answer, at.events])).not.toMatch(/planted|aaaa/);
    expect(JSON.stringify(at.events)).toContain('No token for the server');
  });

  it('[CRED-REDIRECT] goes nowhere else: neither it, nor what it is had for', async () => {
    const seen: unknown[] = [];
    const thief = await webServer((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const away = await webServer((_request, response) => {
      response.writeHead(307, { location: `${thief.url}/taken` }).end();
    });
    const issuer = kept(await oidcProvider());
    const own = clientCredentials({ name: 'far', issuer: issuer.url, ...CLIENT });
    const moved = clientCredentials({ name: 'moved', tokenUrl: `${away.url}/token`, ...CLIENT });
    const at = kept(
      await startTestGateway({
        servers: {
          far: remote('streamable', `${away.url}/mcp`, { credentials: own }),
          moved: remote('streamable', `${thief.url}/mcp`, { credentials: moved }),
        },
      }),
    );
    for (const server of ['far', 'moved'])
      for (const road of ROADS) {
        const answer = await road.ask(at, { headers: {}, server, tool: 'echo', args: {} });
        expect(answer.error, road.name).toBeDefined();
      }
    expect(seen).toEqual([]);
  });
});

describe('a token for what a caller shows', () => {
  it.each(CARRIERS)(
    '[CRED-EXCHANGE] is shown over %s in its place, and never to another caller',
    async (carrier) => {
      const [issuer, exchange] = [await startIssuer(), kept(await exchanger())];
      const far = kept(await watched(carrier));
      const credentials = tokenExchange({
        name: 'far',
        tokenUrl: exchange.url,
        ...CLIENT,
        audience: 'far',
        resource: 'https://far.example/',
      });
      const at = kept(
        await startTestGateway({
          servers: { far: remote(carrier, far.url, { credentials }) },
          apiKeys: [{ name: 'key', key: KEY }],
          oauth: { issuer: issuer.url, audience: 'gateway' },
        }),
      );
      const [ann, ben, nobody] = await Promise.all(
        ['ann', 'ben', 'nobody'].map(async (sub) => ({
          authorization: `Bearer ${await issuer.token({ sub, aud: 'gateway' })}`,
        })),
      );
      for (const road of ROADS)
        for (const [sub, headers] of [
          ['ann', ann],
          ['ben', ben],
        ] as const) {
          const before = far.seen.length;
          expect(await says(at, road, headers as { authorization: string }), road.name).toBe('said');
          for (const request of far.seen.slice(before))
            if (request.method === 'POST')
              expect(request.headers.authorization).toMatch(`Bearer for-${sub}-`);
        }
      expect(exchange.given).toEqual(['for-ann-1', 'for-ben-2']);
      expect(exchange.forms[0]).toMatchObject({
        subject_token: ann?.authorization.slice(7),
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        audience: 'far',
        resource: 'https://far.example/',
      });
      const next = {
        authorization: `Bearer ${await issuer.token({ sub: 'ann', aud: 'gateway', jti: 'next' })}`,
      };
      expect(await says(at, STREAMABLE, next)).toBe('said');
      expect(exchange.given.at(-1)).toBe('for-ann-3');
      for (const road of ROADS) {
        expect(await says(at, road, { 'x-api-key': KEY }), road.name).toBe('missing_credentials');
        expect(await says(at, road, nobody as { authorization: string }), road.name).toBe(
          'upstream_unauthorized',
        );
      }
      const all = JSON.stringify(far.seen);
      for (const shown of [ann, ben, next]) expect(all).not.toContain(shown?.authorization.slice(-40));
      expect(JSON.stringify(at.events)).not.toMatch(/planted|eyJ[\w-]+\.eyJ/);
    },
  );
});
