/**
 * A backplane in Redis (7.0 or newer, alone or as a cluster), for nodes that find each other there.
 *
 *   const backplane = await redisBackplane({ url: process.env.REDIS_URL });
 *
 * Guarantees: those of the ports. Everything that is kept runs out by itself but for the texts that nodes agreed on. Whoever may
 * write to this Redis may do anything that a node may: it is to be reached by the nodes only.
 */
import type { Backplane } from '../../engine/ports-backplane.ts';
import type { Troubles } from '../../engine/ports-degraded.ts';
import type { Runtime, Timer } from '../../engine/ports.ts';
import { DEFAULT_LOG_LIMITS, MemoryEventLog, type MemoryLogLimits } from '../memory.ts';
import { SharedLog } from '../shared-log.ts';
import { readPlace, type Patience } from './addresses.ts';
import { RedisBus } from './bus.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { RedisCounters } from './counters.ts';
import { RedisDirectory } from './directory.ts';
import { Inbox } from './inbox.ts';
import { Keys } from './keys.ts';
import { RedisFarLog } from './log.ts';

export interface RedisBackplaneOptions {
  /** Like `redis://:password@host:6379`, with `rediss:` over TLS; several are nodes of one Redis Cluster. */
  readonly url: string | readonly [string, ...string[]];
  readonly runtime: Runtime;
  /** Whether it is a Redis Cluster; by default it is where several addresses are given. */
  readonly sharded?: boolean;
  /** How the names of all keys begin; default `sluice`. Nodes with another share nothing with these. */
  readonly prefix?: string;
  /** Certificates to trust in place of the usual ones, as PEM. */
  readonly ca?: string;
  /** Of the events of this node's streams, in its memory and in Redis. */
  readonly log?: Partial<MemoryLogLimits>;
  /** How long events are kept after the last of a stream was said; default an hour. */
  readonly logMs?: number;
  /** How long a node counts as being there after it was last heard of; default 5 s. All nodes need the same. */
  readonly leaseMs?: number;
  /** How often it is heard of; default a fifth of that. */
  readonly renewMs?: number;
  /** Bytes that may wait for one other node; default 8 MiB. */
  readonly pairBytes?: number;
  /** Letters that may wait for this node, from all others; default 100,000. */
  readonly inboxLetters?: number;
  /** Told while streams lose their history to others. */
  readonly troubles?: Troubles;
  /** How long Redis may take, in ms. */
  readonly patience?: Partial<Patience>;
}

const DEFAULT_PATIENCE: Patience = { connectMs: 2_000, commandMs: 2_000, retryMs: 500 };
const LEASE_MS = 5_000;
const LOG_MS = 3_600_000;
const PAIR_BYTES = 8 * 1024 * 1024;
const INBOX_LETTERS = 100_000;
const CHARACTERS_OF_NAMES = 22;

/** Resolves once Redis is reached. @throws Error with one sentence where it is not, or an option cannot be */
export async function redisBackplane(options: RedisBackplaneOptions): Promise<Backplane> {
  const [first, ...others] = typeof options.url === 'string' ? [options.url] : options.url;
  const patience = { ...DEFAULT_PATIENCE, ...options.patience };
  const keys = new Keys(options.prefix ?? 'sluice');
  const connecting: ConnectionOptions = {
    places: [readPlace(first), ...others.map(readPlace)],
    isCluster: options.sharded ?? others.length > 0,
    patience,
    ca: options.ca,
  };
  const commands = await Connection.open(connecting);
  const reading = await Connection.open(connecting);
  const backplane = new RedisBackplane(commands, reading, keys, options);
  try {
    await Promise.all([commands, reading].map((connection) => connection.up(patience.connectMs * 2)));
    await backplane.open();
    return backplane;
  } catch (error) {
    await backplane.close();
    throw error;
  }
}

class RedisBackplane implements Backplane {
  readonly node: string;
  readonly isShared = true;
  readonly log: SharedLog;
  readonly bus: RedisBus;
  readonly directory: RedisDirectory;
  readonly counters: RedisCounters;
  readonly #commands: Connection;
  readonly #reading: Connection;
  readonly #inbox: Inbox;
  readonly #runtime: Runtime;
  readonly #renewMs: number;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(commands: Connection, reading: Connection, keys: Keys, options: RedisBackplaneOptions) {
    const { runtime, leaseMs = LEASE_MS, troubles } = options;
    const limits = { ...DEFAULT_LOG_LIMITS, ...options.log };
    const keptMs = options.logMs ?? LOG_MS;
    const node = runtime.randomId().slice(0, CHARACTERS_OF_NAMES);
    this.node = node;
    this.#commands = commands;
    this.#reading = reading;
    this.#runtime = runtime;
    this.#renewMs = options.renewMs ?? leaseMs / 5;
    const near = new MemoryEventLog(limits, troubles, (stream) => this.log.trimmed(stream));
    const far = new RedisFarLog(commands, keys, { keptMs, events: limits.events });
    this.log = new SharedLog(near, far, { now: () => runtime.now(), keptMs });
    this.directory = new RedisDirectory(commands, keys, {
      node,
      leaseMs,
      runtime,
      onGone: (other) => this.bus.gone(other),
      onJoined: () => this.bus.greet(),
      caughtUp: () => this.#inbox.caughtUp(),
      deafness: () => this.#inbox.trouble,
      onLapsed: () => this.bus.breakAll(),
    });
    this.bus = new RedisBus(commands, keys, {
      node,
      pairBytes: options.pairBytes ?? PAIR_BYTES,
      inboxLetters: options.inboxLetters ?? INBOX_LETTERS,
      isKnown: (other) => this.directory.peers.has(other),
      others: () => this.directory.peers.keys(),
      onStranger: () => void this.directory.tick(),
      first: this.log.flush,
    });
    const { directory } = this;
    this.#inbox = new Inbox(node, keys, { commands, reading }, runtime, {
      get isCurrent() {
        return directory.isCurrent;
      },
      letter: (bytes) => this.bus.letter(bytes),
      lost: () => this.bus.breakAll(),
      heard: () => void this.directory.tick(),
    });
    this.counters = new RedisCounters(commands, keys);
  }

  /** Begins to take what others say. */
  async open(): Promise<void> {
    await this.#inbox.open();
    this.#commands.onChange = () => this.#changed();
    this.#timer = this.#runtime.after(this.#renewMs, this.#tick);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#inbox.close();
    this.bus.close();
    await this.directory.leave();
    await Promise.all([this.#reading.close(), this.#commands.close()]);
  }

  #changed(): void {
    this.directory.changed();
    if (this.#commands.isUp) this.#look();
  }

  readonly #tick = (): void => {
    this.#timer = this.#runtime.after(this.#renewMs, this.#tick);
    if (!this.#commands.isUp) return this.directory.stillAway();
    if (this.#commands.followed()) return;
    void this.directory.tick();
    this.#look();
  };

  #look(): void {
    // Whatever fails is tried again with the next turn of the timer.
    this.#inbox.tick().catch(() => {});
    this.log.tick();
    this.bus.tick();
  }
}
