/**
 * Event ids: `<epoch>-<stream>-<offset>`, e.g. `k3f9Qa-2-17`.
 *
 * The stream is a number within the session, so an id means nothing without its session: it is no credential.
 * Source: MCP 2025-03-26 and later, transports, "Resumability and redelivery".
 */
export interface EventId {
  readonly epoch: string;
  readonly stream: number;
  readonly offset: number;
}

export function formatEventId(epoch: string, stream: number, offset: number): string {
  return `${epoch}-${stream}-${offset}`;
}

/** Undefined when the text is no event id of ours. */
export function parseEventId(text: string): EventId | undefined {
  const match = /^([A-Za-z0-9_]{1,32})-(\d{1,9})-(\d{1,15})$/.exec(text);
  if (!match) return undefined;
  return { epoch: match[1] as string, stream: Number(match[2]), offset: Number(match[3]) };
}
