/**
 * How a gateway knows its own requests again: one that comes back to it, by way of others or not, goes in a circle.
 *
 * Source: RFC 8586 (CDN-Loop).
 */

/** The header by its lower-case name. */
export const LOOP_HEADER = 'cdn-loop';

/** How a gateway names itself in the header. @param id letters, digits, `-` and `_` */
function loopEntry(id: string): string {
  return `sluice-${id}`;
}

/**
 * The header of a request that is sent because of another.
 * @param received what that other request carried; those before us must stay in it (RFC 8586 section 2)
 */
export function loopHeader(id: string, received?: string): string {
  return received === undefined || received === '' ? loopEntry(id) : `${received}, ${loopEntry(id)}`;
}

/** Whether a request passed this gateway before. @param header the value, several joined by commas */
export function isLooped(header: string | undefined, id: string): boolean {
  if (header === undefined) return false;
  const own = loopEntry(id);
  return entriesOf(header).some((entry) => (entry.split(';', 1)[0] as string).trim() === own);
}

/** Longer chains of gateways are nobody's. */
const MOST_GATEWAYS = 16;

/**
 * What of the header must stay in it behind us: the gateways of our kind a request has passed. What CDNs put in is
 * between them and us. @returns undefined where it passed none
 */
export function gatewaysIn(header: string | undefined): string | undefined {
  if (header === undefined || !header.includes('sluice-')) return undefined;
  const passed = entriesOf(header)
    .map((entry) => (entry.split(';', 1)[0] as string).trim())
    .filter((entry) => GATEWAY.test(entry));
  return passed.length === 0 ? undefined : passed.slice(-MOST_GATEWAYS).join(', ');
}

const GATEWAY = /^sluice-[\w-]{1,64}$/;

/** The entries, told apart by the commas that are in no quoted text (a parameter may be one). */
function entriesOf(header: string): string[] {
  const entries: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < header.length; at++) {
    const c = header[at];
    if (c === '\\' && isQuoted) at++;
    else if (c === '"') isQuoted = !isQuoted;
    else if (c === ',' && !isQuoted) {
      entries.push(header.slice(from, at));
      from = at + 1;
    }
  }
  entries.push(header.slice(from));
  return entries;
}
