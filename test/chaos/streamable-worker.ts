/** A client of Streamable HTTP that takes every stream up again where it was cut, and counts what it is given twice. */
import type { EventFeed, RawEvent, Reply, Rpc } from '../support/raw.ts';
import { StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import type { Outcome } from './ledger.ts';
import { Lines } from './lines.ts';
import { type Call, rest, Worker } from './worker.ts';

const TRIES = 60;
const PAUSE_MS = 250;

export class StreamableWorker extends Worker {
  #client: StreamableClient | undefined;
  #standing: Promise<void> | undefined;
  #reply: Reply | undefined;
  #id = 0;
  readonly #lines = new Lines(this.name, this.ledger);

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  protected async connect(): Promise<void> {
    const client = await StreamableClient.start(`${this.url}/mcp`);
    this.#client = client;
    this.#standing = this.#listen(client);
  }

  protected async call({ key, steps, ms }: Call): Promise<Outcome> {
    const client = this.#client as StreamableClient;
    const id = `${this.name}-${++this.#id}`;
    const reply = await client.post(toolCall(id, 'run', { key, steps, ms }, `t${id}`), { alone: true });
    if (reply.isStream) return this.#follow(client, reply, { id, steps });
    const text = await reply.text();
    if (reply.status === 404) this.#client = undefined;
    return outcomeOf(rpcIn(text), id) ?? { kind: 'cut', why: refusalOf(reply.status, text) };
  }

  protected async leave(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.delete().catch(() => {});
    this.#reply?.cut();
    await this.#standing;
    this.#lines.judge(this.cuts);
  }

  /** The stream of one call, over as many connections as it takes. */
  async #follow(
    client: StreamableClient,
    first: Reply,
    call: { id: string; steps: number },
  ): Promise<Outcome> {
    const seen = new Set<string>();
    let reply: Reply | undefined = first;
    let last: string | undefined;
    let progress = 0;
    for (let tries = 0; tries < TRIES; tries++) {
      for (const event of reply ? await eventsOf(reply.events) : []) {
        last = event.id ?? last;
        if (event.id !== undefined && event.data !== '') this.#once(seen, event.id, call.id);
        const message = rpcIn(event.data);
        if (!message) continue;
        const outcome = outcomeOf(message, call.id);
        if (outcome) return this.#ended(outcome, call, progress);
        if (message.method === 'notifications/progress') progress = this.#moved(message, call.id, progress);
        else if (isLost(message)) this.ledger.lost++;
        else if (message.method === 'notifications/message') this.#lines.hear(message, call.id);
        else if (message.id !== undefined) this.ledger.complain(`${call.id} got ${event.data.slice(0, 80)}`);
      }
      if (last === undefined) return { kind: 'cut', why: 'stream, before any id' };
      if (reply) this.ledger.resumed++;
      else await rest(PAUSE_MS);
      reply = await client.get(last).catch(() => undefined);
      if (reply?.status === 204) {
        this.ledger.complain(`${call.id} ended without an answer`);
        return { kind: 'cut', why: 'HTTP 204' };
      }
      if (reply && reply.status !== 200) {
        const word = wordOf(rpcIn(await reply.text()) ?? {}) ?? `HTTP ${reply.status}`;
        if (reply.status === 404) this.#client = undefined;
        if (reply.status < 500) return { kind: 'error', word: `resuming: ${word}` };
        reply = undefined;
      }
    }
    return { kind: 'cut', why: 'never taken up again' };
  }

  #ended(outcome: Outcome, { id, steps }: { id: string; steps: number }, progress: number): Outcome {
    if (outcome.kind === 'answer' && progress !== steps)
      this.ledger.complain(`${id} was answered after ${progress} of ${steps} steps`);
    return outcome;
  }

  #moved({ params }: Rpc, id: string, before: number): number {
    const now = Number(params?.['progress']);
    if (params?.['progressToken'] !== `t${id}`) this.ledger.complain(`${id} got the progress of another`);
    if (now !== before + 1) this.ledger.complain(`${id}: step ${now} came after ${before}`);
    return now;
  }

  #once(seen: Set<string>, event: string, id: string): void {
    if (seen.has(event)) this.ledger.complain(`${id} was given event ${event} twice`);
    seen.add(event);
  }

  /** The standing stream, as long as the session is this one. Of each conversation every line, once and in order. */
  async #listen(client: StreamableClient): Promise<void> {
    let last: string | undefined;
    while (this.#client === client && !this.isStopped) {
      const reply = await client.get(last).catch(() => undefined);
      if (reply?.status !== 200) {
        const status = reply?.status;
        if (status === 404 && this.#client === client) this.#client = undefined;
        await reply?.text().catch(() => {});
        await rest(PAUSE_MS);
        continue;
      }
      this.#reply = reply;
      const { events } = reply;
      for (let at = 0; ; ) {
        for (const event of events.events.slice(at)) {
          at++;
          last = event.id ?? last;
          this.#said(rpcIn(event.data));
        }
        if (events.end) break;
        await events.until('more', () => events.events.length > at, 120_000).catch(() => {});
      }
    }
  }

  #said(message: Rpc | undefined): void {
    if (!message) return;
    if (isLost(message)) return void this.ledger.lost++;
    if (message.method !== 'notifications/message') {
      if (message.id !== undefined) this.ledger.complain(`${this.name} heard ${JSON.stringify(message)}`);
      return;
    }
    this.#lines.hear(message, 'standing');
  }
}

/** All events until the stream ends. */
async function eventsOf(feed: EventFeed): Promise<readonly RawEvent[]> {
  await feed.ended;
  return feed.events;
}

function isLost({ method, params }: Rpc): boolean {
  return method === 'notifications/message' && JSON.stringify(params).includes('history_lost');
}

export function outcomeOf(message: Rpc | undefined, id: string): Outcome | undefined {
  if (message?.id !== id || message.method !== undefined) return undefined;
  if (message.error) return { kind: 'error', word: wordOf(message) ?? message.error.message };
  return { kind: 'answer', text: textOf(message) };
}

/** An answer that is none to the call, in a few words. */
export function refusalOf(status: number, text: string): string {
  return `HTTP ${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 60)}`;
}

export function rpcIn(text: string): Rpc | undefined {
  try {
    return JSON.parse(text) as Rpc;
  } catch {
    return undefined;
  }
}
