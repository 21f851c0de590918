/** What the gateway must read of answers of servers that it does not pass on. */
import { outcomeOf } from '../../protocol/long.ts';
import type { Message } from '../../protocol/message.ts';
import type { UpstreamSession } from '../upstream-session.ts';

/** What a server said of itself in its answer to `initialize`. */
export interface Handshake {
  readonly capabilities: ReadonlySet<string>;
  readonly instructions: string | undefined;
}

const known = new WeakMap<UpstreamSession, Handshake>();
const decoder = new TextDecoder();

export function handshakeOf(upstream: UpstreamSession): Handshake {
  const read = known.get(upstream);
  if (read) return read;
  const { capabilities, instructions } = objectIn(upstream.handshake);
  const handshake = {
    capabilities: new Set(Object.keys(asObject(capabilities))),
    instructions: typeof instructions === 'string' ? instructions : undefined,
  };
  known.set(upstream, handshake);
  return handshake;
}

/** The number of an error; undefined when it has none. */
export function errorCodeOf(answer: Message): number | undefined {
  const { code } = objectIn(outcomeOf(answer));
  return typeof code === 'number' ? code : undefined;
}

/** The members of the params of a request; empty when they are no object. */
export function paramsOf(message: Message): Readonly<Record<string, unknown>> {
  return objectIn(message.bytes.subarray(message.params.start, message.params.end));
}

function objectIn(json: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(decoder.decode(json)));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
