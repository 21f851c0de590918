/** How exactly a limit holds while many clients of one caller want more than it gives, all at once. */
import { describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway } from '../support/gateway.ts';
import type { Rpc } from '../support/raw.ts';
import { SseClient, StreamableClient, toolCall, wordOf } from '../support/raw-clients.ts';

const CLIENTS = 16;
const PER_SECOND = 150;
/** As long as this the machine may be busy elsewhere without anything being lost. */
const BURST = 150;
const LASTS_MS = 2_000;

interface Asking {
  ask(message: Rpc): Promise<Rpc>;
}

interface Given {
  readonly calls: number;
  /** When the first call was answered, so that it was taken by then; and when the last was sent that was refused. */
  readonly from: number;
  readonly to: number;
}

/** Each client asks again and again, until the time is over and nobody is given anything for the moment. */
async function given(clients: readonly Asking[], until: number): Promise<Given> {
  let [calls, from, to] = [0, Infinity, 0];
  const work = clients.map(async (client) => {
    for (let id = 1; ; id++) {
      const sent = performance.now();
      const isRefused = wordOf(await client.ask(toolCall(id, 'echo', { text: 'x' }))) === 'rate_limited';
      from = Math.min(from, performance.now());
      if (!isRefused) calls++;
      if (!isRefused || sent < until) continue;
      to = Math.max(to, sent);
      return;
    }
  });
  await Promise.all(work);
  return { calls, from, to };
}

describe('[RATE-EXACT] 16 clients at once', () => {
  it.each(['Streamable HTTP', 'HTTP+SSE'])(
    'over %s are given what the limit says, within two in a hundred',
    async (transport) => {
      const gateway = await startTestGateway({
        servers: { echo: echoStdio({ sharing: 'shared' }) },
        rates: { caller: { calls: `${PER_SECOND}/s`, burst: BURST, opens: 1_000 } },
      });
      // Neither opens anything by a call, so that all of the burst is there.
      const open = async (): Promise<Asking> =>
        transport === 'HTTP+SSE'
          ? SseClient.open(gateway.sse())
          : new StreamableClient(gateway.mcp(), '2025-11-25');
      const clients = await Promise.all(Array.from({ length: CLIENTS }, open));
      const start = performance.now();
      const { calls, from, to } = await given(clients, start + LASTS_MS);
      const within = (ms: number) => BURST + (PER_SECOND * ms) / 1_000;
      expect(calls).toBeLessThanOrEqual(within(performance.now() - start) * 1.02);
      expect(calls).toBeGreaterThanOrEqual(within(to - from) * 0.98);
      await gateway.close();
    },
    30_000,
  );
});
