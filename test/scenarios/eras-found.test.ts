/** Which words real servers are found to understand, whatever they run on. */
import { fileURLToPath } from 'node:url';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Eras } from '../../src/engine/bridge/eras.ts';
import type { UpstreamDriver } from '../../src/engine/ports.ts';
import { createGateway, inprocess, nodeRuntime, stdio, streamable } from '../../src/node.ts';
import { META_KEYS, MODERN_VERSION } from '../../src/protocol/era.ts';
import { startModernHttp } from '../fixtures/modern/listen.ts';
import { modernFactory } from '../fixtures/modern/server.ts';
import { HttpSessions } from '../fixtures/server/http-sessions.ts';
import { createFixtureServer } from '../fixtures/server/server.ts';
import { send } from '../support/raw.ts';
import { type Handler, webServer } from '../support/web-server.ts';

const ME = { principal: 'me' };
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const MODERN = here('../fixtures/modern/stdio.ts');
const LEGACY = here('../fixtures/server/stdio.ts');

function erasOf(driver: UpstreamDriver, probeMs = 20_000): Eras {
  onTestFinished(() => driver.close());
  const times = { startMs: 20_000, probeMs, eraMs: 600_000, runtime: nodeRuntime };
  return new Eras({ driver, rule: 'auto', forwardHeaders: [], numbers: { next: 1 }, ...times });
}

function node(...args: string[]): UpstreamDriver {
  const { execPath: command } = process;
  return stdio({ name: 'it', command, args, stopGraceMs: 100, runtime: nodeRuntime, observer: {} });
}

function at(url: string): UpstreamDriver {
  return streamable({ name: 'it', url, backoff: { firstMs: 1, maxMs: 1 } });
}

async function answering(handler: Handler): Promise<UpstreamDriver> {
  const { url } = await webServer(handler);
  return at(`${url}/mcp`);
}

async function legacyHttp(): Promise<Handler> {
  const sessions = new HttpSessions();
  onTestFinished(() => sessions.close());
  return (request, response) => sessions.handle(request, response);
}

function function_(legacy: 'reject' | 'stateless'): UpstreamDriver {
  const { fetch, close } = createMcpHandler(modernFactory(), { legacy });
  onTestFinished(close);
  return streamable({ name: 'it', url: 'http://in.process/mcp', fetch });
}

describe('over stdio', () => {
  it.each([
    ['a modern server', [MODERN, 'reject'], true],
    ['one of both eras', [MODERN, 'serve'], true],
    ['a legacy server', [LEGACY], false],
    [
      'one that ends at the first unknown word',
      ['-e', 'process.stdin.once("data", () => process.exit(1))'],
      false,
    ],
    ['one that ends before', ['-e', 'process.exit(3)'], false],
    ['one that answers rubbish', ['-e', 'process.stdin.on("data", () => console.log("{}\\nhm"))'], false],
  ])('[FINDERA-STDIO] %s', async (what, args, isModern) => {
    const isSlow = what.includes('rubbish');
    const driver = node(...args);
    const eras = erasOf(driver, isSlow ? 300 : 20_000);
    expect(await eras.find(ME)).toBe(isModern);
    expect(eras.isModern(ME)).toBe(isModern);
    // However it went, the next one need not wait.
    expect(driver.health()).not.toMatchObject({ state: 'backoff' });
    expect(driver.health()).not.toMatchObject({ state: 'failed' });
  });

  it('[FINDERA-STDIO] one that says nothing, in bounds', async () => {
    const driver = node('-e', 'process.stdin.resume()');
    const eras = erasOf(driver, 100);
    expect(await eras.find(ME)).toBe(false);
    await expect.poll(() => driver.health()).toMatchObject({ state: 'idle', links: 0, restarts: 0 });
  });

  it('[FINDERA-STDIO] one that cannot be started says nothing', async () => {
    const driver = stdio({ name: 'it', command: '/nowhere', runtime: nodeRuntime, observer: {} });
    await expect(erasOf(driver).find(ME)).rejects.toMatchObject({ fault: { code: 'start-failed' } });
  });

  it('[FINDERA-STDIO] in the one process there may be', async () => {
    const { execPath: command } = process;
    const options = { name: 'it', command, args: [MODERN], maxProcesses: 1, runtime: nodeRuntime };
    const driver = stdio({ ...options, observer: {} });
    const eras = erasOf(driver);
    expect(await eras.find(ME)).toBe(true);
    const { signal } = new AbortController();
    const events = { message: () => {}, failed: () => {}, closed: () => {} };
    const link = await driver.open(events, { ...ME, signal, era: 'modern' });
    eras.forget(ME);
    await expect(eras.find(ME)).rejects.toMatchObject({ fault: { code: 'too-many-processes' } });
    await link.close();
    expect(await eras.find(ME)).toBe(true);
  });
});

