/**
 * What a request with an idempotency key is known by: hashes alone, so that who reads them learns neither who called nor
 * with what.
 *
 * A key belongs to one call, with all rounds in which its client is asked for more: each round is run once.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { copySpan } from '../../protocol/message.ts';
import { canonical, exact, objectOf } from '../bridge/canonical.ts';
import { pickedFrom } from '../forwarded.ts';
import type { CallFacts } from '../modern/modern-call.ts';

export interface RequestName {
  /** Equal for tries of one request; of a round, equal for tries of that round. */
  readonly name: string;
  /** That of the first round. */
  readonly first: string;
  /** Equal for requests for the same, whatever their ids, tokens and other `_meta`. */
  readonly digest: string;
  /** The same without what a round adds. */
  readonly base: string;
}

export function requestNameOf(facts: CallFacts): RequestName {
  const { message, mount, principal, idempotencyKey } = facts;
  const { bytes, params, method } = message;
  const text = params.end === 0 ? '{}' : decoder.decode(copySpan(bytes, params));
  const { _meta: _m, inputResponses, requestState, ...rest } = objectOf(JSON.parse(exact(text)) as unknown);
  const base = hashOf([method, rest]);
  const whose = [principal, mount.name, tellingHeaders(facts), idempotencyKey];
  const first = hashOf(whose);
  // A server that keeps its state elsewhere tells rounds by the answers alone.
  const round = requestState ?? inputResponses;
  if (round === undefined) return { name: first, first, digest: base, base };
  const name = hashOf([...whose, requestState === undefined ? 'answers' : 'state', round]);
  return { name, first, digest: hashOf([base, requestState ?? null, inputResponses ?? null]), base };
}

/** Headers that go on to servers may say in whose name it is done: with others it is another request. */
function tellingHeaders({ mount, forwarded }: CallFacts): unknown {
  // Credentials of the caller stand for who it is, and are renewed.
  const names = mount.forwardHeaders.filter((name) => !name.startsWith(':'));
  const told = forwarded && pickedFrom(names, forwarded);
  return told ? Object.entries(told).sort() : [];
}

function hashOf(parts: readonly unknown[]): string {
  return bytesToHex(sha256(encoder.encode(canonical(parts))));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
