/** All that counts within a time, over every change of the rules. */
import { Brake } from '../access/brake.ts';
import { failureLimit } from '../access/gate.ts';
import type { PromptMeter } from '../access/limits.ts';
import { MemoryMeter } from '../access/memory-meter.ts';
import type { RateRules } from '../access/rate-rules.ts';
import { SharedMeter } from '../access/shared-meter.ts';
import type { Backplane } from '../engine/ports-backplane.ts';
import type { Runtime } from '../engine/ports.ts';
import { ServerGates, type ServerLimits } from './server-gates.ts';
import type { Sites } from './sites.ts';

export interface CountingOptions {
  readonly rates?: RateRules | undefined;
  readonly serverLimits?: Readonly<Record<string, ServerLimits>> | undefined;
}

/** A stranger who guesses may do so once a second. */
const FAILURES = '60/min';

export class Counting {
  readonly meter: PromptMeter;
  /** On who shows wrong keys. */
  readonly brake: Brake;
  /** What goes to servers. */
  readonly servers: ServerGates;
  readonly #shared: readonly SharedMeter[];

  /** @param backplane counts for all nodes together, where there may be others */
  constructor(backplane: Pick<Backplane, 'isShared' | 'counters'>, runtime: Runtime) {
    const { isShared, counters } = backplane;
    const shared = isShared ? [1, 2].map(() => new SharedMeter({ counters, runtime })) : [];
    const [meter = new MemoryMeter(), failures] = shared;
    this.meter = meter;
    this.brake = new Brake(failureLimit(FAILURES), false, failures);
    this.servers = new ServerGates(meter);
    this.#shared = shared;
  }

  /** Takes over other limits. What was counted stays counted, but for what is limited no more. */
  change({ rates, serverLimits = {} }: CountingOptions, sites: Sites): void {
    const failures = rates?.failures;
    this.brake.change(failureLimit(failures ?? FAILURES), failures !== undefined);
    this.servers.change(serverLimits);
    this.meter.keep(new Set([...sites.all.flatMap(({ gate }) => [...gate.ids]), ...this.servers.ids]));
  }

  /** Tells others what they do not know yet. */
  close(): void {
    for (const meter of this.#shared) meter.close();
  }
}
