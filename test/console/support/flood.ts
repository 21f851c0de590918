/** Calls at an even pace, whatever the answers take. */
import { Agent, request } from 'undici';
import type { ConsoleGateway } from './gateway.ts';

const BEAT_MS = 20;
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_current_temperature', arguments: { city: 'bern' } },
});

export class Flood {
  readonly #agent = new Agent({ connections: 16 });
  readonly #startedAt = performance.now();
  readonly #under = new Set<Promise<void>>();
  readonly #timer: ReturnType<typeof setInterval>;
  #sent = 0;
  #failed = 0;

  /** Once one call was answered. */
  static async start(gateway: ConsoleGateway, perSecond: number): Promise<Flood> {
    const flood = new Flood(gateway.mcp('aare'), perSecond);
    await Promise.race([...flood.#under]);
    return flood;
  }

  private constructor(url: string, perSecond: number) {
    const beat = () => {
      const due = ((performance.now() - this.#startedAt) * perSecond) / 1_000;
      // What is not answered yet waits no longer than the gateway needs: never more than a second of it.
      while (this.#sent < due && this.#under.size < perSecond) this.#call(url);
    };
    this.#call(url);
    this.#timer = setInterval(beat, BEAT_MS);
  }

  /** @returns what became of the calls, once all are answered */
  async stop(): Promise<{ readonly perSecond: number; readonly failed: number }> {
    clearInterval(this.#timer);
    await Promise.all([...this.#under]);
    await this.#agent.close();
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    return { perSecond: this.#sent / seconds, failed: this.#failed };
  }

  #call(url: string): void {
    this.#sent += 1;
    const call = request(url, { dispatcher: this.#agent, method: 'POST', headers: HEADERS, body: CALL })
      .then(async ({ statusCode, body }) => {
        const text = await body.text();
        if (statusCode !== 200 || !text.includes('temperature')) this.#failed += 1;
      })
      .catch(() => void (this.#failed += 1))
      .finally(() => this.#under.delete(call));
    this.#under.add(call);
  }
}
