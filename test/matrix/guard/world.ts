/** The gateway that the guard's matrix asks: a server and two projects with keys of their own, and what happened there. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../src/config/read.ts';
import { KeyStore } from '../../../src/edges/node/key-store.ts';
import { type Running, startGateway } from '../../../src/edges/node/start.ts';
import { startIssuer } from '../../support/issuer.ts';
import { Recorder } from '../../support/events.ts';
import { type Reply, send } from '../../support/raw.ts';
import type { Asked } from './asked.ts';
import { EXPIRED, KEYS, type Mint, REVOKED, type Way } from './ways.ts';

const ECHO = fileURLToPath(new URL('../../fixtures/server/echo-stdio.ts', import.meta.url));
const echo = { command: process.execPath, args: [ECHO] };

/** @param issuer whose tokens are believed @param dataDir where the keys of the store are */
const file = (issuer: string, dataDir: string) => ({
  port: 0,
  dataDir,
  mcpServers: { echo },
  apiKeys: [
    { name: 'own', key: KEYS.own },
    { name: 'once', key: EXPIRED.own, expires: '2020-01-31' },
  ],
  oauth: { issuer },
  admin: { key: KEYS.admin },
  projects: {
    acme: {
      mcpServers: { files: echo },
      apiKeys: [
        { name: 'acme', key: KEYS.acme },
        { name: 'once', key: EXPIRED.acme, expires: '2020-01-31' },
      ],
    },
    beta: { mcpServers: { files: echo }, apiKeys: [{ name: 'beta', key: KEYS.beta }] },
    // Whatever opens the gateway opens this.
    gamma: { mcpServers: { files: echo } },
  },
});

/** Where the keys of a store are, one of which was revoked. */
async function folderWithRevoked(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guard-'));
  const store = KeyStore.open(folder, { create: true, waitMs: 1_000 });
  const sha256 = createHash('sha256').update(REVOKED).digest('hex');
  store?.add({ name: 'revoked', sha256, projects: [], policy: undefined, expires: undefined }, Date.now());
  store?.revoke(sha256, Date.now());
  store?.close();
  return folder;
}

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
  readonly #mint: Mint;
  readonly #folder: string;
  readonly #tokens = new Map<string, Promise<string>>();

  static async start(): Promise<World> {
    const recorder = new Recorder();
    const [issuer, stranger, folder] = await Promise.all([startIssuer(), startIssuer(), folderWithRevoked()]);
    const text = JSON.stringify(file(issuer.url, folder));
    const config = readConfig(text, { file: join(folder, 'sluice.json'), env: {} });
    const deps = { logger: { warn: () => {} }, observer: recorder.observer };
    const mint: Mint = {
      token: (aud, claims) => issuer.token({ aud, ...claims }),
      stranger: (aud) => stranger.token({ aud }),
      forged: (aud) => issuer.token({ aud }, { key: stranger.key }),
    };
    return new World(await startGateway(config, deps), { recorder, mint, folder });
  }

  constructor(
    running: Running,
    { recorder, mint, folder }: { recorder: Recorder; mint: Mint; folder: string },
  ) {
    this.#running = running;
    this.#recorder = recorder;
    this.#mint = mint;
    this.#folder = folder;
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
    const token = way.token && (await this.#token(way, path));
    const proof = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = { ...headers, ...proof, ...way.headers, ...more };
    const sending = { method, headers: sent, ...(body === undefined ? {} : { body }), alone: true };
    const reply = await send(this.#running.url + path + query, sending);
    return this.#told(reply, method);
  }

  /** One for each endpoint and way. */
  #token({ name, token }: Way, path: string): Promise<string | undefined> {
    const endpoint = this.url + audienceOf(path);
    const known = this.#tokens.get(name + endpoint) ?? token?.(this.#mint, endpoint);
    if (known) this.#tokens.set(name + endpoint, known);
    return Promise.resolve(known);
  }

  async #told(reply: Reply, method: string): Promise<Told> {
    // What caches and pages are told depends on the method alone.
    const { date: _date, vary: _vary, 'referrer-policy': _policy, ...headers } = reply.headers;
    const session = headers['mcp-session-id'];
    const challenge = headers['www-authenticate'];
    let text = '';
    if (reply.isStream) reply.cut();
    else if (method !== 'HEAD') text = await reply.text();
    const told = JSON.stringify([
      reply.status,
      { ...headers, 'www-authenticate': withoutPath(challenge) },
      text,
    ]);
    return {
      status: reply.status,
      challenge,
      text: told,
      session: typeof session === 'string' ? session : undefined,
    };
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The posts of a stream take the token of the stream. */
function audienceOf(path: string): string {
  return path.replace(/\/(?:messages|mcp\/sse\/message|tickets)$/, '/sse');
}

/** A challenge names the path that was asked for, and nothing else that is there. */
function withoutPath(challenge: string | undefined): string | undefined {
  return challenge?.replace(/resource_metadata="[^"]*"/, 'resource_metadata="…"');
}
