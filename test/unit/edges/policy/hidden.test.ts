/** What a caller may not use is not there for it: on the route of its server, among several, in both eras. */
import { describe, expect, it } from 'vitest';
import { Lister } from '../../engine/merge/support.ts';
import { ask, blank, ERAS, FILES, names, policyWorld, WEB } from './support.ts';

const READS = {
  tools: ['files/read_*', 'files/search', 'web/*'],
  prompts: { deny: ['*/secret'] },
  resources: ['files/file:///docs/*', 'web/*'],
};
const WAYS = ['/servers/files/mcp', '/mcp'].flatMap((path) => ERAS.map((era) => ({ path, era })));

describe('what a policy lets through', () => {
  it.each(WAYS)('[POLICY-LISTS] is all that is listed at $path in $era words', async ({ path, era }) => {
    const at = policyWorld({ all: undefined, some: READS });
    const own = path !== '/mcp';
    expect(await names(at, 'all', era, path)).toContain('delete_file');
    expect(await names(at, 'some', era, path)).toEqual(
      own ? ['read_file', 'search'] : ['fetch', 'files__search', 'post', 'read_file', 'web__search'],
    );
    expect(await names(at, 'some', era, path, 'prompts')).toEqual(['summary']);
    expect(await names(at, 'some', era, path, 'resources')).toEqual([
      'file:///docs/a',
      ...(own ? [] : ['web:///x']),
    ]);
    expect(await names(at, 'some', era, path, 'resourceTemplates')).toEqual(['file:///docs/{name}']);
  });

  it.each(WAYS)('[POLICY-CALLS] is all that can be called at $path in $era words', async ({ path, era }) => {
    const at = policyWorld({ some: READS });
    const allowed = await ask(at, 'some', era, path, 'tools/call', {
      name: 'read_file',
      arguments: { a: 1 },
    });
    expect(allowed.result).toMatchObject({ params: { name: 'read_file', arguments: { a: 1 } } });
    const unknown = await ask(at, 'some', era, path, 'tools/call', { name: 'no_such', arguments: {} });
    expect(unknown.error?.data?.['code']).toBe('unknown_tool');
    for (const name of ['delete_file', 'write_file', 'files__delete_file', 'Read_file']) {
      const hidden = await ask(at, 'some', era, path, 'tools/call', { name, arguments: {} });
      expect(blank(hidden, name)).toEqual(blank(unknown, 'no_such'));
    }
    expect(at.servers.files.asked('tools/call')).toHaveLength(1);
  });

  it.each(WAYS)(
    '[POLICY-CALLS] is all that can be asked for at $path in $era words',
    async ({ path, era }) => {
      const at = policyWorld({ some: READS });
      const read = (uri: string) => ask(at, 'some', era, path, 'resources/read', { uri });
      expect((await read('file:///docs/a')).result).toMatchObject({ contents: ['file:///docs/a'] });
      for (const uri of [
        'file:///secret/b',
        'FILE:///secret/b',
        'file:///docs/../secret/b',
        'file:///docs/%2e%2e/secret/b',
        'file:/secret/b',
      ])
        expect((await read(uri)).error?.data?.['code']).toBe('unknown_resource');
      const prompt = (name: string) => ask(at, 'some', era, path, 'prompts/get', { name });
      expect((await prompt('summary')).result).toBeDefined();
      expect((await prompt('secret')).error?.data?.['code']).toBe('unknown_prompt');
      const complete = (ref: object) =>
        ask(at, 'some', era, path, 'completion/complete', { ref, argument: { name: 'a', value: 'b' } });
      expect((await complete({ type: 'ref/prompt', name: 'summary' })).result).toBeDefined();
      expect((await complete({ type: 'ref/prompt', name: 'secret' })).error?.data?.['code']).toBe(
        'unknown_prompt',
      );
      const secret = await complete({ type: 'ref/resource', uri: 'file:///secret/{name}' });
      expect(secret.error?.data?.['code']).toBe('unknown_resource');
      const about = at.servers.files.links
        .flatMap(({ sent }) => sent)
        .map((wire) => JSON.stringify(wire.params ?? {}));
      expect(about.filter((params) => /secret/i.test(params))).toEqual([]);
    },
  );
});

