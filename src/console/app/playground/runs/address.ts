/** Addresses that servers want visited. */

/** The address, where a browser may open it: one of the web, and no other kind, which could be a script. */
export function openable(url: string): URL | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed && OPENED.has(parsed.protocol) ? parsed : undefined;
}

const OPENED: ReadonlySet<string> = new Set(['https:', 'http:']);
