import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workplace } from './sluice.ts';

const EVERYTHING = join(
  import.meta.dirname,
  '../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.make();
});
afterAll(() => place.clear());

describe('call, of a server of the configuration', () => {
  test('[CLI-CALL] [CLI-STREAMS] prints the result alone', async () => {
    expect(await place.run(['call', 'fixture', 'echo', 'text=hello\nthere'])).toEqual({
      code: 0,
      out: 'hello\nthere\n',
      err: '',
    });
  });

  test('types its arguments by the schema', async () => {
    const { out } = await place.run(['call', 'fixture', 'typed', 'count=2', 'tags=a', 'tags=b']);
    expect(JSON.parse(out)).toEqual({ count: 2, tags: ['a', 'b'] });
  });

  test('--json prints the whole result', async () => {
    const { out } = await place.run(['call', 'fixture', 'echo', '{"text":"x"}', '--json']);
    expect(JSON.parse(out)).toEqual({ content: [{ type: 'text', text: 'x' }] });
  });

  test.each([
    [['echo'], 1, 'text is missing: it must be a text; write text=…\n'],
    [['echo', 'txt=x'], 1, '"txt" is no argument of this tool; did you mean "text"?\n'],
    [['typed', 'count=many'], 1, 'count must be a whole number, not "many".\n'],
    [['typed', 'count=4'], 1, 'Count must be <= 3.\n'],
    [['typed', 'tags:=[1]'], 1, 'Tags.0 must be string.\n'],
    [['ehco', 'text=x'], 1, 'The server "fixture" has no tool "ehco"; did you mean "echo"?\n'],
    [['fail'], 5, 'it went wrong\n'],
    [['refuse'], 5, 'The server "fixture" answered: I refuse (code -32602).\n'],
  ])('[CLI-EXIT] %j ends with %i', async (words, code, err) => {
    expect(await place.run(['call', 'fixture', ...words])).toEqual({ code, out: '', err });
  });

  test('a server that dies is not reachable', async () => {
    const { code, err } = await place.run(['call', 'fixture', 'crash']);
    expect(code).toBe(4);
    expect(err).toMatch(/^\[fixture\] I fall\nThe server "fixture" .*code 3.*\n$/);
  });

  test('[CLI-CALL-PROGRESS] progress goes to standard error, also what comes with the result', async () => {
    expect(await place.run(['call', 'fixture', 'burst'])).toEqual({
      code: 0,
      out: 'done\n',
      err: 'progress 1/2\nprogress 2/2\n',
    });
    expect((await place.run(['call', '-q', 'fixture', 'burst'])).err).toBe('');
  });

  test('without an answer in time it is given up, and the server told so', async () => {
    const { code, err } = await place.run(['call', 'fixture', 'wait', '--timeout', '300ms', '-q']);
    expect({ code, err }).toEqual({
      code: 4,
      err: 'The tool "wait" did not answer within 0.3 s; raise --timeout.\n',
    });
    expect(await readFile(place.path('cancelled'), 'utf8')).toMatch(/cancelled number\n$/);
  });

  test('[CLI-CALL-CANCEL] Ctrl-C cancels the call upstream and ends with 130', async () => {
    const other = await Workplace.make();
    try {
      const running = other.start(['call', 'fixture', 'wait']);
      await running.says(/progress 1\/2/);
      running.process.kill('SIGINT');
      expect(await running.ended).toMatchObject({ code: 130, out: '' });
      expect(await readFile(other.path('cancelled'), 'utf8')).toBe('cancelled number\n');
    } finally {
      await other.clear();
    }
  });

  test("our own environment is not the child's", async () => {
    const { out } = await place.run(['call', 'fixture', 'environment'], { PLANTED: 'secret' });
    expect(out).not.toContain('PLANTED');
  });
});

describe('list', () => {
  test('shows tools with their arguments', async () => {
    const { code, out, err } = await place.run(['list', 'fixture']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      '  echo  text=string\n      Says it again\n  typed  [count=integer] [tags=array]\n',
    );
  });

  test('[CLI-LIST] of all servers shows those that work, and tells of those that do not', async () => {
    const other = await Workplace.make();
    try {
      await other.configure({
        mcpServers: {
          bad: { command: process.execPath, args: ['-e', 'process.exit(7)'] },
          every: { command: process.execPath, args: [EVERYTHING, 'stdio'], description: 'Everything' },
        },
      });
      const { code, out, err } = await other.run(['list', '-q']);
      expect(code).toBe(4);
      expect(out).toMatch(/^every {2}Everything\n {2}echo {2}message=string\n/);
      expect(err).toMatch(/^bad: The server "bad" .*7.*\n$/);
      const { servers } = JSON.parse((await other.run(['list', '-q', '--json'])).out) as {
        servers: Record<string, object>;
      };
      expect(servers).toMatchObject({
        bad: { error: expect.any(String) as string },
        every: { tools: expect.any(Array) as [] },
      });
    } finally {
      await other.clear();
    }
  });
});

describe('a server that does not start', () => {
  test('is told as `serve` does where its command is missing, and with what is usual where it takes long', async () => {
    const other = await Workplace.make();
    try {
      await other.configure({
        mcpServers: {
          gone: { command: './search-server' },
          slow: { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], startTimeout: 500 },
        },
      });
      expect(await other.run(['list', 'gone'])).toMatchObject({
        code: 4,
        err: 'The command "./search-server" of server "gone" was not found; install it, or correct the command.\n',
      });
      const { code, err } = await other.run(['list', 'slow']);
      expect(code).toBe(4);
      expect(err).toMatch(
        /^The server "slow" did not answer within 0\.5 s\. A first download .*startTimeout.*env/,
      );
    } finally {
      await other.clear();
    }
  });
});