describe('[POLICY-SERVERS] a server that is not there for a caller', () => {
  const policies = {
    all: undefined,
    web: { servers: ['web'] },
    none: { tools: [], prompts: [], resources: [] },
  };
  const PATHS = ['mcp', 'sse', 'messages', 'ws', 'tickets'];

  it.each(ERAS)('is answered as one that does not exist in %s words', async (era) => {
    const at = policyWorld(policies);
    for (const leg of PATHS) {
      const hidden = await ask(at, 'web', era, `/servers/files/${leg}`, 'tools/list');
      expect(hidden).toEqual(await ask(at, 'web', era, `/servers/nope/${leg}`, 'tools/list'));
      expect(hidden.status).toBe(leg === 'ws' ? 405 : 404);
      const get = (server: string) =>
        at.ask('GET', `/servers/${server}/${leg}`, { headers: { 'x-api-key': 'key-web' } });
      const [there, nowhere] = [await get('files'), await get('nope')];
      expect([there.status, there.headers, there.body]).toEqual([
        nowhere.status,
        nowhere.headers,
        nowhere.body,
      ]);
    }
    expect(at.servers.files.links).toHaveLength(0);
  });

  it.each(ERAS)('leaves the root to what else there is, in %s words', async (era) => {
    const at = policyWorld(policies);
    expect(await names(at, 'web', era, '/mcp')).toEqual(['fetch', 'post', 'search']);
    expect((await ask(at, 'none', era, '/mcp', 'tools/list')).status).toBe(404);
    expect(at.servers.files.links).toHaveLength(0);
  });

  it('is not on /health', async () => {
    const at = policyWorld(policies);
    const health = async (who: string) => {
      const { body } = await at.ask('GET', '/health', { headers: { 'x-api-key': `key-${who}` } });
      return JSON.parse(body ?? '') as { servers: object };
    };
    expect(Object.keys((await health('all')).servers)).toEqual(['files', 'web']);
    expect(Object.keys((await health('web')).servers)).toEqual(['web']);
    expect(Object.keys((await health('none')).servers)).toEqual([]);
  });
});

describe('[POLICY-ALL] all policies that hold for a caller', () => {
  it.each(ERAS)('have to agree: of the gateway, of the project, of the key, in %s words', async (era) => {
    const at = policyWorld(
      { key: { tools: ['files/*'] } },
      {
        policy: { tools: { deny: ['files/delete_*'] } },
        projects: { acme: { shared: ['files', 'web'], policy: { tools: { deny: ['*/write_*'] } } } },
      },
    );
    expect(await names(at, 'key', era, '/servers/files/mcp')).toEqual(['read_file', 'search', 'write_file']);
    expect(await names(at, 'key', era, '/projects/acme/servers/files/mcp')).toEqual(['read_file', 'search']);
    expect(await names(at, 'key', era, '/projects/acme/mcp')).toEqual(['read_file', 'search']);
  });
});

describe('[POLICY-CACHES] what is kept of a shared server', () => {
  const policies = { all: undefined, some: READS, reads: { readOnly: true } };

  it.each(WAYS)(
    'is shown to each caller as its policy has it, at $path in $era words',
    async ({ path, era }) => {
      const drivers = { files: new Lister(FILES, 'files'), web: new Lister(WEB, 'web') };
      const setup = {
        sharing: 'shared',
        cache: { listsMs: 60_000, readsMs: 60_000, isPublic: true },
      } as const;
      const servers = Object.fromEntries(
        Object.entries(drivers).map(([name, driver]) => [name, { driver, ...setup }]),
      );
      const at = policyWorld(policies, { servers });
      for (let round = 0; round < 2; round++) {
        for (const who of ['all', 'some', 'reads']) {
          const listed = await names(at, who, era, path);
          expect(listed.includes('delete_file')).toBe(who === 'all');
          expect(listed.includes('read_file')).toBe(true);
          const { error } = await ask(at, who, era, path, 'resources/read', { uri: 'file:///secret/b' });
          expect(error?.data?.['code']).toBe(who === 'some' ? 'unknown_resource' : undefined);
        }
      }
      expect(drivers.files.links).toHaveLength(1);
      expect(drivers.files.asked('resources/read')).toHaveLength(1);
    },
  );
});
