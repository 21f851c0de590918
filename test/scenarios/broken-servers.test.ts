/** Real gateways in front of servers that are broken, or replaced by others while clients are there. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startModernHttp } from '../fixtures/modern/listen.ts';
import { HttpSessions } from '../fixtures/server/http-sessions.ts';
import { descendants } from '../support/children.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { request, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { remote } from '../support/remote.ts';
import { send } from '../support/raw.ts';
import { child } from '../support/servers.ts';
import { bodyOf, type Handler, webServer } from '../support/web-server.ts';

const MODERN = fileURLToPath(new URL('../fixtures/modern/stdio.ts', import.meta.url));
const LEGACY = fileURLToPath(new URL('../fixtures/server/stdio.ts', import.meta.url));

/** Passes requests on to another server, as what stands in front of one does. */
function passing(to: () => string): Handler {
  return (asked, response) => {
    const { method, headers } = asked;
    const onward = ask(to(), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    asked.pipe(onward);
  };
}

async function legacyHttp(): Promise<string> {
  const sessions = new HttpSessions();
  onTestFinished(() => sessions.close());
  const { url } = await webServer((request, response) => sessions.handle(request, response));
  return `${url}/mcp`;
}

async function modernHttp(): Promise<string> {
  const { url, close } = await startModernHttp('modern');
  onTestFinished(close);
  return url;
}

async function eraAt({ url }: TestGateway): Promise<string | undefined> {
  const { servers } = await (await send(`${url}/health`)).json<{ servers: { it: { era?: string } } }>();
  return servers.it.era;
}

const echo = (id: number) => toolCall(id, 'echo', { text: `hi ${id}` });

describe('a server that is replaced', () => {
  test('[BRKS-TURNED] over HTTP, in both directions, under clients that are there', async () => {
    const [modern, legacy] = [await modernHttp(), await legacyHttp()];
    for (const [before, after, era] of [
      [modern, legacy, 'legacy'],
      [legacy, modern, 'modern'],
    ] as const) {
      let now: string = before;
      const { url } = await webServer(passing(() => now));
      const at = await startTestGateway({ servers: { it: remote('streamable', `${url}/mcp`) } });
      const client = await StreamableClient.start(at.mcp());
      expect(textOf(await client.ask(echo(1)))).toBe('hi 1');
      now = after;
      expect(textOf(await client.ask(echo(2)))).toBe('hi 2');
      expect(textOf(await client.ask(echo(3)))).toBe('hi 3');
      const next = await StreamableClient.start(at.mcp());
      expect(textOf(await next.ask(echo(4)))).toBe('hi 4');
      expect(await eraAt(at)).toBe(era);
      await at.close();
    }
  }, 40_000);

  test('[BRKS-TURNED] over stdio, when its program is another after its end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-broken-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const program = join(directory, 'server.ts');
    const be = (what: string) =>
      writeFileSync(program, `process.argv[2] = 'reject'; await import('${what}');`);
    for (const [before, after, era] of [
      [MODERN, LEGACY, 'legacy'],
      [LEGACY, MODERN, 'modern'],
    ] as const) {
      be(before);
      const at = await startTestGateway({ servers: { it: child(process.execPath, [program], {}) } });
      const client = await StreamableClient.start(at.mcp());
      expect(textOf(await client.ask(echo(1)))).toBe('hi 1');
      be(after);
      for (const { pid, command } of descendants())
        if (command.includes(program)) process.kill(pid, 'SIGKILL');
      await at.recorder.when('linkClosed');
      expect(textOf(await client.ask(echo(2)))).toBe('hi 2');
      expect(await eraAt(at)).toBe(era);
      await at.close();
    }
  }, 60_000);
});

describe('a server that is broken', () => {
  test('[BRKS-PARAMS] asks with params that are no object, over stdio and HTTP, and the gateway goes on', async () => {
    const results: Record<string, unknown> = {
      'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
      'tools/list': { tools: [] },
      'tools/call': {
        resultType: 'input_required',
        inputRequests: { a: { method: 'roots/list', params: 7 } },
      },
    };
    const program = `require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method } = JSON.parse(line);
      const result = ${JSON.stringify(results)}[method];
      const error = { code: -32601, message: 'no' };
      if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) }));
    });`;
    const { url } = await webServer(async (asked, response) => {
      const { id, method } = JSON.parse(await bodyOf(asked)) as { id: number; method: string };
      const result = results[method];
      response.writeHead(result ? 200 : 400, { 'content-type': 'application/json' });
      const said = result ? { result } : { error: { code: -32601, message: 'no' } };
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...said }));
    });
    const at = await startTestGateway({
      servers: {
        near: child(process.execPath, ['-e', program]),
        far: remote('streamable', `${url}/mcp`),
      },
    });
    for (const server of ['near', 'far']) {
      const client = await StreamableClient.start(at.mcp(server));
      expect(wordOf(await client.ask(echo(1)))).toBe('upstream_bad_answer');
      expect((await client.ask(request(2, 'tools/list'))).result).toEqual({ tools: [] });
    }
  });
});
