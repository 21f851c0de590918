/**
 * Where a client reaches a server, as whoever looks at the page can use it: a gateway that was told no name gives addresses of
 * its own machine, and a page that came from another one knows better.
 */
export function reached(
  address: string,
  page: Pick<Location, 'hostname' | 'host' | 'protocol'> | undefined = globalThis.location,
): string {
  const url = new URL(address);
  if (page === undefined || !isOwn(url.hostname) || isOwn(page.hostname)) return address;
  const isSecure = page.protocol === 'https:';
  const scheme = url.protocol.startsWith('ws') ? 'ws' : 'http';
  return `${scheme}${isSecure ? 's' : ''}://${page.host}${url.pathname}${url.search}`;
}

function isOwn(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
