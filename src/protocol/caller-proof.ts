/**
 * With which headers a caller proves to us who it is. They are for us, and go no further: a server that was handed them
 * could act as the caller everywhere else.
 *
 * Source: MCP, security best practices, "Token Passthrough"; RFC 9110 section 11; RFC 6265.
 */
const PROOFS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
]);

/** @param name of a header, in lower case */
export function isCallerProof(name: string): boolean {
  return PROOFS.has(name);
}
