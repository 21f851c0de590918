/** What is told where an account has no room: which limit it is, whose, and when to try again. */
import type { ErrorWord } from '../protocol/errors.ts';
import type { Excess, Payers, Scope } from './account.ts';
import { disabled } from './faults.ts';
import type { Thing } from './ports-held.ts';

/** Why something is not done, in the words of an error. */
export interface Refusal {
  readonly word: ErrorWord;
  readonly message: string;
  /** Further members of `error.data`. */
  readonly data?: Record<string, unknown> | undefined;
}

/** How long it is worth waiting for others to give something back. */
export const RETRY_MS = 5_000;

/** What is opened for long is not, while there is more to do than the process can; what is open is served. */
export const OVERLOADED: Refusal = {
  word: 'overloaded',
  message: 'The gateway has more to do than it can, and opens nothing new now.',
  data: { retryAfterMs: RETRY_MS },
};

/** An operator took it out of service for now. */
export function outOfService({ name }: { readonly name: string }): Refusal {
  return { word: 'upstream_disabled', message: disabled(name).message };
}

const WORDS: Readonly<Record<Thing, ErrorWord>> = {
  sessions: 'too_many_sessions',
  streams: 'too_many_streams',
  calls: 'too_many_calls',
  callBytes: 'too_many_calls',
  listens: 'too_many_calls',
  parked: 'too_many_parked',
  idempotencyKeys: 'too_many_keys',
  idempotencyBytes: 'too_many_keys',
  queuedBytes: 'too_many_calls',
};

const WHAT: Readonly<Record<Thing, string>> = {
  sessions: 'as many sessions as it may have',
  streams: 'as many streams as it may have',
  calls: 'as many calls in flight as it may have',
  callBytes: 'as many bytes of calls in flight as it may have',
  listens: 'as many calls that listen as it may have',
  parked: 'as many calls that wait for answers of their clients as it may have',
  idempotencyKeys: 'as many idempotency keys as it may have',
  idempotencyBytes: 'as many bytes kept for its idempotency keys as it may have',
  queuedBytes: 'more waiting to be read than it may have',
};

const WHO: Readonly<Record<Scope, string>> = {
  caller: 'This caller',
  address: 'This address',
  project: 'This project',
  gateway: 'The gateway',
};

/** Why so much more cannot be taken; undefined where it can be. */
export function overdrawn(payers: Payers, thing: Thing, more = 1): Refusal | undefined {
  const excess = payers.excess(thing, more);
  return excess && toldOf(excess);
}

/** That in words. */
export function toldOf({ thing, scope, limit }: Excess): Refusal {
  return {
    word: WORDS[thing],
    message: `${WHO[scope]} has ${WHAT[thing]}.`,
    data: { limit, scope, retryAfterMs: RETRY_MS },
  };
}

/** Whether it is the excess of who calls, and not of all together. */
export function isOwnExcess(data: Readonly<Record<string, unknown>> | undefined): boolean {
  return data !== undefined && (data['scope'] === 'caller' || data['scope'] === 'address');
}
