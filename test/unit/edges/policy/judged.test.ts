/** Calls that are judged by what their server lists: only what reads, and arguments that fit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadChecks } from '../../../../src/engine/policy/argument-checks.ts';
import { turn } from '../../engine/support.ts';
import { ask, blank, ERAS, FILES, names, policyWorld, tool } from './support.ts';

beforeAll(loadChecks);

const WAYS = ['/servers/files/mcp', '/mcp'].flatMap((path) => ERAS.map((era) => ({ path, era })));
const READ_ONLY = { readOnly: true };
const CHECKED = { checkArguments: true };

const counted = { type: 'object', properties: { n: { type: 'integer', maximum: 9 } }, required: ['n'] };

describe('[POLICY-READ-ONLY] a caller that may only read', () => {
  it.each(WAYS)('sees and calls what says that it reads, at $path in $era words', async ({ path, era }) => {
    const at = policyWorld({ reader: READ_ONLY });
    const own = path !== '/mcp';
    expect(await names(at, 'reader', era, path)).toEqual(
      own ? ['read_file', 'search'] : ['fetch', 'files__search', 'read_file', 'web__search'],
    );
    const call = (name: string) => ask(at, 'reader', era, path, 'tools/call', { name, arguments: {} });
    expect((await call('read_file')).result).toBeDefined();
    const unknown = await call('no_such');
    expect(unknown.error?.data?.['code']).toBe('unknown_tool');
    for (const name of ['write_file', 'delete_file', 'files__write_file'])
      expect(blank(await call(name), name)).toEqual(blank(unknown, 'no_such'));
    expect(at.servers.files.asked('tools/call')).toHaveLength(1);
  });

  it.each(ERAS)('may call right away: the server is asked once and not again, in %s words', async (era) => {
    const at = policyWorld({ reader: READ_ONLY });
    for (const name of ['read_file', 'write_file', 'read_file', 'search'])
      await ask(at, 'reader', era, '/servers/files/mcp', 'tools/call', { name, arguments: {} });
    expect(at.servers.files.asked('tools/list')).toHaveLength(
      // Headers of modern calls are held against a list of their own.
      era === 'modern' ? 2 : 1,
    );
    expect(at.servers.files.asked('tools/call')).toHaveLength(3);
  });

  it.each([undefined, false, 'true', 1, null, {}])('is not shown what says %j of it', async (hint) => {
    const at = policyWorld({ reader: READ_ONLY });
    at.servers.files.has = { tools: [tool('odd', hint), tool('read_file', true)] };
    expect(await names(at, 'reader', 'legacy', '/servers/files/mcp')).toEqual(['read_file']);
    const { error } = await ask(at, 'reader', 'legacy', '/servers/files/mcp', 'tools/call', { name: 'odd' });
    expect(error?.data?.['code']).toBe('unknown_tool');
  });

  it('is held to what the server says now: after a change, and after a minute', async () => {
    const at = policyWorld({ reader: READ_ONLY });
    const { files } = at.servers;
    const call = () => ask(at, 'reader', 'legacy', '/servers/files/mcp', 'tools/call', { name: 'read_file' });
    expect((await call()).result).toBeDefined();
    files.has = { ...FILES, tools: [tool('read_file', false)] };
    files.links[0]?.says({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    expect((await call()).error?.data?.['code']).toBe('unknown_tool');
    files.has = FILES;
    at.runtime.advance(61_000);
    expect((await call()).result).toBeDefined();
    files.has = { ...FILES, tools: [tool('read_file', false)] };
    at.runtime.advance(61_000);
    expect((await call()).error?.data?.['code']).toBe('unknown_tool');
  });

  it('is refused where the server does not say what it has', async () => {
    const at = policyWorld({ reader: READ_ONLY });
    at.servers.files.script = ({ method }) =>
      method === 'tools/list' ? { error: { code: -32603, message: 'no' } } : { result: {} };
    const call = (name: string) => ask(at, 'reader', 'legacy', '/servers/files/mcp', 'tools/call', { name });
    const { error } = await call('read_file');
    expect(error?.data?.['code']).toBe('upstream_failed');
    expect(at.servers.files.asked('tools/call')).toHaveLength(0);
  });

  it('may be all callers of a server', async () => {
    const { servers } = policyWorld({ all: undefined });
    const at = policyWorld(
      { all: undefined },
      { servers: { files: { driver: servers.files, offer: { readOnly: true } } } },
    );
    for (const era of ERAS) {
      expect(await names(at, 'all', era, '/mcp')).toEqual(['read_file', 'search']);
      const { error } = await ask(at, 'all', era, '/mcp', 'tools/call', {
        name: 'write_file',
        arguments: {},
      });
      expect(error?.data?.['code']).toBe('unknown_tool');
    }
    expect(servers.files.asked('tools/call')).toHaveLength(0);
  });
});

describe('[POLICY-CHECKED] arguments of a call', () => {
  it.each(WAYS)(
    'are held against the schema before it is sent, at $path in $era words',
    async ({ path, era }) => {
      const at = policyWorld({ some: CHECKED });
      at.servers.files.has = {
        tools: [tool('count', false, counted), tool('loose', false, { $ref: 'http://x/y' })],
      };
      const call = (name: string, args?: unknown) =>
        ask(at, 'some', era, path, 'tools/call', {
          name,
          ...(args === undefined ? {} : { arguments: args }),
        });
      expect((await call('count', { n: 3 })).result).toMatchObject({
        params: { name: 'count', arguments: { n: 3 } },
      });
      const wrong = await call('count', { n: 12_345 });
      expect(wrong.error).toMatchObject({
        code: -32602,
        data: { code: 'invalid_params', misfits: [{ at: '/n', rule: 'maximum' }] },
      });
      expect(JSON.stringify(wrong)).not.toContain('12345');
      expect((await call('count')).error?.message).toContain('required: n');
      expect((await call('count', [])).error?.code).toBe(-32602);
      const loose = await call('loose', {});
      expect(loose.error?.message).toContain('none is fetched');
      expect(loose.error?.data?.['code']).toBe('upstream_bad_answer');
      expect(at.servers.files.asked('tools/call')).toHaveLength(1);
    },
  );

  it('are sent as they were written', async () => {
    const at = policyWorld({ some: CHECKED });
    at.servers.files.has = { tools: [tool('count', false, counted)] };
    const body =
      '{"jsonrpc":"2.0","id":1,"method":"tools\\/call","params":{ "arguments" : {"n":\t1.0e0,"x":12345678901234567890}, "name":"c\\u006funt"}}';
    const headers = { 'x-api-key': 'key-some' };
    const held = { body: Promise.resolve(new TextEncoder().encode(body)), arrive: () => {}, fail: () => {} };
    await at.ask('POST', '/servers/files/mcp', { headers, held });
    await turn();
    await turn();
    const sent = at.servers.files.links.flatMap(({ raw }) => raw);
    expect(sent.find((text) => text.includes('arguments'))).toContain(
      '"params":{ "arguments" : {"n":\t1.0e0,"x":12345678901234567890}, "name":"c\\u006funt"}',
    );
  });
});
