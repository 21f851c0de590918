/**
 * Ten thousand generated bad inputs against a running gateway, with healthy sessions alongside.
 *
 * `FUZZ_SEED` and `FUZZ_INPUTS` ask for other or more of them.
 */
import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../src/edges/node/http.ts';
import { echoStdio, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, send, within, Wire } from '../support/raw.ts';
import { type HttpInput, type Input, input, type RawInput } from './fuzz-inputs.ts';

const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 10_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_120);
/** How many are sent at once. */
const AT_ONCE = 25;
/** Every input is answered, or its connection closed, in this time. */
const BOUND_MS = 5_000;
const MIB = 1024 * 1024;

let gateway: TestGateway;
let listening: Listening;
let victims: { sse: SseClient; session: StreamableClient } | undefined;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess(), echo: echoStdio() },
    settings: {
      sessionIdleMs: 1_000,
      statelessIdleMs: 1_000,
      requestMs: 2_000,
      startMs: 2_000,
      heartbeatMs: 500,
    },
    bodyMs: 1_000,
  });
  listening = await listen(gateway.gateway.node, { host: '127.0.0.1', port: 0, headersMs: 1_000 });
  return () => {
    listening.server.closeAllConnections();
    return listening.close();
  };
});

/** Two sessions that go on calling, until told to stop; every answer must be right. */
class Healthy {
  calls = 0;
  #isOver = false;
  readonly #running: Promise<void>[];
  readonly #sse: SseClient;

  static async start(): Promise<Healthy> {
    const sse = await SseClient.open(gateway.sse('echo'));
    return new Healthy(sse, await StreamableClient.start(gateway.mcp('echo')));
  }

  constructor(sse: SseClient, session: StreamableClient) {
    this.#sse = sse;
    this.#running = [this.#call(sse, 'sse'), this.#call(session, 'streamable')];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
    this.#sse.close();
  }

  async #call(client: SseClient | StreamableClient, name: string): Promise<void> {
    for (let call = 1; !this.#isOver; call++) {
      const text = `healthy ${name} ${call}`;
      expect(textOf(await client.ask(toolCall(call, 'echo', { text })))).toBe(text);
      // Nothing but the answers to its own calls ever reached this session.
      if (client instanceof SseClient) {
        expect(client.feed.messages.length).toBe(1);
        client.feed.messages.length = 0;
      }
      this.calls++;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

const statuses = new Map<number, number>();

async function throwIn(one: Input): Promise<void> {
  const status = one.kind === 'http' ? await overHttp(one) : await overWire(one);
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  // 503 is for a gateway that is full, and nothing here may fill it; 500 is our own fault.
  expect(status === 0 || status < 500).toBe(true);
}

/** Of the many inputs of a batch, the one that did it. */
function blame(one: Input, error: unknown): never {
  const bytes = one.kind === 'raw' ? one.bytes : (one.body ?? '');
  const facts = one.kind === 'raw' ? {} : { method: one.method, path: one.path, headers: one.headers };
  throw new Error(
    `${JSON.stringify(facts)} with ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}: ${error}`,
  );
}

function withIds(text: string): string {
  if (!victims) return text;
  const { sse, session } = victims;
  return text.replace('SSE', sse.sessionId).replace('SESSION', session.sessionId ?? '');
}

async function overHttp({ method, path, headers, body }: HttpInput): Promise<number> {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withIds(value)]));
  const sending = { method, headers: named, ...(body ? { body } : {}), alone: true };
  const reply = await within(send(gateway.url + withIds(path), sending), 'an answer', BOUND_MS);
  if (method === 'HEAD' || reply.status === 204 || reply.status === 202) await reply.text();
  else if (reply.isStream) reply.cut();
  else await check(await reply.text(), reply.status);
  return reply.status;
}

/** Refusals say what was wrong. */
async function check(text: string, status: number): Promise<void> {
  if (status < 400) return;
  const answer = JSON.parse(text) as { error: { message: string; data: { code: string } } };
  expect(answer.error.message).toMatch(/\.$/);
  expect(answer.error.data.code).toMatch(/^[a-z0-9_]+$/);
}

async function overWire({ bytes }: RawInput): Promise<number> {
  const socket = await Wire.open(listening.port);
  const answered = new Promise<void>((resolve) => socket.socket.once('data', () => resolve()));
  socket.write(bytes);
  socket.socket.end();
  await within(Promise.race([answered, socket.closed]), 'an answer or the end', BOUND_MS);
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(socket.received)?.[1] ?? 0);
}

async function run(inputs: number, seed: number): Promise<void> {
  const batch = fc.array(input, { minLength: AT_ONCE, maxLength: AT_ONCE });
  const property = fc.asyncProperty(batch, async (all) => {
    await renew();
    await Promise.all(all.map((one) => throwIn(one).catch((error: unknown) => blame(one, error))));
  });
  await fc.assert(property, { numRuns: Math.ceil(inputs / AT_ONCE), seed, endOnFailure: true });
}

/** The inputs may have ended the sessions that they name. */
async function renew(): Promise<void> {
  if (victims && !victims.sse.feed.end) {
    const reply = await victims.session.post('{}');
    await reply.text();
    if (reply.status !== 404) return;
  }
  victims?.sse.close();
  victims = {
    sse: await SseClient.open(gateway.sse()),
    session: await StreamableClient.start(gateway.mcp(), '2025-03-26'),
  };
}

function collectGarbage(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / MIB;
}

async function health(): Promise<{ sessions: number; calls: number }> {
  return (await send(`${gateway.url}/health`)).json();
}

function sockets(): Promise<number> {
  return new Promise((resolve) => listening.server.getConnections((_error, count) => resolve(count)));
}

/** Ends what the inputs left behind, and waits until it is gone. */
async function settled(): Promise<number> {
  victims?.sse.close();
  await victims?.session.delete();
  victims = undefined;
  await eventually('no session and no call is left', async () => {
    const { sessions, calls } = await health();
    return sessions === 0 && calls === 0;
  });
  await eventually('no socket of the raw inputs is left', async () => (await sockets()) === 0);
  gateway.recorder.events.length = 0;
  return collectGarbage();
}

describe('generated bad input', () => {
  it('[BAD-GENERATED] [BAD-OTHERS] does no harm: no crash, no hang, no cross-talk, memory back to its level', async () => {
    // What is loaded and compiled once must not count as a leak.
    await run(1_000, SEED + 1);
    const before = await settled();
    const healthy = await Healthy.start();
    const startedAt = performance.now();
    await run(INPUTS, SEED);
    const seconds = (performance.now() - startedAt) / 1_000;
    await healthy.stop();
    const after = await settled();
    const answers = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${count} × ${status || 'closed'}`);
    console.log(
      `${INPUTS} inputs in ${seconds.toFixed(1)} s: ${answers.join(', ')}; ${healthy.calls} healthy calls`,
    );
    console.log(`heap ${before.toFixed(1)} MiB before, ${after.toFixed(1)} MiB after`);
    expect(healthy.calls).toBeGreaterThan(100);
    expect(after - before).toBeLessThan(8);
  }, 120_000);
});
