/** What is looked at when somebody asks, as readings of instruments: the gateway, and the process it runs in. */
import type { ServerNow, Sight } from '../engine/ports-sight.ts';
import type { Instrument } from './instrument.ts';
import { LOOKED_AT, OF_PROCESS } from './looked-at.ts';
import type { Labels } from './meters.ts';

export interface Reading {
  readonly labels: Labels;
  readonly value: number;
}

export type Readings = ReadonlyMap<Instrument, readonly Reading[]>;

/** What the process uses; what a runtime does not tell is left out. */
export interface ProcessNow {
  readonly cpuUser: number;
  readonly cpuSystem: number;
  readonly memory: number;
  readonly heapUsed: number;
  readonly heapLimit: number;
  readonly uptime: number;
  readonly loopActive: number;
  readonly loopIdle: number;
  readonly delayMean: number;
  readonly delayHigh: number;
  readonly delayMax: number;
}

const STATES: readonly ServerNow['state'][] = ['idle', 'up', 'backoff', 'failed', 'disabled'];
const TENURES = ['held', 'alone', 'cut', 'unsure'];
/** More of a kind are not shown: names and codes are ours, but a mistake must not fill whoever reads. */
const MOST_READINGS = 2_000;

export class Reader {
  readonly #readings = new Map<Instrument, Reading[]>();

  get readings(): Readings {
    return this.#readings;
  }

  /** @param value nothing is told where it is undefined */
  add(instrument: Instrument, value: number | undefined, ...labels: Labels): void {
    if (value === undefined) return;
    const known = this.#readings.get(instrument) ?? [];
    this.#readings.set(instrument, known);
    if (known.length < MOST_READINGS) known.push({ labels, value });
  }

  gateway(sight: Sight): void {
    const { sseConnections, sessions, inFlight, draining, degraded, held, heldLimit, queued } = LOOKED_AT;
    this.add(sseConnections, sight.sseConnections());
    for (const { dialect, project, count } of sight.sessions()) this.add(sessions, count, dialect, project);
    this.add(inFlight, sight.inFlight());
    this.add(draining, Number(sight.isDraining()));
    for (const code of sight.troubles()) this.add(degraded, 1, code);
    for (const { thing, taken, limit } of sight.held()) {
      if (thing === 'queuedBytes') this.add(queued, taken);
      this.add(held, taken, thing);
      this.add(heldLimit, limit, thing);
    }
    for (const server of sight.servers()) this.#server(server);
    this.#others(sight);
  }

  process(now: Partial<ProcessNow>): void {
    this.add(OF_PROCESS.cpu, now.cpuUser, 'user');
    this.add(OF_PROCESS.cpu, now.cpuSystem, 'system');
    this.add(OF_PROCESS.memory, now.memory);
    this.add(OF_PROCESS.heapUsed, now.heapUsed);
    this.add(OF_PROCESS.heapLimit, now.heapLimit);
    this.add(OF_PROCESS.uptime, now.uptime);
    this.add(OF_PROCESS.loopTime, now.loopActive, 'active');
    this.add(OF_PROCESS.loopTime, now.loopIdle, 'idle');
    this.add(OF_PROCESS.loopDelayMean, now.delayMean);
    this.add(OF_PROCESS.loopDelayHigh, now.delayHigh);
    this.add(OF_PROCESS.loopDelayMax, now.delayMax);
  }

  #server({ name, state: is, links, restarts, processes, memoryBytes }: ServerNow): void {
    for (const state of STATES) this.add(LOOKED_AT.upstreamState, Number(is === state), name, state);
    this.add(LOOKED_AT.upstreamLinks, links, name);
    this.add(LOOKED_AT.upstreamRestarts, restarts, name);
    this.add(LOOKED_AT.upstreamProcesses, processes, name);
    this.add(LOOKED_AT.upstreamMemory, memoryBytes, name);
  }

  #others(sight: Sight): void {
    const log = sight.eventLog();
    this.add(LOOKED_AT.eventLogBytes, log?.bytes);
    this.add(LOOKED_AT.eventLogStreams, log?.streams);
    const cluster = sight.cluster();
    if (!cluster) return;
    for (const state of TENURES) this.add(LOOKED_AT.clusterState, Number(cluster.state === state), state);
    this.add(LOOKED_AT.clusterOthers, cluster.others);
  }
}
