/** The gateway that the guard's matrix asks: a server and two projects with keys of their own, and what happened there. */
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../src/config/read.ts';
import { type Running, startGateway } from '../../../src/edges/node/start.ts';
import { Recorder } from '../../support/events.ts';
import { type Reply, send } from '../../support/raw.ts';
import type { Asked } from './asked.ts';
import { EXPIRED, KEYS, type Way } from './ways.ts';

const ECHO = fileURLToPath(new URL('../../fixtures/server/echo-stdio.ts', import.meta.url));
const echo = { command: process.execPath, args: [ECHO] };

const FILE = {
  port: 0,
  mcpServers: { echo },
  apiKeys: [
    { name: 'own', key: KEYS.own },
    { name: 'once', key: EXPIRED.own, expires: '2020-01-31' },
  ],
  projects: {
    acme: {
      mcpServers: { files: echo },
      apiKeys: [
        { name: 'acme', key: KEYS.acme },
        { name: 'once', key: EXPIRED.acme, expires: '2020-01-31' },
      ],
    },
    beta: { mcpServers: { files: echo }, apiKeys: [{ name: 'beta', key: KEYS.beta }] },
  },
};

/** What must not happen for whoever is refused. */
const DONE = ['sessionOpened', 'streamOpened', 'exchangeEnded', 'linkOpened'] as const;

export interface Told {
  readonly status: number;
  readonly challenge: string | undefined;
  /** Headers and body, without what names the path or the time. */
  readonly text: string;
  readonly session: string | undefined;
}

export class World {
  readonly #running: Running;
  readonly #recorder: Recorder;

  static async start(): Promise<World> {
    const recorder = new Recorder();
    const config = readConfig(JSON.stringify(FILE), { file: 'sluice.json', env: {} });
    const deps = { logger: { warn: () => {} }, observer: recorder.observer };
    return new World(await startGateway(config, deps), recorder);
  }

  constructor(running: Running, recorder: Recorder) {
    this.#running = running;
    this.#recorder = recorder;
  }

  get url(): string {
    return this.#running.url;
  }

  /** Things done so far for anybody. */
  get done(): number {
    return DONE.reduce((sum, type) => sum + this.#recorder.of(type).length, 0);
  }

  async ask(
    { method, path, headers, body }: Asked,
    way: Way,
    more: Record<string, string> = {},
  ): Promise<Told> {
    const query = way.query === undefined ? '' : `?${way.query}`;
    const sent = { ...headers, ...way.headers, ...more };
    const sending = { method, headers: sent, ...(body === undefined ? {} : { body }), alone: true };
    const reply = await send(this.#running.url + path + query, sending);
    return this.#told(reply, method);
  }

  async #told(reply: Reply, method: string): Promise<Told> {
    const { date: _, ...headers } = reply.headers;
    const session = headers['mcp-session-id'];
    const challenge = headers['www-authenticate'];
    let text = '';
    if (reply.isStream) reply.cut();
    else if (method !== 'HEAD') text = await reply.text();
    const told = JSON.stringify([reply.status, headers, text]);
    return {
      status: reply.status,
      challenge,
      text: told,
      session: typeof session === 'string' ? session : undefined,
    };
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }
}
