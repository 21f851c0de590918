/** The way a body names its session, and the message without that. */
import type { PostKind } from '../../engine/ports-shape.ts';
import type { ReadLimits } from '../../protocol/message.ts';
import { unwrap } from '../../protocol/wrapper.ts';

export interface Wrapping {
  readonly kind: PostKind;
  /** The session it names; undefined when it says who it is, but names none. */
  readonly id: string | undefined;
  readonly bytes: Uint8Array;
}

/** Undefined when nothing in the body is about a session. */
export function wrappingOf(body: Uint8Array, limits: ReadLimits): Wrapping | undefined {
  const unwrapped = unwrap(body, limits);
  if (!unwrapped) return undefined;
  const { wrapper, bytes } = unwrapped;
  const { connectionId, connection_id: snake, protocol } = wrapper;
  if (connectionId !== undefined) return { kind: 'clg', id: connectionId || undefined, bytes };
  if (snake !== undefined) return { kind: 'rails', id: snake || undefined, bytes };
  return protocol === 'sse' ? { kind: 'clg', id: undefined, bytes } : undefined;
}
