/**
 * What a client keeps for us while its call is parked: enough to know it again, and nothing that it says itself.
 *
 * Source: MCP 2026-07-28, multi round-trip requests, server requirements.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { memberAt } from '../../protocol/cuts.ts';
import { decodeString } from '../../protocol/decode.ts';
import { copySpan, type Message } from '../../protocol/message.ts';
import { QUOTE } from '../../protocol/text.ts';
import type { Mount } from '../line.ts';
import type { Seal } from '../ports-era.ts';
import { canonical, exact, isObject, objectOf } from './canonical.ts';

export interface InputState {
  /** Which gateway has the call. */
  readonly node: string;
  /** Of this one round of it. */
  readonly id: string;
  readonly round: number;
  readonly principal: string;
  readonly method: string;
  readonly digest: string;
  /** Good until then, in ms since the epoch. */
  readonly until: number;
}

/** What a state of a mount is sealed with. */
export function contextOf({ name }: Mount): string {
  return `input ${name}`;
}

export function stateBytes({ node, id, round, principal, method, digest, until }: InputState): Uint8Array {
  return encoder.encode(JSON.stringify({ node, id, round, principal, method, digest, until }));
}

/** @param bytes that a seal vouches for; undefined when they are no state of this kind */
export function readState(bytes: Uint8Array): InputState | undefined {
  try {
    const state: unknown = JSON.parse(decoder.decode(bytes));
    if (!isObject(state)) return undefined;
    const { node, id, round, principal, method, digest, until } = state;
    if (!isText(node) || !isText(id) || !isText(principal) || !isText(method) || !isText(digest))
      return undefined;
    if (typeof round !== 'number' || typeof until !== 'number') return undefined;
    return { node, id, round, principal, method, digest, until };
  } catch {
    return undefined;
  }
}

/** Which gateway has the call that a request goes on with; undefined where it goes on with none of ours. */
export function nodeOfState(message: Message, mount: Mount, seal: Seal | undefined): string | undefined {
  const { bytes, kind, params } = message;
  if (!seal || kind !== 'request' || params.end === 0) return undefined;
  const { start, end } = memberAt(bytes, params, 'requestState');
  if (end === 0 || bytes[start] !== QUOTE) return undefined;
  const open = seal.open(decodeString(bytes, start + 1, end - 1), contextOf(mount));
  return open && readState(open)?.node;
}

/**
 * Equal for requests for the same: SHA-256 over what they say but for what each try says anew. Numbers are the same when
 * their spelling stands for the same, however many digits it has.
 */
export function digestOf({ bytes, params }: Message): string {
  const text = params.end === 0 ? '{}' : decoder.decode(copySpan(bytes, params));
  const { _meta: _m, inputResponses: _r, requestState: _s, ...rest } = objectOf(JSON.parse(exact(text)));
  return bytesToHex(sha256(encoder.encode(canonical(rest))));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
