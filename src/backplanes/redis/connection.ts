/**
 * One connection to Redis, or to the nodes of a Redis Cluster: opened again by itself whenever it is lost.
 *
 * Guarantees: nothing waits while Redis is away, and nothing for longer than its patience; what was sent is never sent again by
 * itself; errors say nothing of addresses or secrets.
 */
import type { Cluster, Redis } from 'ioredis';
import { clientOptions, clusterOptions, type Patience, type Place, shownPlace } from './addresses.ts';
import { connectorOf } from './connector.ts';
import { faultOf, isHopeless } from './faults.ts';
import { SCRIPTS, type ScriptName } from './scripts.ts';

export interface ConnectionOptions {
  readonly places: readonly [Place, ...Place[]];
  readonly isCluster: boolean;
  readonly patience: Patience;
  readonly ca: string | undefined;
}

export type Argument = string | number | Buffer;

/** What is asked and answered; answers are buffers, numbers, null and lists of such. */
export class Connection {
  readonly #client: Redis | Cluster;
  readonly #where: string;
  readonly #connectMs: number;
  readonly #db: number;
  #lastError: unknown;
  #isUp = false;
  #isClosed = false;
  /** What answers there is a replica by now. */
  #isMisled = false;
  /** How often it was opened. */
  openings = 0;
  #onUp: (() => void) | undefined;
  #onHopeless: (() => void) | undefined;
  /** Told whenever it is opened or lost. */
  onChange: (() => void) | undefined;

  /** Loads the client, which nobody needs who has no Redis. It begins to connect at once. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { AbstractConnector, Cluster, Redis } = await import('./client.ts');
    const { places, isCluster, patience, ca } = options;
    const [place] = places;
    const Connector = connectorOf(AbstractConnector);
    const usual = clusterOptions(place, patience, ca);
    const client = isCluster
      ? new Cluster(
          places.map(({ host, port }) => ({ host, port })),
          { ...usual, redisOptions: { ...usual.redisOptions, Connector } },
        )
      : new Redis({ ...clientOptions(place, patience, ca), Connector });
    return new Connection(client, shownPlace(place), patience.connectMs, isCluster ? 0 : place.db);
  }

  private constructor(client: Redis | Cluster, where: string, connectMs: number, db: number) {
    this.#client = client;
    this.#where = where;
    this.#connectMs = connectMs;
    this.#db = db;
    for (const [name, script] of Object.entries(SCRIPTS)) client.defineCommand(name, script);
    client.on('error', (error: unknown) => {
      this.#lastError = error;
      if (isHopeless(error)) this.#onHopeless?.();
    });
    client.on('ready', () => void this.#ready());
    // Nodes of a cluster are not connected to before they are asked, and until then refuse whatever else is asked.
    client.on('+node', (node: Redis) => void (node.status === 'wait' && node.connect().catch(() => {})));
    client.on('close', () => this.#changed(false));
    client.on('end', () => this.#changed(false));
    client.connect().catch((error: unknown) => void (this.#lastError ??= error));
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Why it is not up, for people. */
  get trouble(): Error {
    return faultOf(this.#lastError, this.#where);
  }

  /** Resolves once it is up. @throws Error with one sentence after so many ms, or where waiting does not help */
  async up(ms: number): Promise<void> {
    if (this.#isUp) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => reject(this.trouble);
    const timer = setTimeout(() => {
      this.#lastError ??= Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
      giveUp();
    }, ms);
    this.#onUp = resolve;
    this.#onHopeless = giveUp;
    if (isHopeless(this.#lastError)) giveUp();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#onUp = this.#onHopeless = undefined;
    }
  }

  async ask(command: string, ...words: Argument[]): Promise<unknown> {
    return this.#asked(() => this.#client.callBuffer(command, ...words));
  }

  /** Runs a script; its keys come first. */
  async run(script: ScriptName, ...words: Argument[]): Promise<unknown> {
    // The client has a method for each script it was given; its types know of none.
    const scripts = this.#client as unknown as Record<string, (...words: Argument[]) => Promise<unknown>>;
    return this.#asked(() => scripts[`${script}Buffer`]?.(...words));
  }

  /** What is asked meanwhile is handed to the kernel when this returns, in few pieces. */
  together(asking: () => void): void {
    const sockets = this.#sockets;
    for (const socket of sockets) socket.cork();
    try {
      asking();
    } finally {
      for (const socket of sockets) socket.uncork();
    }
  }

  /** Begins anew where it leads to a Redis that can be written to no more: its name may be another's by now. True if so. */
  followed(): boolean {
    if (!this.#isMisled) return false;
    this.reopen();
    return true;
  }

  /** Lets go of the connection, and opens another. Not of a cluster, which is followed by its client. */
  reopen(): void {
    this.#isMisled = false;
    if (!this.#isClosed && !('nodes' in this.#client)) this.#client.disconnect(true);
  }

  /** Lets what was asked be answered, for a moment, and ends it. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onChange = undefined;
    this.#client.disconnect();
  }

  /** Never rejects. */
  async #ready(): Promise<void> {
    await this.#whole();
    try {
      // The client goes on with the first database where there is none of that number.
      if (this.#db > 0) await this.#client.call('SELECT', this.#db);
    } catch (error) {
      this.#lastError = error;
      if (isHopeless(error)) this.#onHopeless?.();
      if (!this.#isClosed) this.#client.disconnect(true);
      return;
    }
    const isUp = this.#client.status === 'ready';
    if (isUp) this.#lastError = undefined;
    this.#changed(isUp);
  }

  /** Resolves once each node of the cluster was connected to, or could not be. */
  async #whole(): Promise<void> {
    const opening = this.#nodes.filter(({ status }) => status !== 'ready' && status !== 'end');
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, this.#connectMs);
    const opened = opening.map((node) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const event of ['ready', 'close', 'end']) node.once(event, () => resolve());
      if (node.status === 'wait') node.connect().catch(() => {});
      return promise;
    });
    await Promise.race([late, Promise.all(opened)]);
    clearTimeout(timer);
  }

  get #nodes(): readonly Redis[] {
    return 'nodes' in this.#client ? this.#client.nodes('master') : [this.#client];
  }

  get #sockets(): readonly { cork(): void; uncork(): void }[] {
    return this.#nodes.flatMap(({ stream, status }) => (status === 'ready' && stream ? [stream] : []));
  }

  async #asked(asking: () => Promise<unknown> | undefined): Promise<unknown> {
    if (!this.#isUp) throw faultOf(undefined);
    try {
      return await asking();
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('READONLY')) this.#isMisled = true;
      throw faultOf(error);
    }
  }

  #changed(isUp: boolean): void {
    if (this.#isUp === isUp || this.#isClosed) return;
    this.#isUp = isUp;
    if (isUp) {
      this.openings++;
      this.#onUp?.();
    }
    this.onChange?.();
  }
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An answer as text; empty where there is none. */
export function textOf(answer: unknown): string {
  return Buffer.isBuffer(answer) ? answer.toString() : typeof answer === 'string' ? answer : '';
}

export function listOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}
