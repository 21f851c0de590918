/** Limits as people write them, and what they mean. */
import type { Limit, Scope, Unit } from './limits.ts';

/** What one caller, address, project, server or tool may do within a time. */
export interface RateRule {
  /** Requests, like `"60/min"`, `"10/s"` or `"1000/h"`; a number is for a minute. Default: as many as it likes. */
  readonly calls?: string | number | undefined;
  /** How many of them at once; default: all of one such time. */
  readonly burst?: number | undefined;
  /** Bytes of what it sends, like `"10MiB/min"`. Default: as many as it likes. */
  readonly bytes?: string | number | undefined;
  /** Streams and sockets that it opens, like `"60/min"`. Default: as `calls`. */
  readonly opens?: string | number | undefined;
}

/** What is limited where requests come in. */
export interface RateRules {
  /** Each caller for itself. */
  readonly caller?: RateRule | undefined;
  /** Each client address for itself; IPv6 by its /64. */
  readonly address?: RateRule | undefined;
  /** All together. */
  readonly total?: RateRule | undefined;
  /** Wrong keys and tokens from one address; default `"60/min"`, but none for addresses of this machine. */
  readonly failures?: string | number | undefined;
}

/** The same of an entry of a server: for all its callers together. */
export type ServerRate = Pick<RateRule, 'calls' | 'burst' | 'bytes'>;

/** Of the tools of a server whose own names fit a pattern, together. */
export interface ToolRate {
  readonly calls: string | number;
  readonly burst?: number | undefined;
  /** Who shares it: all callers, or each has its own. Default `all`. */
  readonly per?: 'all' | 'caller' | undefined;
}

export interface Rate {
  readonly amount: number;
  readonly perMs: number;
}

const RATE =
  /^(\d{1,12}(?:\.\d{1,3})?) ?(?:([KMGkmg])i?[Bb]|[Bb])? ?\/ ?(s|sec|second|m|min|minute|h|hour|d|day)$/;
const SIZES: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const MINUTE_MS = 60_000;
const TIMES: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE_MS, h: 3_600_000, d: 86_400_000 };
const MOST = 1e15;

/** `60/min`, `10MiB/s`, or a number for a minute; undefined where it is none. At least one whole. */
export function parseRate(value: string | number): Rate | undefined {
  const match = typeof value === 'string' ? RATE.exec(value) : undefined;
  const amount =
    typeof value === 'number'
      ? value
      : Math.floor(Number(match?.[1]) * (SIZES[match?.[2]?.toLowerCase() ?? ''] ?? 1));
  if (!Number.isInteger(amount) || amount < 1 || amount > MOST) return undefined;
  return { amount, perMs: TIMES[match?.[3]?.[0] ?? 'm'] ?? MINUTE_MS };
}

/** @param id of all that is counted for it */
export function limitsOf(id: string, scope: Scope, rule: RateRule): Limit[] {
  const { calls, bytes, opens = calls, burst } = rule;
  return [
    ...limitOf(id, scope, 'calls', calls, burst),
    ...limitOf(id, scope, 'bytes', bytes, undefined),
    ...limitOf(id, scope, 'opens', opens, burst),
  ];
}

/** None, or one. @throws TypeError for what is no rate */
export function limitOf(
  id: string,
  scope: Scope,
  unit: Unit,
  value: string | number | undefined,
  burst: number | undefined,
): Limit[] {
  if (value === undefined) return [];
  const rate = parseRate(value);
  if (!rate)
    throw new TypeError(`${JSON.stringify(value)} is no rate: write it like "60/min" or "10MiB/min".`);
  return [{ id: `${id}.${unit}`, scope, unit, ...rate, burst: burst ?? rate.amount }];
}
