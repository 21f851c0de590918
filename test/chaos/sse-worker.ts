/** A client of HTTP+SSE: its stream is its session, so it starts anew when that ends. */
import { SseClient, toolCall } from '../support/raw-clients.ts';
import type { Outcome, Refused } from './ledger.ts';
import { outcomeOf, refusalOf } from './streamable-worker.ts';
import { type Call, GIVE_UP_MS, Worker } from './worker.ts';

/** Nothing was done for it, says each of these. */
const CROSSED: ReadonlySet<string> = new Set(['HTTP 503 draining', 'HTTP 404 unknown_session']);

export class SseWorker extends Worker {
  #client: SseClient | undefined;
  #id = 0;

  get isConnected(): boolean {
    return this.#client !== undefined && this.#client.feed.end === undefined;
  }

  protected async connect(): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    const client = await SseClient.open(`${this.url}/sse`);
    await client.initialize().catch((error: unknown) => {
      client.close();
      throw error;
    });
    this.#client = client;
  }

  protected async call({ key, steps, ms }: Call): Promise<Outcome | Refused> {
    const client = this.#client as SseClient;
    const id = `${this.name}-${++this.#id}`;
    const answer = client.feed.answer(id, 1, GIVE_UP_MS);
    answer.catch(() => {});
    const reply = await client.post(toolCall(id, 'run', { key, steps, ms }, `t${id}`));
    const text = await reply.text();
    if (reply.status >= 400) {
      const why = refusalOf(reply.status, text);
      if (!CROSSED.has(why)) return { kind: 'cut', why };
      // It crossed the end of the stream, which is the session.
      this.#client = undefined;
      client.close();
      return { kind: 'again', why };
    }
    const outcome = outcomeOf(await answer, id);
    this.#check(client, id);
    return outcome ?? { kind: 'cut', why: 'no answer' };
  }

  protected leave(): void {
    this.#client?.close();
  }

  /** Nothing on its stream belongs to anybody else, and nothing came twice. */
  #check({ feed }: SseClient, id: string): void {
    const own = feed.messages.filter((message) => message.id === id);
    if (own.length > 1) this.ledger.complain(`${id} was answered ${own.length} times`);
    for (const { id: other, method } of feed.messages)
      if (method === undefined && other !== 'hello' && !String(other).startsWith(`${this.name}-`))
        this.ledger.complain(`${this.name} got an answer to ${other}`);
  }
}
