/** What the root routes lead to, and what is offered on them. */
import { describe, expect, it } from 'vitest';
import { createGateway, type GatewayOptions, inprocess } from '../../../src/node.ts';
import { Lister, namesIn } from '../engine/merge/support.ts';
import type { Wire } from '../engine/wire.ts';
import { front, initialize } from './support.ts';

type Front = ReturnType<typeof front>;

/** The names of the tools that a path lists, in a session of its own; `/mcp` at its end is put there. */
async function toolsAt(at: Front, path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const opened = await at.ask('POST', `${path}/mcp`, { body: initialize(), headers });
  const id = opened.headers['mcp-session-id'];
  if (id === undefined) return opened.status;
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const reply = await at.ask('POST', `${path}/mcp`, {
    body: list,
    headers: { ...headers, 'mcp-session-id': id },
  });
  return namesIn(JSON.parse(reply.body ?? '') as Wire);
}

const has = (...tools: string[]) => new Lister({ tools });

describe('the root', () => {
  it('[MERGE-ROOT] leads to all servers as one, to the only one, or to the one that was chosen', async () => {
    const servers = () => ({ a: has('x', 'y'), b: has('y') });
    expect(await toolsAt(front({ servers: servers() }), '')).toEqual(['x', 'a__y', 'b__y']);
    expect(await toolsAt(front({ servers: servers(), default: 'b' }), '')).toEqual(['y']);
    expect(await toolsAt(front({ servers: { a: has('x') } }), '')).toEqual(['x']);
    expect(await toolsAt(front({ servers: servers(), merge: { names: 'always' } }), '')).toEqual([
      'a__x',
      'a__y',
      'b__y',
    ]);
    expect(await toolsAt(front({ servers: servers() }), '/servers/a')).toEqual(['x', 'y']);
  });

  it('[MERGE-PROJECT] of a project leads to its own servers as one, under the names it has for them', async () => {
    const at = front({
      servers: { a: has('x'), b: has('y') },
      projects: {
        acme: { servers: { own: has('x', 'z') }, shared: ['a'], merge: { names: 'always' } },
        other: { shared: ['b'] },
      },
    });
    expect(await toolsAt(at, '')).toEqual(['x', 'y']);
    expect(await toolsAt(at, '/projects/acme')).toEqual(['own__x', 'own__z', 'a__x']);
    expect(await toolsAt(at, '/projects/other')).toEqual(['y']);
    expect([...at.gateway.merges.keys()]).toEqual(['/', '/acme']);
  });

  it('is changed in place: sessions stay while there is a merge, and go with it', async () => {
    const at = front({ servers: { a: has('x'), b: has('y') } });
    expect(await toolsAt(at, '')).toEqual(['x', 'y']);
    at.gateway.addServer({ name: 'c', driver: has('z') });
    at.change({});
    expect(at.gateway.sessions).toBe(1);
    expect(await toolsAt(at, '')).toEqual(['x', 'y', 'z']);
    at.change({ default: 'c' });
    expect([at.gateway.sessions, at.gateway.merges.size]).toEqual([0, 0]);
    expect(await toolsAt(at, '')).toEqual(['z']);
  });

  it('is not the same session as that of a server, nor of a project', async () => {
    const at = front({
      servers: { a: has('x'), b: has('y') },
      projects: { acme: { shared: ['a', 'b'] } },
    });
    const opened = await at.ask('POST', '/mcp', { body: initialize() });
    const headers = { 'mcp-session-id': opened.headers['mcp-session-id'] ?? '' };
    for (const path of ['/servers/a/mcp', '/projects/acme/mcp'])
      expect((await at.ask('POST', path, { body: initialize(1), headers })).status).toBe(404);
  });

  it('says on /health what is wrong with a list, and is then degraded', async () => {
    const broken = new Lister({ tools: [{ title: 'no name' }] });
    const at = front({ servers: { a: has('x'), broken } });
    const health = async () =>
      JSON.parse((await at.ask('GET', '/health')).body ?? '') as Record<string, unknown>;
    expect(await health()).toMatchObject({ status: 'healthy' });
    expect(await toolsAt(at, '')).toEqual(['x']);
    expect(await health()).toMatchObject({
      status: 'degraded',
      servers: { broken: { lists: { tools: expect.stringContaining('no such list') } } },
    });
  });

  it('and the own route of a server offer what its entry says', async () => {
    const offer = { tools: { hide: ['x'], rename: { y: 'why' } } };
    const at = front({ servers: { a: { driver: has('x', 'y'), offer }, b: has('z') } });
    expect(await toolsAt(at, '')).toEqual(['why', 'z']);
    expect(await toolsAt(at, '/servers/a')).toEqual(['why']);
    await at.gateway.removeServer('a');
    expect(at.gateway.sessions).toBe(1);
  });
});

describe('what was said of merging', () => {
  const hello = inprocess({ name: 'hello', handler: {} });
  const given = (merge: unknown) => ({ servers: { a: hello }, merge }) as GatewayOptions;
  const offered = (offer: unknown) => ({ servers: { a: { driver: hello, offer } } }) as GatewayOptions;

  it.each<[GatewayOptions, string]>([
    [given(7), '`merge` must be an object'],
    [given({ names: 'never' }), '`merge`.names is "never"; there are collisions, always.'],
    [given({ down: 1 }), '`merge`.down is 1; there are keep, hide.'],
    [given({ waitMs: -1 }), '`merge`.waitMs is -1: give milliseconds from 0 to 60000.'],
    [offered([]), '`offer` of the server "a" must be an object'],
    [
      offered({ tool: {} }),
      '`tool` is not known; there are tools, prompts, resources, readOnly and checkArguments.',
    ],
    [offered({ tools: ['a'] }), '`tools` must be an object'],
    [offered({ tools: { hide: 'a' } }), '`tools`.hide must be a list of patterns'],
    [offered({ tools: { rename: { a: 1 } } }), '`tools`.rename must be an object of texts'],
    [offered({ tools: { rename: { a: 'c', b: 'c' } } }), '`tools`.rename gives the name "c" to two.'],
    [offered({ resources: { rename: {} } }), '`resources`.rename is not known; there are include, hide.'],
  ])('is checked: %j', (options, message) => {
    expect(() => createGateway(options)).toThrow(message);
  });
});
