/** `npm start` as a newcomer runs it: the demo configuration, looked at with the MCP Inspector's command line. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
let gateway: ChildProcess;
let url = '';
let home = '';

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  gateway = spawn(process.execPath, ['scripts/start.ts', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH ?? ''}` },
  });
  const [line] = (await once(gateway.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  url = (JSON.parse(String(line)) as { url: string }).url;
});

afterAll(async () => {
  const ended = once(gateway, 'exit');
  gateway.kill('SIGTERM');
  const [code] = await ended;
  rmSync(home, { recursive: true, force: true });
  expect(code).toBe(0);
});

async function listTools(transport: 'sse' | 'http', path: string): Promise<string[]> {
  const args = ['--cli', '--transport', transport, '--server-url', `${url}${path}`];
  const { stdout } = await run(
    'node_modules/.bin/mcp-inspector',
    [...args, '--method', 'tools/list', '--format', 'json'],
    { env: { ...process.env, HOME: home }, timeout: 25_000 },
  );
  const { result } = JSON.parse(stdout) as { result: { tools: { name: string }[] } };
  return result.tools.map(({ name }) => name);
}

describe('the demo, seen by the MCP Inspector 2.12.0', () => {
  it.each([
    ['sse', '/servers/everything/sse'],
    ['http', '/servers/everything/mcp'],
    ['http', '/servers/everything/sse'],
    ['sse', '/servers/everything/mcp'],
  ] as const)(
    '[DEMO-INSPECTOR] lists the tools of a child process over %s at %s',
    async (transport, path) => {
      expect(await listTools(transport, path)).toContain('echo');
    },
  );

  it.each([
    ['sse', '/sse'],
    ['http', '/mcp'],
  ] as const)(
    '[DEMO-INSPECTOR] lists the tools of all servers as one over %s at %s',
    async (transport, path) => {
      const tools = await listTools(transport, path);
      expect(tools).toContain('echo');
      expect(tools.length).toBeGreaterThan((await listTools(transport, `/servers/aare${path}`)).length);
    },
  );

  it('[DEMO-WATCH] is found by the commands that look at it, in the same folder', async () => {
    const { stdout } = await run('node', ['dist/cli.js', 'top', url, '--once', '--json']);
    const { servers } = JSON.parse(stdout) as { servers: { name: string }[] };
    expect(servers.map(({ name }) => name).toSorted()).toEqual(['aare', 'everything']);
  });
});
