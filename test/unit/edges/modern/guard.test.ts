/** What guards modern POSTs is what guards all others. */
import { describe, expect, test } from 'vitest';
import { FakeDriver } from '../../engine/support.ts';
import { KEY } from '../support.ts';
import { call, modernFront, post, request, told } from './support.ts';

const LISTED = request('tools/list');

function driver(): FakeDriver {
  const one = new FakeDriver();
  one.canBeModern = true;
  one.takesHeaders = true;
  one.answersCalls = true;
  return one;
}

describe('modern POSTs', () => {
  test('[FACE-GUARDED] need a key where there are keys, and callers are kept apart', async () => {
    const at = modernFront({ apiKeys: [KEY, 'slc_second'] });
    expect((await post(at, call())).status).toBe(401);
    for (const key of [KEY, 'slc_second', KEY])
      expect((await post(at, call(), { authorization: `Bearer ${key}` })).status).toBe(200);
    expect(at.server.links.length).toBe(2);
  });

  test('[FACE-GUARDED] from pages of other origins, and of unknown hosts, are refused', async () => {
    expect((await post(modernFront(), call(), { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(modernFront(), call(), { host: 'evil.example' })).status).toBe(403);
  });

  test('[FACE-GUARDED] are counted: one too many is 429, and says when to go on', async () => {
    const at = modernFront({ callsPerMinute: 2 });
    await post(at, call());
    await post(at, call());
    const reply = await post(at, call({}, 'third'));
    expect(told(reply)).toEqual([429, -32000, 'rate_limited']);
    expect(reply.json.id).toBe('third');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(at.server.link.methods.length).toBe(2);
  });

  test('[FACE-GUARDED] reach the servers of a project with its key alone', async () => {
    const own = driver();
    const projects = {
      acme: { apiKeys: ['slc_acme'], servers: { own: { driver: own, era: 'modern' as const } } },
    };
    const at = modernFront({ apiKeys: [KEY], projects });
    const urls = ['/projects/acme/mcp', '/projects/acme/sse', '/projects/acme/servers/own/mcp'];
    for (const url of urls) {
      expect((await post(at, call(), { authorization: 'Bearer slc_acme' }, url)).status, url).toBe(200);
      expect((await post(at, call(), { authorization: `Bearer ${KEY}` }, url)).status, url).toBe(404);
      expect((await post(at, call(), {}, url)).status, url).toBe(401);
    }
    expect(own.link.methods.length).toBe(3);
  });

  test('[FACE-GUARDED] pass the named headers on, and callers with others are apart', async () => {
    const one = driver();
    const at = modernFront({
      servers: { srv: { driver: one, era: 'modern', forwardHeaders: ['X-Tenant'] } },
    });
    for (const tenant of ['a', 'b', 'a']) await post(at, LISTED, { 'x-tenant': tenant, 'x-other': 'o' });
    expect(one.links.map(({ context }) => context.forwarded)).toEqual([
      { 'x-tenant': 'a' },
      { 'x-tenant': 'b' },
    ]);
  });

  test('[FACE-GUARDED] that have been here before are a circle', async () => {
    const at = modernFront({ loopId: 'me' });
    expect(told(await post(at, LISTED, { 'cdn-loop': 'sluice-me' }))).toEqual([508, -32000, 'loop']);
    expect((await post(at, LISTED, { 'cdn-loop': 'sluice-other' })).status).toBe(200);
    expect(at.server.link.context.forwarded).toEqual({ 'cdn-loop': 'sluice-other' });
  });

  test('[FACE-GUARDED] to a server that was taken out are 404', async () => {
    const at = modernFront();
    await at.gateway.removeServer('srv');
    expect(told(await post(at, call()))).toEqual([404, -32001, 'unknown_server']);
  });

  test('[FACE-CORS] may be sent by pages with all their headers', async () => {
    const at = modernFront();
    const wished = 'mcp-method, mcp-name, mcp-param-region, mcp-protocol-version';
    const headers = { origin: 'http://localhost:3000', 'access-control-request-headers': wished };
    const reply = await at.ask('OPTIONS', '/mcp', { headers });
    const allowed = reply.headers['access-control-allow-headers']?.toLowerCase().split(', ');
    expect(allowed).toEqual(expect.arrayContaining([...wished.split(', '), 'content-type', 'authorization']));
  });
});
