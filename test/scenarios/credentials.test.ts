/** What real servers, over every carrier, are shown of callers on every road: nothing of theirs, and what is theirs alone. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { perPrincipal } from '../../src/node.ts';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { eventually, send } from '../support/raw.ts';
import { BOTH_TYPES, JSON_TYPE, request, textOf, wordOf } from '../support/raw-clients.ts';
import { CARRIERS, remote } from '../support/remote.ts';
import { ROADS } from '../support/roads.ts';
import { type Watched, watched } from '../support/watched.ts';
import { WsClient } from '../support/ws-client.ts';

const KEYS = { ann: 'slc_key-of-ann', ben: 'slc_key-of-ben', cleo: 'slc_key-of-cleo' } as const;
type Who = keyof typeof KEYS;
const apiKeys = Object.entries(KEYS).map(([name, key]) => ({ name, key }));
const as = (who: Who) => ({ 'x-api-key': KEYS[who] });

/** All that a caller may show, and more than it needs to. */
const SHOWN = {
  authorization: `Bearer ${KEYS.ann}`,
  'x-api-key': 'planted-api-key',
  cookie: 'session=planted-cookie',
  'proxy-authorization': 'Basic planted-proxy',
};
const PLANTED = /slc_key|planted|ticket/i;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function gatewayOf(options: Parameters<typeof startTestGateway>[0]): Promise<TestGateway> {
  const at = await startTestGateway(options);
  closing.push(() => at.close());
  return at;
}

async function server(...of: Parameters<typeof watched>): Promise<Watched> {
  const far = await watched(...of);
  closing.push(() => far.close());
  return far;
}

describe('what a caller shows', () => {
  it.each(CARRIERS)('[CRED-CALLER] reaches no server over %s', async (carrier) => {
    const [one, two] = [await server(carrier), await server(carrier)];
    const at = await gatewayOf({
      servers: { one: remote(carrier, one.url), two: remote(carrier, two.url) },
      merge: {},
      apiKeys,
    });
    for (const road of ROADS) {
      for (const place of [undefined, 'one']) {
        const before = one.seen.length;
        const asked = { headers: SHOWN, tool: place ? 'echo' : 'one__echo', args: { text: road.name } };
        const answer = await road.ask(at, place ? { ...asked, server: place } : asked);
        expect(textOf(answer), road.name).toBe(road.name);
        expect(one.seen.length, road.name).toBeGreaterThanOrEqual(before);
      }
    }
    const given = await send(`${at.url}/tickets`, {
      method: 'POST',
      headers: { authorization: SHOWN.authorization },
    });
    const { ticket } = await given.json<{ ticket: string }>();
    const client = await WsClient.open(`${at.ws()}?ticket=${ticket}`);
    await client.initialize();
    client.ws.close();
    expect(one.seen.length).toBeGreaterThan(ROADS.length);
    for (const { seen } of [one, two])
      for (const request of seen) {
        expect(JSON.stringify(request)).not.toMatch(PLANTED);
        expect(JSON.stringify(request)).not.toContain(ticket);
        expect(request.headers).not.toHaveProperty('authorization');
      }
  });

  it('[CRED-CALLER] reaches no child: neither what it reads nor what surrounds it', async () => {
    const at = await gatewayOf({ servers: { child: fixtureStdio() }, apiKeys });
    for (const road of ROADS) {
      const answer = await road.ask(at, { headers: SHOWN, tool: 'env' });
      expect(textOf(answer), road.name).toContain('"PATH"');
      expect(textOf(answer), road.name).not.toMatch(PLANTED);
    }
  });
});

const secrets = { ann: 'secret-of-ann', ben: 'secret-of-ben' };
const bearerOf = { [`Bearer ${secrets.ann}`]: 'ann', [`Bearer ${secrets.ben}`]: 'ben' };

