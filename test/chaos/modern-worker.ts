/** A modern client: no session, every request for itself. */
import { modernHeaders, modernRequest } from '../support/modern-face.ts';
import { send } from '../support/raw.ts';
import type { Outcome } from './ledger.ts';
import { outcomeOf, refusalOf, rpcIn } from './streamable-worker.ts';
import { type Call, Worker } from './worker.ts';

export class ModernWorker extends Worker {
  override readonly hasSession = false;
  #id = 0;

  get isConnected(): boolean {
    return true;
  }

  protected async connect(): Promise<void> {}

  protected async call({ key, steps, ms }: Call): Promise<Outcome> {
    const id = `${this.name}-${++this.#id}`;
    const params = { name: 'run', arguments: { key, steps, ms } };
    const body = modernRequest(id, 'tools/call', params, { progressToken: `t${id}` });
    const reply = await send(`${this.url}/mcp`, {
      method: 'POST',
      headers: modernHeaders(body),
      body: JSON.stringify(body),
      alone: true,
    });
    if (!reply.isStream) {
      const text = await reply.text();
      return outcomeOf(rpcIn(text), id) ?? { kind: 'cut', why: refusalOf(reply.status, text) };
    }
    const { events } = reply;
    await events.ended;
    const answers = events.messages.filter((message) => message.id === id);
    if (answers.length > 1) this.ledger.complain(`${id} was answered ${answers.length} times`);
    return outcomeOf(answers[0], id) ?? { kind: 'cut', why: 'stream' };
  }

  protected leave(): void {}
}
