/** `list`, `call` and `serve` with servers behind URLs and servers of projects. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Carrier } from '../../support/remote.ts';
import { watched, type Watched } from '../../support/watched.ts';
import { FIXTURE, Workplace } from './sluice.ts';

const CARRIERS: readonly Carrier[] = ['streamable', 'sse', 'websocket'];

describe.each(CARRIERS)('[CLI-REMOTE] a server over %s', (carrier) => {
  let server: Watched;
  let place: Workplace;
  beforeEach(async () => {
    server = await watched(carrier);
    const far = { url: server.url, headers: { 'x-team': 'blue' } };
    place = await Workplace.make({ mcpServers: { far, kept: { ...far, disabled: true } } });
  });
  afterEach(async () => {
    await place.clear();
    await server.close();
  });

  test('is listed and called by the name of its entry, served or not, with its headers', async () => {
    for (const name of ['far', 'kept']) {
      expect(await place.run(['call', name, 'echo', 'text=hi', '-H', 'x-more: red'])).toEqual({
        code: 0,
        out: 'hi\n',
        err: '',
      });
    }
    for (const { headers } of server.seen)
      expect(headers).toMatchObject({ 'x-team': 'blue', 'x-more': 'red' });
    expect((await place.run(['list'])).out).toContain('echo');
  });

  test('is called by its address', async () => {
    expect(await place.run(['call', server.url, 'echo', 'text=hi'])).toEqual({
      code: 0,
      out: 'hi\n',
      err: '',
    });
  });

  test('is called through the gateway that serves it', async () => {
    const running = place.start(['serve', '--port', '0', '--json']);
    const said = await running.says(/^\{"url".*\}$/m);
    const { root } = JSON.parse(/^\{"url".*\}$/m.exec(said)?.[0] ?? '') as { root: Record<string, string> };
    for (const url of [root['mcp'], root['sse'], root['ws']]) {
      expect(await place.run(['call', url ?? '', 'echo', 'text=hi'])).toMatchObject({ code: 0, out: 'hi\n' });
    }
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
  });
});

describe('a server of a project', () => {
  let place: Workplace;
  beforeAll(async () => {
    const files = { command: process.execPath, args: [FIXTURE] };
    place = await Workplace.make({ projects: { acme: { mcpServers: { files }, apiKeys: ['acme-key'] } } });
  });
  afterAll(() => place.clear());

  test('[CLI-PROJECT] is listed and called as project/server', async () => {
    expect(await place.run(['call', 'acme/files', 'echo', 'text=hi'])).toMatchObject({
      code: 0,
      out: 'hi\n',
    });
    expect((await place.run(['list'])).out).toContain('acme/files');
    expect((await place.run(['call', 'files', 'echo', 'text=hi'])).err).toContain('acme/files');
  });

  test('[CLI-PROJECT] is served behind the key of the project, whose lack and wrongness exit with 3', async () => {
    const running = place.start(['serve', '--port', '0', '--json']);
    const said = await running.says(/^\{"url".*\}$/m);
    const { projects } = JSON.parse(/^\{"url".*\}$/m.exec(said)?.[0] ?? '') as {
      projects: { servers: Record<string, string>[] }[];
    };
    const server = projects[0]?.servers[0] ?? {};
    for (const leg of ['mcp', 'sse', 'ws']) {
      const url = server[leg] ?? '';
      expect(await place.run(['call', url, 'echo', 'text=hi'])).toMatchObject({ code: 3 });
      expect(await place.run(['call', url, 'echo', 'text=hi', '--api-key', 'acme-key'])).toMatchObject({
        code: 0,
        out: 'hi\n',
      });
    }
    running.process.kill('SIGTERM');
    await running.ended;
  });
});
