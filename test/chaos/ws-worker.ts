/** A client over WebSocket: one socket, one session. */
import { toolCall } from '../support/raw-clients.ts';
import { WsClient } from '../support/ws-client.ts';
import type { Outcome, Refused } from './ledger.ts';
import { outcomeOf } from './streamable-worker.ts';
import { type Call, Worker } from './worker.ts';

const RESTARTING = 1012;

export class WsWorker extends Worker {
  #client: WsClient | undefined;
  #isOpen = false;
  #id = 0;

  get isConnected(): boolean {
    return this.#isOpen;
  }

  protected async connect(): Promise<void> {
    const client = await WsClient.open(`${this.url.replace('http', 'ws')}/ws`);
    const closed = client.closed.then(() => Promise.reject(new Error('closed')));
    await Promise.race([client.initialize(), closed]).catch((error: unknown) => {
      client.ws.terminate();
      throw error;
    });
    this.#client = client;
    this.#isOpen = true;
    void client.closed.then(() => {
      if (this.#client === client) this.#isOpen = false;
    });
  }

  protected async call({ key, steps, ms }: Call): Promise<Outcome | Refused> {
    const client = this.#client as WsClient;
    const id = `${this.name}-${++this.#id}`;
    client.send(toolCall(id, 'run', { key, steps, ms }, `t${id}`));
    const gone = client.closed.then(({ code }): Outcome | Refused => {
      // It crossed the end of the socket, which comes when nothing is in flight.
      return code === RESTARTING
        ? { kind: 'again', why: 'draining' }
        : { kind: 'cut', why: `closed ${code}` };
    });
    const answered = client
      .until(id, (message) => message.id === id)
      .then((message) => outcomeOf(message, id));
    answered.catch(() => {});
    const outcome = await Promise.race([gone, answered]);
    if (client.messages.filter((message) => message.id === id).length > 1)
      this.ledger.complain(`${id} was answered twice`);
    return outcome ?? { kind: 'cut', why: 'no answer' };
  }

  protected leave(): void {
    this.#client?.ws.terminate();
  }
}
