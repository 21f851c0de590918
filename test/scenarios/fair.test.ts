/** Two keys before one server of few processes: what one does to hold them all, and how soon the other is served. */
import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, test } from 'vitest';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { modernHeaders, modernRequest, type Params } from '../support/modern-face.ts';
import { hello, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, send } from '../support/raw.ts';

const ANN = { 'x-api-key': 'slc_ann_ann_ann' };
const BEN = { 'x-api-key': 'slc_ben_ben_ben' };
const PROCESSES = 8;
/** Above what it takes anyway: a process that is ended for another gets 2 s to go. */
const BOUND_MS = 4_000;

let at: TestGateway;
afterEach(() => at.close());

async function start(): Promise<void> {
  at = await startTestGateway({
    servers: { srv: fixtureStdio({ maxProcesses: PROCESSES }), other: fixtureInprocess() },
    apiKeys: [ANN['x-api-key'], BEN['x-api-key']],
    merge: {},
  });
}

/** A session of Ben's, a call in it, and the same in modern words. */
async function benIsServed(): Promise<void> {
  const began = performance.now();
  const client = await StreamableClient.start(at.mcp('srv'), '2025-11-25', BEN);
  expect(textOf(await client.ask(toolCall(1, 'add', { a: 20, b: 22 })))).toBe('{"sum":42}');
  const own = modernRequest('ben', 'tools/call', { name: 'add', arguments: { a: 1, b: 2 } });
  const reply = await modern(own, BEN);
  expect(reply).toContain('sum');
  expect(performance.now() - began).toBeLessThan(usualMs + BOUND_MS);
}

async function modern(body: ReturnType<typeof modernRequest>, key: Record<string, string>): Promise<string> {
  const headers = { ...modernHeaders(body), ...key };
  const request = new Request(at.mcp('srv'), { method: 'POST', headers, body: JSON.stringify(body) });
  return (await at.gateway.fetch(request)).text();
}

let usualMs = 60_000;
test('Ben alone is served as usual', async () => {
  await start();
  const began = performance.now();
  await benIsServed();
  usualMs = performance.now() - began;
});

/** More than there are, all at once, whatever becomes of them. */
const all = (make: (n: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: 2 * PROCESSES }, (_, n) => make(n).catch(() => undefined)));
const isHeld = () =>
  eventually('Ann has most of them', () => at.events.filter(({ type }) => type === 'linkOpened').length >= 6);

describe('[FAIR-STARVE] Ben is served while Ann', () => {
  test('begins sessions and never comes back', async () => {
    await start();
    await all(async () => {
      const headers = {
        ...ANN,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      };
      await send(at.mcp('srv'), { method: 'POST', headers, body: JSON.stringify(hello(1, '2025-11-25')) });
    });
    await isHeld();
    await benIsServed();
  });

  test('holds sessions of HTTP+SSE and says nothing', async () => {
    await start();
    await all(async () => {
      const client = await SseClient.open(at.sse('srv'), ANN);
      await client.initialize();
    });
    await isHeld();
    await benIsServed();
  });

  test('calls what never ends in every session', async () => {
    await start();
    void all(async () => {
      const client = await StreamableClient.start(at.mcp('srv'), '2025-11-25', ANN);
      await (await client.post(toolCall(1, 'sleep', { ms: 500_000 }))).text();
    });
    await isHeld();
    await benIsServed();
  });

  test('leaves questions open', async () => {
    await start();
    const can = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const params: Params = { name: 'ask_elicitation', arguments: { message: 'Who?' } };
    void all((n) => modern(modernRequest(`ann-${n}`, 'tools/call', params, can), ANN));
    await eventually('she was asked', async () => {
      const reply = await send(`${at.url}/health`, { headers: ANN });
      return (await reply.json<{ parked: number }>()).parked >= 4;
    });
    await benIsServed();
  });

  test('calls by a merge what never ends', async () => {
    await start();
    void all(async () => {
      const client = await StreamableClient.start(at.mcp(), '2025-11-25', ANN);
      await (await client.post(toolCall(1, 'srv__sleep', { ms: 500_000 }))).text();
    });
    await isHeld();
    await benIsServed();
  });
});
