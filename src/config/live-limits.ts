/** The limits that can be taken over while running, beside those that sized the engine. */
import type { Limits, ServerConfig } from './types.ts';

/** What is counted within a time. */
export function liveLimits({ callsPerMinute, burst, rates }: Limits) {
  return { callsPerMinute, burst, rates };
}

/** All others. */
export function fixedLimits(limits: Limits): Partial<Limits> {
  return { ...limits, callsPerMinute: undefined, burst: undefined, rates: undefined };
}

/** An entry without what can change under its sessions. */
export function withoutLimits(entry: ServerConfig) {
  return { ...entry, limits: undefined, toolLimits: undefined };
}

/** An entry with the limits of another. */
export function withLimitsOf(entry: ServerConfig, { limits, toolLimits }: ServerConfig): ServerConfig {
  const isSame = entry.limits === limits && entry.toolLimits === toolLimits;
  return isSame ? entry : { ...entry, limits, toolLimits };
}