describe('a secret of each caller', () => {
  it.each(CARRIERS)('[CRED-PRINCIPAL] is shown over %s, and that of no other', async (carrier) => {
    const far = await server(carrier, ({ authorization = '' }) => authorization in bearerOf);
    const credentials = perPrincipal({ name: 'far', secrets });
    const at = await gatewayOf({
      servers: {
        far: remote(carrier, far.url, { credentials, headers: { 'x-team': 'blue' }, sharing: 'principal' }),
      },
      apiKeys,
    });
    for (const road of ROADS)
      for (const who of ['ann', 'ben'] as const) {
        const before = far.seen.length;
        const answer = await road.ask(at, {
          headers: { ...as(who), authorization: 'Basic of-the-caller' },
          tool: 'echo',
          args: { text: who },
        });
        expect(textOf(answer), road.name).toBe(who);
        // What ends the session of another may still be on its way.
        const requests = far.seen.slice(before).filter(({ method }) => method === 'POST');
        for (const { headers } of requests) {
          expect(headers.authorization, road.name).toBe(`Bearer ${secrets[who]}`);
          expect(headers['x-team']).toBe('blue');
        }
      }
    const sessions = new Map<unknown, Set<unknown>>();
    for (const { headers } of far.seen) {
      const name = headers['mcp-session-id'];
      if (name !== undefined)
        sessions.set(name, (sessions.get(name) ?? new Set()).add(headers.authorization));
    }
    for (const shown of sessions.values()) expect(shown.size).toBe(1);
    expect(new Set(far.seen.map(({ headers }) => headers.authorization))).toEqual(
      new Set(Object.keys(bearerOf)),
    );
  });

  it.each(CARRIERS)(
    '[CRED-MISSING] is not there for everybody: over %s that is an error',
    async (carrier) => {
      const far = await server(carrier);
      const credentials = perPrincipal({ name: 'far', secrets, header: 'X-Token' });
      const at = await gatewayOf({
        servers: {
          far: remote(carrier, far.url, { credentials, headers: { authorization: 'of the gateway' } }),
        },
        apiKeys,
      });
      for (const road of ROADS) {
        const answer = await road.ask(at, { headers: as('cleo'), tool: 'echo', args: { text: 'no' } });
        expect(wordOf(answer), road.name).toBe('missing_credentials');
        expect(JSON.stringify(answer)).not.toMatch(/ann|ben|cleo|secret/);
      }
      expect(far.seen).toEqual([]);
      const answer = await ROADS[0]?.ask(at, { headers: as('ann'), tool: 'echo', args: { text: 'yes' } });
      expect(answer && textOf(answer)).toBe('yes');
      expect(far.seen[0]?.headers).toMatchObject({ 'x-token': secrets.ann, authorization: 'of the gateway' });
    },
  );

  it('[CRED-APART] leaves nothing in common: no list is asked for in nobody’s name, and none is kept for others', async () => {
    const [own, other] = [await server('streamable'), await server('streamable')];
    const credentials = perPrincipal({ name: 'own', secrets });
    const at = await gatewayOf({
      servers: {
        own: async (about) => ({
          ...(await remote('streamable', own.url, { credentials })(about)),
          cache: { listsMs: 60_000, isPublic: true },
        }),
        other: remote('streamable', other.url),
      },
      merge: { ahead: true },
      apiKeys,
    });
    await eventually('the other was asked ahead', () => other.ended() > 0);
    expect(own.seen).toEqual([]);
    const list = (who: Who, place?: string) =>
      send(at.mcp(place), {
        method: 'POST',
        headers: { ...JSON_TYPE, ...BOTH_TYPES, ...as(who) },
        body: JSON.stringify(request(1, 'tools/list')),
      }).then((reply) => reply.text());
    for (const place of [undefined, 'own']) {
      expect(await list('ann', place)).toContain('test_simple_text');
      const before = own.seen.length;
      expect(await list('ben', place)).toContain('test_simple_text');
      const shown = own.seen.slice(before).map(({ headers }) => headers.authorization);
      expect(shown).toContain(`Bearer ${secrets.ben}`);
      const none = await list('cleo', place);
      expect(none).not.toContain(place === undefined ? 'own__' : '"tools"');
    }
  });

  it('[CRED-ENV] is in the environment of its child, and that of no other is', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      GATEWAYS_OWN_TOKEN: 'planted-gateway-token',
      AWS_SECRET_ACCESS_KEY: 'planted-aws',
    });
    closing.push(async () => {
      process.env = before;
    });
    const envPerPrincipal = { SERVICE_TOKEN: secrets, REGION: { ann: 'eu', ben: 'us' } };
    const at = await gatewayOf({
      servers: {
        child: fixtureStdio({ envPerPrincipal, env: { NAMED: 'by-the-entry' }, sharing: 'principal' }),
      },
      apiKeys,
    });
    for (const road of ROADS)
      for (const [who, region] of [
        ['ann', 'eu'],
        ['ben', 'us'],
      ] as const) {
        const text = textOf(await road.ask(at, { headers: as(who), tool: 'env' }));
        const env = JSON.parse(text) as Record<string, string>;
        expect(env, road.name).toMatchObject({
          SERVICE_TOKEN: secrets[who],
          REGION: region,
          NAMED: 'by-the-entry',
        });
        expect(text).not.toContain(secrets[who === 'ann' ? 'ben' : 'ann']);
        expect(text).not.toContain('planted');
      }
  });

  it('[CRED-MISSING] is not there for everybody: no process is started', async () => {
    const journal = join(mkdtempSync(join(tmpdir(), 'sluice-cred-')), 'journal');
    const at = await gatewayOf({
      servers: {
        child: fixtureStdio({ envPerPrincipal: { T: secrets }, env: { FIXTURE_JOURNAL: journal } }),
      },
      apiKeys,
    });
    for (const road of ROADS) {
      const answer = await road.ask(at, { headers: as('cleo'), tool: 'env' });
      expect(wordOf(answer), road.name).toBe('missing_credentials');
    }
    expect(at.recorder.events.filter(({ type }) => type === 'linkOpened')).toEqual([]);
  });
});
