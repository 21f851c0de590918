/**
 * What a modern request must say of itself before anything is done with it.
 *
 * Source: MCP 2026-07-28, base protocol, per-request protocol fields; versioning, protocol version negotiation.
 */
import { ALL_VERSIONS, claimedVersion, MODERN_VERSION } from '../../protocol/era.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/message.ts';
import { OPEN_OBJECT } from '../../protocol/text.ts';

/** Why a request is refused: the word, one sentence, and further members of `error.data`. */
export interface ClaimFault {
  readonly word: ErrorWord;
  readonly message: string;
  readonly data?: Record<string, unknown>;
}

/** @returns undefined for a request that may go on. Costs no copy then. */
export function faultOfClaims(message: Message): ClaimFault | undefined {
  const { bytes, claims } = message;
  const version = claimedVersion(message);
  if (version === undefined) return missing('protocolVersion', 'a text');
  if (version !== MODERN_VERSION) return unknownVersion(version);
  const { start, end } = claims?.capabilities ?? ABSENT;
  if (end === 0 || bytes[start] !== OPEN_OBJECT) return missing('clientCapabilities', 'an object');
  return undefined;
}

function unknownVersion(version: string): ClaimFault {
  const requested = version.slice(0, LONGEST_TOLD);
  return {
    word: 'unknown_version',
    message: 'This version of the protocol is not spoken here.',
    data: { supported: ALL_VERSIONS, requested },
  };
}

function missing(name: string, what: string): ClaimFault {
  const message = `\`_meta["io.modelcontextprotocol/${name}"]\` must be ${what}.`;
  return { word: 'bad_meta', message };
}

const ABSENT = { start: 0, end: 0 };
/** A version that is longer is none: no need to send all of it back. */
const LONGEST_TOLD = 64;
