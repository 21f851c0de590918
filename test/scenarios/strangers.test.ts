/**
 * Mutated requests of somebody without a proof, at a gateway that asks for one: what must not happen does not.
 *
 * `FUZZ_SEED` and `FUZZ_INPUTS` ask for other or more of them; `npm run fuzz` sends 100,000.
 */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { KEYS } from '../matrix/guard/ways.ts';
import { World } from '../matrix/guard/world.ts';
import { SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { dice, mutated } from './strangers-inputs.ts';

const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 10_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_120);
const AT_ONCE = 32;
/** Every input is answered, or its connection closed, in this time. */
const BOUND_MS = 5_000;

/** What a stranger may be told. 501 is the parser's answer to a coding it does not know. */
const DOCUMENTED: ReadonlySet<number> = new Set([
  204, 400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 426, 429, 431, 501, 505, 508,
]);
const PUBLIC =
  /^(?:GET|HEAD) \/(?:health\/?|healthz\/?|readyz\/?|console\/|\.well-known\/oauth-protected-resource\/?)(?:\?\S*)? /;
/** To where the page is. */
const REDIRECTED = /^(?:GET|HEAD) \/console(?:\?\S*)? /;

/** Resolves with the status; 0 when the connection was closed without an answer. */
function sendRaw(port: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const timer = setTimeout(() => {
      socket.resetAndDestroy();
      reject(new Error(`No answer to ${JSON.stringify(bytes.toString('latin1'))}`));
    }, BOUND_MS);
    let received = '';
    const end = () => {
      clearTimeout(timer);
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? 0));
      socket.resetAndDestroy();
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (received.includes('\r\n\r\n')) end();
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.write(bytes);
    // What is not complete will not become so.
    socket.end();
  });
}

it('[GUARD-MUTATED] do nothing, hang nowhere, and are answered as documented', async () => {
  const world = await World.start();
  const port = Number(new URL(world.url).port);
  try {
    const authorization = { authorization: `Bearer ${KEYS.own}` };
    const sse = await SseClient.open(`${world.url}/sse`, authorization);
    const session = await StreamableClient.start(`${world.url}/mcp`, '2025-11-25', authorization);
    expect(textOf(await session.ask(toolCall(1, 'echo', { text: 'warm' })))).toBe('warm');
    expect(textOf(await sse.ask(toolCall(1, 'echo', { text: 'warm' })))).toBe('warm');
    const victims = { streamable: session.sessionId ?? '', sse: sse.sessionId };
    const before = world.done;
    const roll = dice(SEED);
    const statuses = new Map<number, number>();
    const wrong: string[] = [];
    const throwOne = async () => {
      const bytes = mutated(roll, victims);
      const status = await sendRaw(port, bytes);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const text = bytes.toString('latin1');
      const isRight =
        status === 0 ||
        DOCUMENTED.has(status) ||
        (status === 200 && PUBLIC.test(text)) ||
        (status === 308 && REDIRECTED.test(text));
      if (!isRight) wrong.push(`${status} to ${JSON.stringify(text)}`);
    };
    const startedAt = performance.now();
    let left = INPUTS;
    const thrower = async () => {
      while (left-- > 0) await throwOne();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, thrower));
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const told = [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${count} × ${status || 'closed'}`);
    console.log(
      `${INPUTS} mutated requests in ${seconds} s: ${told.join(', ')}; ${world.done - before} things done`,
    );
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(world.done).toBe(before);
    // Those who may come noticed nothing.
    expect(textOf(await session.ask(toolCall(2, 'echo', { text: 'still' })))).toBe('still');
    expect(textOf(await sse.ask(toolCall(2, 'echo', { text: 'here' })))).toBe('here');
    sse.close();
  } finally {
    await world.stop();
  }
}, 300_000);
