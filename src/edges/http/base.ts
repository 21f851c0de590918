/** Under which address clients see the gateway. */
import type { RequestHead } from '../../engine/ports.ts';

export interface Seen {
  /** The origin as it is configured; default: as the client called it. */
  readonly publicOrigin?: string | undefined;
  /** Without a slash at its end. */
  readonly basePath: string;
}

/** Origin and path, without a slash at its end. What is configured counts, however the gateway was called. */
export function baseOf({ publicOrigin, basePath }: Seen, head: RequestHead): string {
  const origin = publicOrigin ?? `${head.scheme ?? 'http'}://${(head.header('host') ?? '').toLowerCase()}`;
  return origin + basePath;
}
