import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIXTURE, type Running, Workplace } from './sluice.ts';

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.make();
});
afterAll(() => place.clear());

interface Ready {
  readonly url: string;
  readonly root: { sse: string; mcp: string };
  readonly servers: { name: string; sse: string; mcp: string }[];
  readonly apiKey?: string;
}

async function ready(running: Running): Promise<Ready> {
  const said = await running.says(/^\{"url".*\}$/m);
  return JSON.parse(/^\{"url".*\}$/m.exec(said)?.[0] ?? '') as Ready;
}

describe('serve', () => {
  test('[CLI-SERVE] serves over both transports, at the root and by name, until SIGTERM', async () => {
    const running = place.start(['serve', '--port', '0', '--json']);
    const { root, servers } = await ready(running);
    for (const url of [root.sse, root.mcp, servers[0]?.sse ?? '', servers[0]?.mcp ?? '']) {
      expect(await place.run(['call', url, 'echo', 'text=hi'])).toEqual({ code: 0, out: 'hi\n', err: '' });
    }
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  test('[SEC-HOST] is reached at the address it prints, also at another one of loopback', async () => {
    const running = place.start(['serve', '--host', '127.0.0.2', '--port', '0', '--json']);
    const { url, root } = await ready(running);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:/);
    expect(await place.run(['call', root.mcp, 'echo', 'text=hi'])).toMatchObject({ code: 0, out: 'hi\n' });
    running.process.kill('SIGTERM');
    await running.ended;
  });

  test.each(['sse', 'mcp'] as const)(
    '[CLI-CALL-CANCEL] carries Ctrl-C of a call to the server (%s)',
    async (transport) => {
      const other = await Workplace.make();
      try {
        const gateway = other.start(['serve', '--port', '0', '--json']);
        const { root } = await ready(gateway);
        const running = other.start(['call', root[transport], 'wait']);
        await running.says(/progress 1\/2/);
        running.process.kill('SIGINT');
        expect(await running.ended).toMatchObject({ code: 130 });
        gateway.process.kill('SIGTERM');
        await gateway.ended;
        expect(await readFile(other.path('cancelled'), 'utf8')).toBe('cancelled number\n');
      } finally {
        await other.clear();
      }
    },
  );

  test('[CONFIG-RELOAD] follows its file, and keeps what is in force when the file breaks', async () => {
    const other = await Workplace.make();
    try {
      const running = other.start(['serve', '--port', '0', '--json']);
      const { url } = await ready(running);
      const entry = { command: process.execPath, args: [FIXTURE] };
      await other.configure({ mcpServers: { fixture: entry, second: entry } });
      await running.says(/configuration reloaded/);
      expect(await other.run(['call', `${url}/servers/second/mcp`, 'echo', 'text=hi'])).toMatchObject({
        out: 'hi\n',
      });
      await other.configure({ mcpServers: { fixture: { comand: 'x' } } });
      await running.says(/the one before stays in force/);
      expect(await other.run(['call', `${url}/servers/second/sse`, 'echo', 'text=hi'])).toMatchObject({
        out: 'hi\n',
      });
      running.process.kill('SIGINT');
      expect(await running.ended).toMatchObject({ code: 0 });
    } finally {
      await other.clear();
    }
  });
});

describe('a one-liner', () => {
  test('[CLI-ONE-LINER] is called default, and asks for the key it made', async () => {
    const running = place.start([
      '--api-key',
      'auto',
      '--port',
      '0',
      '--json',
      '-e',
      'GIVEN=yes',
      '--',
      process.execPath,
      FIXTURE,
    ]);
    const { root, servers, apiKey = '' } = await ready(running);
    expect(servers.map(({ name }) => name)).toEqual(['default']);
    expect(apiKey).toMatch(/^slc_/);
    expect(await place.run(['list', root.mcp])).toMatchObject({ code: 3 });
    const { out } = await place.run(['call', root.sse, 'environment'], { SLUICE_API_KEY: apiKey });
    expect(JSON.parse(out)).toMatchObject({ GIVEN: 'yes' });
    running.process.kill('SIGTERM');
    const { code, err } = await running.ended;
    expect(code).toBe(0);
    expect(err).not.toContain(apiKey);
  });
});

describe('[CLI-START-ERRORS] a port that is taken', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('is told in one sentence', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await place.run(['serve'], { PORT: String(port) })).toEqual({
      code: 1,
      out: '',
      err: `Port ${port} (PORT) on 127.0.0.1 is taken by another program; stop it, or choose another with --port.\n`,
    });
  });
});
