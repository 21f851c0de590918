/** What is counted of the requests to one site, before anything is opened for them. */
import { addressKey } from './address-key.ts';
import type { Draw, Limit, Meter, Unit, Verdict } from './limits.ts';
import type { Caller } from './principal.ts';
import { limitOf, limitsOf, type RateRule, type RateRules } from './rate-rules.ts';

export interface GateRules {
  /** The project; undefined: the gateway itself. */
  readonly name?: string | undefined;
  /** Requests of one caller within a minute, and how many of them at once; default: all of them. */
  readonly callsPerMinute?: number | undefined;
  readonly burst?: number | undefined;
  readonly rates?: RateRules | undefined;
  /** Those of the gateway around a project: what is counted in common. */
  readonly around?: RateRules | undefined;
}

/** Who asks, and from where. */
export interface Asker {
  readonly caller: Caller;
  readonly address: string;
}

/** The limits of one unit, by whose buckets they have. */
interface Counted {
  readonly caller: readonly Limit[];
  readonly address: readonly Limit[];
  readonly all: readonly Limit[];
}

export class Gate {
  /** Of all that is counted here, but for what single callers have. */
  readonly ids: ReadonlySet<string>;
  readonly #meter: Meter;
  readonly #prefix: string;
  readonly #calls: Counted;
  readonly #opens: Counted;
  readonly #bytes: Counted;
  readonly #own = new WeakMap<RateRule, readonly Limit[]>();

  constructor(meter: Meter, rules: GateRules) {
    const { name, callsPerMinute: calls, burst, rates = {}, around } = rules;
    this.#meter = meter;
    this.#prefix = name === undefined ? '' : `${name}/`;
    const id = (what: string): string => this.#prefix + what;
    const caller = [
      ...(calls === undefined ? [] : limitsOf(id('caller.minute'), 'caller', { calls, burst })),
      ...limitsOf(id('caller'), 'caller', rates.caller ?? around?.caller ?? {}),
    ];
    const address = [
      ...limitsOf(id('address'), 'address', rates.address ?? {}),
      ...limitsOf('address', 'address', around?.address ?? {}),
    ];
    const all = [
      ...limitsOf(id('total'), name === undefined ? 'gateway' : 'project', rates.total ?? {}),
      ...limitsOf('total', 'gateway', around?.total ?? {}),
    ];
    const of = (unit: Unit): Counted => {
      const some = (limits: readonly Limit[]) => limits.filter((limit) => limit.unit === unit);
      return { caller: some(caller), address: some(address), all: some(all) };
    };
    this.#calls = of('calls');
    this.#opens = of('opens');
    this.#bytes = of('bytes');
    const own = ['calls', 'bytes', 'opens'].map((unit) => `${id('caller')}.${unit}`);
    this.ids = new Set([...own, ...[...caller, ...address, ...all].map((limit) => limit.id)]);
  }

  /** Requests that came together: all are taken or none. */
  calls(asker: Asker, calls: number, now: number): Verdict | undefined | Promise<Verdict | undefined> {
    const draws: Draw[] = [];
    this.#draw(draws, this.#calls, 'calls', asker, calls);
    return draws.length === 0 ? undefined : this.#meter.take(draws, now);
  }

  /** A stream, a socket or a ticket for one. */
  opens(asker: Asker, now: number): Verdict | undefined | Promise<Verdict | undefined> {
    const draws: Draw[] = [];
    this.#draw(draws, this.#opens, 'opens', asker, 1);
    return draws.length === 0 ? undefined : this.#meter.take(draws, now);
  }

  /** Bytes that were read: refused where too many were before. */
  read(asker: Asker, bytes: number, now: number): Verdict | undefined | Promise<Verdict | undefined> {
    const draws: Draw[] = [];
    this.#draw(draws, this.#bytes, 'bytes', asker, bytes);
    return draws.length === 0 ? undefined : this.#meter.take(draws, now);
  }

  #draw(draws: Draw[], counted: Counted, unit: Unit, { caller, address }: Asker, cost: number): void {
    const { limits } = caller;
    const own = limits === undefined ? counted.caller : this.#limitsOf(limits);
    const { principal } = caller;
    for (const limit of own) if (limit.unit === unit) draws.push({ limit, of: principal, cost });
    if (counted.address.length > 0) {
      const of = addressKey(address);
      for (const limit of counted.address) draws.push({ limit, of, cost });
    }
    for (const limit of counted.all) draws.push({ limit, of: '', cost });
  }

  /** A caller with limits of its own has those in place of what others have. */
  #limitsOf(rule: RateRule): readonly Limit[] {
    let limits = this.#own.get(rule);
    if (!limits) this.#own.set(rule, (limits = limitsOf(`${this.#prefix}caller`, 'caller', rule)));
    return limits;
  }
}

/** Wrong proofs from one address. */
export function failureLimit(value: string | number): Limit {
  return limitOf('address', 'address', 'failures', value, undefined)[0] as Limit;
}