describe('server-everything over stdio', () => {
  test('a sum', async () => {
    await place.configure({
      mcpServers: { every: { command: process.execPath, args: [EVERYTHING, 'stdio'] } },
    });
    const { code, out } = await place.run(['call', 'every', 'get-sum', 'a=2', 'b=40']);
    expect(code).toBe(0);
    expect(out).toContain('42');
  });
});

const SAID = '{"error":{"code":-32000,"message":"This host is not allowed.","data":{"hint":"List it."}}}';

describe('a server behind a URL', () => {
  let server: Server;
  let base: string;
  const heads: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];

  beforeAll(async () => {
    server = createServer(({ method, url = '', headers }, response) => {
      heads.push({ method, url, headers });
      const status = Number(url.slice(1, 4));
      const location = url.startsWith('/307') ? { location: 'http://localhost:1/elsewhere' } : {};
      if (url.startsWith('/000')) return;
      response.writeHead(status, location);
      if (url.endsWith('/endless')) response.write(SAID.slice(0, 20));
      else response.end(url.endsWith('/said') ? SAID : '{"planted":"body"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  test('that does not answer in time', async () => {
    expect(await place.run(['list', `${base}/000`, '--timeout', '300ms'])).toEqual({
      code: 4,
      out: '',
      err: `${base}/000 did not answer within 0.3 s.\n`,
    });
  });

  test.each([
    ['/401', 3, 'wants a key, or does not know this one (status 401); give one with --api-key or --header.'],
    [
      '/403',
      3,
      'refuses this (status 403); check the key (--api-key, --header) and the name in the address.',
    ],
    ['/403/said', 3, 'refuses this (status 403): This host is not allowed. List it.'],
    ['/404/said', 4, 'is no MCP endpoint (status 404): This host is not allowed. List it.'],
    ['/503/said', 4, 'answered with status 503: This host is not allowed. List it.'],
    [
      '/403/endless',
      3,
      'refuses this (status 403); check the key (--api-key, --header) and the name in the address.',
    ],
    ['/404', 4, 'is no MCP endpoint (status 404); check its path.'],
    ['/503', 4, 'could not be reached: it answered with status 503.'],
  ])('that answers %s', async (path, code, sentence) => {
    expect(await place.run(['list', base + path])).toEqual({
      code,
      out: '',
      err: `${base}${path} ${sentence}\n`,
    });
  });

  test('that sends us elsewhere gets no second request with our key', async () => {
    const { code } = await place.run(['list', `${base}/307`, '--api-key', 'planted']);
    expect(code).toBe(4);
  });

  test('where nothing listens', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    expect(await place.run(['call', `http://127.0.0.1:${port}/mcp?key=planted`, 'x'])).toEqual({
      code: 4,
      out: '',
      err: `http://127.0.0.1:${port}/mcp could not be reached: nothing listens there.\n`,
    });
  });

  test('gets the headers and the key that were given', async () => {
    heads.length = 0;
    await place.run(['list', `${base}/503/a`, '-H', 'X-One: 1', '-H', 'X-Two: 2'], {
      SLUICE_API_KEY: 'from-env',
    });
    expect(heads[0]?.headers).toMatchObject({ authorization: 'Bearer from-env', 'x-one': '1', 'x-two': '2' });
    heads.length = 0;
    await place.run(['list', `${base}/503/b`, '--api-key', 'flagged'], { SLUICE_API_KEY: 'from-env' });
    expect(heads[0]?.headers.authorization).toBe('Bearer flagged');
  });

  test('of the configuration is used whether it is disabled or not, and told when it cannot be', async () => {
    const other = await Workplace.make();
    try {
      const disabled = true;
      await other.configure({
        mcpServers: {
          on: { url: `${base}/503` },
          off: { url: `${base}/503`, headers: { 'X-One': '${ONE:-1}' }, disabled },
          unset: { url: `${base}/503`, headers: { 'X-Key': '${NOT_SET}' }, disabled },
          program: { command: process.execPath, disabled },
        },
      });
      for (const name of ['on', 'off']) {
        heads.length = 0;
        expect(await other.run(['list', name])).toMatchObject({ code: 4 });
        expect(heads[0]?.headers['x-one']).toBe(name === 'off' ? '1' : undefined);
      }
      const unset = await other.run(['call', 'unset', 'x']);
      expect(unset.err).toMatch(/^sluice\.json:1:\d+: .*the variable NOT_SET is not set/);
      expect(await other.run(['list', 'program'])).toEqual({
        code: 1,
        out: '',
        err: 'The server "program" is disabled in the configuration; remove its "disabled" to use it.\n',
      });
      const all = await other.run(['list'], { SLUICE_API_KEY: 'planted' });
      expect(all.err.split('\n').map((line) => line.split(':')[0])).toEqual(['on', 'off', '']);
      expect(heads.map(({ headers }) => headers.authorization)).not.toContain('Bearer planted');
    } finally {
      await other.clear();
    }
  });

  test('is tried with the other transport when the first does not fit', async () => {
    heads.length = 0;
    await place.run(['list', `${base}/404/mcp`]);
    expect(heads.map(({ method }) => method)).toEqual(['POST', 'GET']);
    heads.length = 0;
    await place.run(['list', `${base}/404/sse`]);
    expect(heads.map(({ method }) => method)).toEqual(['GET', 'POST']);
    heads.length = 0;
    await place.run(['list', `${base}/401/mcp`]);
    expect(heads.map(({ method }) => method)).toEqual(['POST']);
  });
});
