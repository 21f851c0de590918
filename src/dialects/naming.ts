/**
 * How a request names its session: by a value of its query or by a header.
 *
 * Source: MCP 2024-11-05 and 2025-03-26, transports; the documents of the custom clients have their own names.
 */
import type { RequestHead } from '../engine/ports.ts';
import type { PostKind } from '../engine/ports-shape.ts';
import { queryValue } from './query.ts';

export interface Naming {
  readonly id: string;
  /** What the name says about who wrote the request. */
  readonly kind: PostKind;
  /** Named as clients of Streamable HTTP do. */
  readonly isStreamable: boolean;
}

const QUERY_NAMES: readonly (readonly [string, PostKind])[] = [
  ['sessionId', 'plain'],
  ['session_id', 'plain'],
  ['connectionId', 'clg'],
  ['connection_id', 'rails'],
];

/** The session as a client of Streamable HTTP names it. */
export function sessionHeader(request: RequestHead): string | undefined {
  return request.header('mcp-session-id');
}

/** The session under any of the names it may have outside of the body; the query counts first. */
export function sessionNamed(request: RequestHead): Naming | undefined {
  if (request.query !== '') {
    for (const [name, kind] of QUERY_NAMES) {
      const id = queryValue(request.query, name);
      if (id !== undefined) return { id, kind, isStreamable: false };
    }
  }
  const id = sessionHeader(request);
  if (id !== undefined) return { id, kind: 'plain', isStreamable: true };
  const other = request.header('x-session-id');
  return other === undefined ? undefined : { id: other, kind: 'plain', isStreamable: false };
}