describe('over HTTP', () => {
  it.each(['modern', 'dual'] as const)('[FINDERA-HTTP] a %s server', async (kind) => {
    const { url, close } = await startModernHttp(kind);
    onTestFinished(close);
    expect(await erasOf(at(url)).find(ME)).toBe(true);
  });

  it.each(['reject', 'stateless'] as const)(
    '[FINDERA-HTTP] a handler of the SDK (legacy: %s)',
    async (legacy) => {
      expect(await erasOf(function_(legacy)).find(ME)).toBe(true);
    },
  );

  it('[FINDERA-HTTP] a legacy server', async () => {
    expect(await erasOf(await answering(await legacyHttp())).find(ME)).toBe(false);
  });

  it.each([400, 404, 405, 406, 415])('[FINDERA-HTTP] one that answers %i', async (status) => {
    const driver = await answering((_request, response) => void response.writeHead(status).end('no'));
    expect(await erasOf(driver).find(ME)).toBe(false);
    expect(driver.health()).not.toMatchObject({ state: 'failed' });
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'busy'],
    [500, 'http-status'],
    [502, 'bad-gateway'],
    [503, 'busy'],
  ])('[FINDERA-HTTP] one that answers %i says nothing of its words', async (status, code) => {
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'no' } };
    const driver = await answering((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(error));
    });
    const eras = erasOf(driver);
    await expect(eras.find(ME)).rejects.toMatchObject({ fault: { code } });
    expect(eras.isModern(ME)).toBeUndefined();
  });

  it('[FINDERA-HTTP] one that is not there, or stays silent, says nothing of its words', async () => {
    const silent = erasOf(await answering(() => undefined), 100);
    await expect(silent.find(ME)).rejects.toMatchObject({ fault: { code: 'silent' } });
    const { url, close } = await webServer(() => undefined);
    await close();
    await expect(erasOf(at(url)).find(ME)).rejects.toMatchObject({ fault: { code: 'unreachable' } });
  });

  it('[FINDERA-RESTART] one that comes back with other words is found to', async () => {
    const modern = await startModernHttp('modern');
    onTestFinished(modern.close);
    const legacy = await legacyHttp();
    let isModern = true;
    const server = await webServer(async (request, response) => {
      if (!isModern) return legacy(request, response);
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      const kept = headers.filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
      const answer = await fetch(modern.url, {
        method: 'POST',
        headers: Object.fromEntries(kept),
        body: Buffer.concat(chunks),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
    const { gateway, url } = await behind(at(`${server.url}/mcp`));
    onTestFinished(() => gateway.close());
    expect(await shownEra(url)).toEqual({ era: 'unknown' });
    expect(await ask(url)).toMatchObject({ result: { resultType: 'complete', content: [{ text: 'hi' }] } });
    const known = await shownEra(url);
    expect(known).toMatchObject({ era: 'modern' });
    expect(Math.abs(Date.parse(known.eraSince ?? '') - Date.now())).toBeLessThan(60_000);
    isModern = false;
    expect(await ask(url)).toMatchObject({ result: { resultType: 'complete', content: [{ text: 'hi' }] } });
    expect(await shownEra(url)).toMatchObject({ era: 'legacy' });
  });
});

describe('in process', () => {
  it('[FINDERA-INPROCESS] functions have both, an SDK server on a transport of its own has legacy words', async () => {
    const table = erasOf(inprocess({ handler: { 'tools/list': () => ({ tools: [] }) } }));
    expect(await table.find(ME)).toBe(true);
    expect(table.shown).toMatchObject({ era: 'dual' });
    expect(await erasOf(inprocess({ create: () => createFixtureServer() })).find(ME)).toBe(false);
  });
});

async function behind(driver: UpstreamDriver) {
  const gateway = createGateway({ servers: { it: driver } });
  const { port } = await gateway.listen(0, '127.0.0.1');
  return { gateway, url: `http://127.0.0.1:${port}` };
}

async function shownEra(url: string): Promise<{ era: string; eraSince?: string }> {
  const { servers } = await (await send(`${url}/health`)).json<{ servers: { it: Record<string, string> } }>();
  const { era = '', eraSince } = servers.it;
  return eraSince === undefined ? { era } : { era, eraSince };
}

/** One call of a modern client. */
async function ask(url: string): Promise<unknown> {
  const _meta = {
    [META_KEYS.version]: MODERN_VERSION,
    [META_KEYS.info]: { name: 'c', version: '1' },
    [META_KEYS.capabilities]: {},
  };
  const params = { name: 'echo', arguments: { text: 'hi' }, _meta };
  const reply = await send(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN_VERSION,
      'mcp-method': 'tools/call',
      'mcp-name': 'echo',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  const text = await reply.text();
  // What takes a little longer comes as an event.
  return JSON.parse(text.startsWith('{') ? text : (/^data: (\{.*"id":1.*)$/m.exec(text)?.[1] ?? 'null'));
}
