/**
 * What is kept of a run when it is over: within bounds, and without what looks like a secret.
 *
 * Guarantees: no argument whose name or schema calls it a secret is kept, and no key of the gateway.
 */
import { isRecord } from '../../mcp/items.ts';
import type { Run } from './run.ts';

/** A larger result is not kept. */
const MOST_RESULT = 2_000_000;
const MOST_ARGUMENTS = 200_000;
const SECRET_NAME =
  /pass(word|phrase|wd)?$|secret|token$|api[-_]?key|authorization|credential|private[-_]?key/i;
/** Keys of this gateway begin so. */
const OWN_KEY = /slc_[A-Za-z0-9_-]{8,}/g;

export interface Kept {
  readonly id: string;
  readonly startedAt: number;
  readonly isPinned: boolean;
  /** The run, as JSON. */
  readonly json: string;
}

/** @param schema of its arguments, where it is known */
export function keep(run: Run, schema?: unknown): Kept {
  const { isMasked, value } = masked(run.arguments, schema);
  const args = lengthOf(value) > MOST_ARGUMENTS ? null : value;
  const isTooLarge = lengthOf(run.result) > MOST_RESULT;
  const { result, ...rest } = run;
  const small: Run = {
    ...rest,
    arguments: args,
    logs: run.logs.slice(-50).map(({ data, ...line }) => ({ ...line, data: short(data) })),
    ...(isMasked || run.isMasked ? { isMasked: true } : {}),
    ...(isTooLarge ? { resultGone: 'It was too large to be kept.' } : result === undefined ? {} : { result }),
    ...(run.failure ? { failure: { ...run.failure, data: short(run.failure.data) } } : {}),
  };
  const json = JSON.stringify(small).replace(OWN_KEY, 'slc_…');
  return { id: run.id, startedAt: run.startedAt, isPinned: run.isPinned, json };
}

/** The run that was kept; undefined for what is none, whoever wrote it. */
export function revive({ json, isPinned }: Kept): Run | undefined {
  try {
    const run: unknown = JSON.parse(json);
    if (!isRecord(run) || typeof run['id'] !== 'string' || typeof run['name'] !== 'string') return undefined;
    // Written by `kept` above, in this browser: what it lacks is shown as missing.
    const whole = run as unknown as Run;
    return { ...whole, isPinned, logs: Array.isArray(run['logs']) ? whole.logs : [] };
  } catch {
    return undefined;
  }
}

/** Arguments without those that are secrets. */
function masked(args: unknown, schema: unknown): { readonly isMasked: boolean; readonly value: unknown } {
  if (!isRecord(args)) return { isMasked: false, value: args };
  const properties = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {};
  let isMasked = false;
  const entries = Object.entries(args).flatMap(([name, value]): [string, unknown][] => {
    const about = isRecord(properties[name]) ? properties[name] : {};
    const isSecret = SECRET_NAME.test(name) || about['format'] === 'password' || about['writeOnly'] === true;
    if (isSecret && value !== '' && value !== undefined) {
      isMasked = true;
      return [];
    }
    const inner = masked(value, about);
    isMasked ||= inner.isMasked;
    return [[name, inner.value]];
  });
  return { isMasked, value: Object.fromEntries(entries) };
}

function short(value: unknown): unknown {
  return lengthOf(value) > 10_000 ? '(too long to be kept)' : value;
}

function lengthOf(value: unknown): number {
  return value === undefined ? 0 : (JSON.stringify(value)?.length ?? 0);
}
