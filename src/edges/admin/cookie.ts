/** The cookie of somebody who signed in. Cookies do not know ports, so its name does: gateways of one host are apart. */
import type { IncomingRequest } from '../http/request.ts';

/** Of the header; a browser sends no more to one host. */
const LONGEST = 16_384;
/** Of one name. */
const MOST = 8;

function nameOf(request: IncomingRequest): string {
  const port = /:(\d{1,5})$/.exec(request.header('host') ?? '')?.[1];
  return `sluice-admin-${port ?? (request.scheme === 'https' ? '443' : '80')}`;
}

/** What it says: of several, as other pages of the host may set some of that name, the first few. */
export function cookiesOf(request: IncomingRequest): readonly string[] {
  const header = request.header('cookie');
  if (header === undefined || header.length > LONGEST) return [];
  const start = `${nameOf(request)}=`;
  return header
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each.startsWith(start) && each.length > start.length)
    .slice(0, MOST)
    .map((each) => each.slice(start.length));
}

/**
 * The header that sets it: not for scripts, not for other sites, and over https only where it was set over that.
 * @param value undefined: it is taken back
 */
export function setCookie(
  request: IncomingRequest,
  basePath: string,
  value: string | undefined,
  seconds: number,
): string {
  const parts = [
    `${nameOf(request)}=${value ?? ''}`,
    `Path=${basePath}/admin`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  if (request.scheme === 'https') parts.push('Secure');
  parts.push(`Max-Age=${value === undefined ? 0 : seconds}`);
  return parts.join('; ');
}
