/** Headers that are nobody's to configure. */

/** Set by whoever speaks HTTP and MCP to the server, so neither to be configured nor to be passed on. */
const MANAGED: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'cdn-loop'],
  ...['content-length', 'content-type', 'content-encoding', 'accept', 'accept-encoding', 'last-event-id'],
  ...['proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
]);

export function isManaged(name: string): boolean {
  return MANAGED.has(name) || name.startsWith('mcp-') || name.startsWith('sec-websocket-');
}
