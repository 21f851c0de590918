/** All that counts within a time, over every change of the rules. */
import { Brake } from '../access/brake.ts';
import { failureLimit } from '../access/gate.ts';
import { MemoryMeter } from '../access/memory-meter.ts';
import type { RateRules } from '../access/rate-rules.ts';
import { ServerGates, type ServerLimits } from './server-gates.ts';
import type { Sites } from './sites.ts';

export interface CountingOptions {
  readonly rates?: RateRules | undefined;
  readonly serverLimits?: Readonly<Record<string, ServerLimits>> | undefined;
}

/** A stranger who guesses may do so once a second. */
const FAILURES = '60/min';

export class Counting {
  readonly meter = new MemoryMeter();
  /** On who shows wrong keys. */
  readonly brake = new Brake(failureLimit(FAILURES), false);
  /** What goes to servers. */
  readonly servers = new ServerGates(this.meter);

  /** Takes over other limits. What was counted stays counted, but for what is limited no more. */
  change({ rates, serverLimits = {} }: CountingOptions, sites: Sites): void {
    const failures = rates?.failures;
    this.brake.change(failureLimit(failures ?? FAILURES), failures !== undefined);
    this.servers.change(serverLimits);
    this.meter.keep(new Set([...sites.all.flatMap(({ gate }) => [...gate.ids]), ...this.servers.ids]));
  }
}
