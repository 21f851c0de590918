/** How much servers and tools are sent within a time, as their entries say, whatever way it takes. */
import type { Draw, Limit, PromptMeter } from '../access/limits.ts';
import { limitOf, limitsOf, type ServerRate, type ToolRate } from '../access/rate-rules.ts';
import { dataOf, sentenceOf } from '../access/rate-words.ts';
import { fits, type Pattern, patternOf } from '../engine/catalog/patterns.ts';
import type { Admission, NotNow, Passing } from '../engine/ports-admission.ts';

/** Of one server. */
export interface ServerLimits {
  /** By all its callers together. */
  readonly limits?: ServerRate | undefined;
  /** By patterns of own names of its tools; a rate alone is shared by all callers. */
  readonly toolLimits?: Readonly<Record<string, string | number | ToolRate>> | undefined;
}

interface ToolRule {
  readonly pattern: Pattern;
  readonly limits: readonly Limit[];
  /** Each caller has its own. */
  readonly isEach: boolean;
}

interface ServerGate {
  readonly limits: readonly Limit[];
  readonly tools: readonly ToolRule[];
  /** What a tool fits, once it was called. */
  readonly known: Map<string, readonly ToolRule[]>;
}

/** Names come from callers: those that no server knows are not kept for long. */
const MOST_KNOWN = 1_000;
const NONE: readonly ToolRule[] = [];

export class ServerGates implements Admission {
  readonly #meter: PromptMeter;
  #gates: ReadonlyMap<string, ServerGate> = new Map();

  /** @param meter that decides at once, as requests must keep their order */
  constructor(meter: PromptMeter) {
    this.#meter = meter;
  }

  /** Of all that is counted here. */
  get ids(): string[] {
    const gates = [...this.#gates.values()];
    const limits = gates.flatMap((gate) => [...gate.limits, ...gate.tools.flatMap((rule) => rule.limits)]);
    return limits.map(({ id }) => id);
  }

  /** Takes over other limits; what was counted stays counted. @param servers by their names in the gateway */
  change(servers: Readonly<Record<string, ServerLimits>>): void {
    const gates = Object.entries(servers).map(([name, limits]) => [name, gateOf(name, limits)] as const);
    this.#gates = new Map(gates.filter(([, { limits, tools }]) => limits.length + tools.length > 0));
  }

  countsTools(server: string): boolean {
    return (this.#gates.get(server)?.tools.length ?? 0) > 0;
  }

  refusal({ server, principal, tool, bytes }: Passing, now: number): NotNow | undefined {
    const gate = this.#gates.get(server);
    if (!gate) return undefined;
    const draws: Draw[] = [];
    for (const limit of gate.limits) draws.push({ limit, of: '', cost: limit.unit === 'bytes' ? bytes : 1 });
    for (const { limits, isEach } of rulesFor(gate, tool))
      for (const limit of limits) draws.push({ limit, of: isEach ? principal : '', cost: 1 });
    const verdict = this.#meter.take(draws, now);
    return verdict?.isRefused === true ? { message: sentenceOf(verdict), data: dataOf(verdict) } : undefined;
  }
}

function gateOf(name: string, { limits = {}, toolLimits = {} }: ServerLimits): ServerGate {
  const { calls, burst, bytes } = limits;
  return {
    limits: limitsOf(`server ${name}`, 'server', { calls, burst, bytes }).filter(
      ({ unit }) => unit !== 'opens',
    ),
    tools: Object.entries(toolLimits).map(([source, given]) => {
      const rule = typeof given === 'object' ? given : { calls: given };
      const id = `tool ${name} ${source}`;
      return {
        pattern: patternOf(source),
        limits: limitOf(id, 'tool', 'calls', rule.calls, rule.burst),
        isEach: rule.per === 'caller',
      };
    }),
    known: new Map(),
  };
}

function rulesFor({ tools, known }: ServerGate, tool: string | undefined): readonly ToolRule[] {
  if (tool === undefined || tools.length === 0) return NONE;
  const found = known.get(tool);
  if (found) return found;
  const rules = tools.filter(({ pattern }) => fits(tool, pattern));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(tool, rules);
  return rules;
}
