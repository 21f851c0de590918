/** Addresses as URLs write them. */

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
