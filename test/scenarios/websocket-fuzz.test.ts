/**
 * Generated frames and rubbish on WebSockets, with a healthy session alongside.
 *
 * `FUZZ_SEED` and `FUZZ_SOCKETS` ask for other or more of them.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { frame, openByHand } from '../support/frames.ts';
import { request, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually } from '../support/raw.ts';
import { WsClient } from '../support/ws-client.ts';

const SOCKETS = Number(process.env['FUZZ_SOCKETS'] ?? 400);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_120);
const AT_ONCE = 20;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: {
      read: { bytes: 20_000, depth: 64, elements: 1_000, batch: 10 },
      heartbeatMs: 100,
      stallMs: 500,
      requestMs: 2_000,
    },
  });
});

afterAll(() => gateway.close());

const messages = fc.oneof(
  fc.constantFrom(
    toolCall(1, 'echo', { text: 'x' }),
    request('h', 'initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: {} }),
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
    { jsonrpc: '2.0', id: 1, result: {} },
  ),
  fc.jsonValue(),
);

const frames = fc
  .record({
    opcode: fc.oneof(
      { weight: 6, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 15 }) },
    ),
    payload: fc.oneof(
      { weight: 4, arbitrary: messages.map((message) => Buffer.from(JSON.stringify(message))) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    ),
    fin: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    masked: fc.oneof(
      { weight: 20, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    rsv: fc.oneof(
      { weight: 20, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ max: 7, min: 1 }) },
    ),
  })
  .map(({ opcode, payload, ...options }) => frame(opcode, payload, options));

const rubbish = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

const sockets = fc.record({
  sent: fc.array(fc.oneof({ weight: 9, arbitrary: frames }, { weight: 1, arbitrary: rubbish }), {
    minLength: 1,
    maxLength: 12,
  }),
  /** Where the bytes are cut into writes. */
  cut: fc.integer({ min: 1, max: 2_000 }),
  end: fc.constantFrom('stay', 'end', 'reset'),
});

type Generated = typeof sockets extends fc.Arbitrary<infer T> ? T : never;

async function run({ sent, cut, end }: Generated): Promise<void> {
  const wire = await openByHand(gateway.port);
  const bytes = Buffer.concat(sent);
  for (let at = 0; at < bytes.length; at += cut) {
    wire.write(bytes.subarray(at, at + cut));
    if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (end === 'end') wire.socket.end();
  if (end === 'reset') wire.socket.resetAndDestroy();
  // No pings are answered: who stays is cut off.
  await wire.end();
}

it('[WS-FUZZ] whatever comes on a socket ends with it, and harms nobody', async () => {
  const witness = await WsClient.open(gateway.ws());
  await witness.initialize();
  const generated = fc.sample(sockets, { numRuns: SOCKETS, seed: SEED });
  for (let at = 0; at < generated.length; at += AT_ONCE) {
    await Promise.all(generated.slice(at, at + AT_ONCE).map(run));
    expect(textOf(await witness.ask(toolCall(`at ${at}`, 'echo', { text: 'well' })))).toBe('well');
  }
  const { recorder } = gateway;
  await eventually('one session is left', () => {
    return recorder.of('sessionOpened').length - recorder.of('sessionClosed').length === 1;
  });
  const internal = recorder.of('refused').filter(({ code }) => /internal|failed/.test(code));
  expect(internal).toEqual([]);
  expect(recorder.of('linkOpened')).toHaveLength(1);
  witness.ws.close();
}, 120_000);
