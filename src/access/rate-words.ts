/**
 * A refusal in words, in headers and in the data of an error: which limit it was, and when there is room again. Nothing
 * in it tells of other callers.
 *
 * Source: RFC 9110 section 10.2.3 (Retry-After); draft-ietf-httpapi-ratelimit-headers, its earlier three fields and its
 * later two.
 */
import type { Limit, Scope, Verdict } from './limits.ts';

const WHO: Readonly<Record<Scope, string>> = {
  caller: 'one caller may',
  address: 'one address may',
  project: 'the callers of this project together may',
  gateway: 'all callers together may',
  server: 'the callers of this server together may',
  tool: 'this tool may',
};

const TIMES: ReadonlyMap<number, string> = new Map([
  [1_000, 'second'],
  [60_000, 'minute'],
  [3_600_000, 'hour'],
  [86_400_000, 'day'],
]);

export function sentenceOf({ limit, waitMs }: Verdict): string {
  const { amount, burst, perMs, scope, unit } = limit;
  const atOnce = burst === amount ? '' : `, ${burst} of them at once`;
  const what = `${amount} ${WHAT[unit]} a ${TIMES.get(perMs) ?? `${perMs} ms`}${atOnce}`;
  const verb = scope === 'tool' ? 'be called with' : unit === 'opens' ? 'open' : 'send';
  return `Too much at once: ${WHO[scope]} ${verb} ${what}. There is room again in ${secondsOf(waitMs)} s.`;
}

const WHAT = { calls: 'requests', bytes: 'bytes', opens: 'streams', failures: 'wrong keys' } as const;

/** Members of `error.data`. */
export function dataOf({ limit, waitMs }: Verdict): Readonly<Record<string, unknown>> {
  return { retryAfterMs: waitMs, limit: limit.amount, scope: limit.scope, unit: limit.unit };
}

/** For a refusal: in both ways of writing them. */
export function headersOf(verdict: Verdict): Record<string, string> {
  const { limit, remaining, waitMs } = verdict;
  const { name, policy } = wordsOf(limit);
  const seconds = secondsOf(waitMs);
  return {
    ...standingOf(verdict),
    'retry-after': seconds,
    'ratelimit-policy': policy,
    ratelimit: `${name};r=${remaining};t=${seconds}`,
  };
}

/** For every other answer: how things stand with the limit that is nearest to its end, in the way most clients read. */
export function standingOf({ limit, remaining, waitMs }: Verdict): Record<string, string> {
  return {
    'ratelimit-limit': wordsOf(limit).amount,
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': secondsOf(waitMs),
  };
}

interface LimitWords {
  readonly name: string;
  readonly policy: string;
  readonly amount: string;
}

const words = new WeakMap<Limit, LimitWords>();

/** What is the same in every answer. */
function wordsOf(limit: Limit): LimitWords {
  const known = words.get(limit);
  if (known) return known;
  const { scope, unit, amount, perMs } = limit;
  const name = `"${unit === 'calls' ? scope : `${scope}-${unit}`}"`;
  const of = unit === 'bytes' ? ';qu="content-bytes"' : '';
  const made = { name, policy: `${name};q=${amount}${of};w=${perMs / 1_000}`, amount: String(amount) };
  words.set(limit, made);
  return made;
}

function secondsOf(ms: number): string {
  return String(Math.ceil(ms / 1_000));
}
