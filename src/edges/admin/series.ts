/**
 * A sample of the gateway for each second of the last quarter of an hour, so that charts do not begin empty; and what is
 * counted for each server.
 *
 * Guarantees: bounded by the seconds kept and by the servers there are; counting a request allocates nothing.
 */
import type { Gateway } from '../../engine/gateway.ts';
import type { Timer } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import { hintOf } from './hints.ts';
import type { Sample } from './contract/stats.ts';
import { Durations } from './durations.ts';
import { ServerCounts } from './server-counts.ts';

const SECOND_MS = 1_000;
/** Samples that are kept. */
export const SAMPLES = 900;
/** Servers of which a sample tells: those that were called most. */
const MOST_SERVERS = 32;
/** Servers that are counted: as many as anybody configures, and some that are gone. */
const MOST_COUNTED = 4_096;
/** Outcomes that are no failure: the caller's wish, and what is served otherwise. */
const FINE: ReadonlySet<string> = new Set(['ok', 'cancelled', 'wrong_era']);

/** Ended by ourselves; and what a server says beside the point, which is told in the log. */
const NO_FAULTS: ReadonlySet<string> = new Set([
  ...['closed', 'restarted', 'disabled', 'unknown_answer', 'unknown_progress'],
]);

/** What only the machine knows. */
export interface Machine {
  /** The worst delay of the event loop since it was asked last, in ms. */
  readonly loopDelay: () => number;
  readonly memoryBytes: () => number;
  /** Milliseconds of processor time since the process began. */
  readonly cpuMs: () => number;
}

export interface SeriesPorts {
  readonly machine: Machine;
  /** Messages of clients since the gateway began. */
  readonly received: () => number;
}

export class Series {
  readonly observer: Observer;
  readonly #ports: SeriesPorts;
  readonly #samples: Sample[] = [];
  readonly #servers = new Map<string, ServerCounts>();
  readonly #second = new Durations();
  #errors = 0;
  #refused = 0;
  #before = { received: 0, cpuMs: 0, at: 0 };
  #timer: Timer | undefined;
  #wall: () => number = () => 0;
  /** Called with each sample. */
  onSample: ((sample: Sample) => void) | undefined;

  constructor(ports: SeriesPorts) {
    this.#ports = ports;
    this.observer = {
      exchangeEnded: ({ server, outcome, isToolError = false, ms }) =>
        this.#ended(server, ms, isToolError || !FINE.has(outcome)),
      linkClosed: ({ server, code, message }) => this.#failed(server, code, message),
      refused: ({ where, code, message, server, count = 1 }) => {
        this.#refused += count;
        if (where === 'upstream' && server !== undefined) this.#failed(server, code, message);
      },
    };
  }

  /** The newest last. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  of(server: string): ServerCounts | undefined {
    return this.#servers.get(server);
  }

  /** Begins to take samples. */
  start(gateway: Gateway): void {
    const { runtime } = gateway.context;
    this.#wall = () => (runtime.wall ? runtime.wall() : runtime.now());
    this.#before = {
      received: this.#ports.received(),
      cpuMs: this.#ports.machine.cpuMs(),
      at: runtime.now(),
    };
    this.#turn();
    const next = () => {
      this.#timer = runtime.after(SECOND_MS, () => {
        this.#take(gateway);
        next();
      });
    };
    next();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #ended(server: string, ms: number, isError: boolean): void {
    this.#second.add(ms);
    if (isError) this.#errors++;
    this.#counts(server)?.ended(ms, isError);
  }

  #failed(server: string, code: string, message: string): void {
    if (NO_FAULTS.has(code)) return;
    const counts = this.#counts(server);
    if (counts) counts.lastFault = { at: this.#wall(), code, message, ...hintOf(code) };
  }

  #counts(server: string): ServerCounts | undefined {
    const known = this.#servers.get(server);
    if (known || this.#servers.size >= MOST_COUNTED) return known;
    const counts = new ServerCounts();
    this.#servers.set(server, counts);
    return counts;
  }

  #take(gateway: Gateway): void {
    const sample = this.#sampleOf(gateway);
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#turn();
    this.onSample?.(sample);
  }

  /** Another second begins. */
  #turn(): void {
    this.#second.clear();
    this.#errors = this.#refused = 0;
    for (const counts of this.#servers.values()) counts.turn();
  }

  #sampleOf(gateway: Gateway): Sample {
    const { received, machine } = this.#ports;
    const { runtime, ledger } = gateway.context;
    const now = { received: received(), cpuMs: machine.cpuMs(), at: runtime.now() };
    const before = this.#before;
    this.#before = now;
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => this.#second.quantile(share));
    return {
      at: Math.round(this.#wall()),
      received: now.received - before.received,
      calls: this.#second.count,
      errors: this.#errors,
      refused: this.#refused,
      ...{ p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null },
      sessions: gateway.sessions,
      streams: ledger.gateway.of('streams'),
      inFlight: gateway.inFlight,
      queuedBytes: ledger.gateway.of('queuedBytes'),
      loopDelayMs: round(machine.loopDelay()),
      memoryBytes: machine.memoryBytes(),
      cpu: round((now.cpuMs - before.cpuMs) / Math.max(1, now.at - before.at)),
      servers: this.#calledServers(),
      dialects: Object.fromEntries(gateway.tally.dialects()),
    };
  }

  #calledServers(): Sample['servers'] {
    const called = [...this.#servers].filter(([, { second }]) => second.count > 0);
    if (called.length > MOST_SERVERS) called.sort(([, a], [, b]) => b.second.count - a.second.count);
    return Object.fromEntries(
      called
        .slice(0, MOST_SERVERS)
        .map(([name, { second, secondErrors }]) => [
          name,
          { calls: second.count, errors: secondErrors, p95: second.quantile(0.95) },
        ]),
    );
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
