/** Other spellings of a URI that a server may take for the same: what hides one must hide them all. */

/** Rounds of decoding: a server that decodes more often than this is its own danger. */
const ROUNDS = 3;

/**
 * The URI as it is and, where that is another text, decoded, as an address bar would read it, and with its dots and
 * doubled slashes resolved.
 */
export function spellingsOf(uri: string): readonly string[] {
  const plain = resolved(tidied(decoded(uri)));
  return plain === uri ? [uri] : [uri, plain];
}

function decoded(uri: string): string {
  let text = uri;
  for (let round = 0; round < ROUNDS && text.includes('%'); round++) {
    const next = text.replaceAll(/%[0-7][0-9A-Fa-f]/g, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
    if (next === text) break;
    text = next;
  }
  return text;
}

/** Schemes whose paths go by either slash, and whose slashes behind the colon may be too few or too many. */
const SPECIAL = /^(https?|wss?|ftp|file):/i;

/** WHATWG URL, section 4.4, as far as several texts are one URL there: servers take what clients say by it. */
function tidied(text: string): string {
  const inner = trimmed(text).replaceAll(/[\t\n\r]/g, '');
  const scheme = SPECIAL.exec(inner)?.[1]?.toLowerCase();
  if (scheme === undefined) return inner;
  const rest = inner.slice(scheme.length + 1).replaceAll('\\', '/');
  const slashes = leading(rest);
  if (scheme !== 'file') return `${scheme}://${rest.slice(slashes)}`;
  const path = slashes === 2 ? rest.slice(2).replace(/^localhost(?=\/|$)/i, '') : `/${rest.slice(slashes)}`;
  return `file://${path}`;
}

/** How many slashes it begins with. */
function leading(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === 0x2f) at++;
  return at;
}

/** Without controls and spaces at both ends. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/** RFC 3986 section 5.2.4 in spirit, for every scheme; scheme and host in small letters (section 6.2.2.1). */
function resolved(uri: string): string {
  const [, scheme = '', host = '', path = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*:)?(\/\/[^/?#]*)?([^]*)$/.exec(uri) ?? [];
  const out: string[] = [];
  const segments = path.split('/');
  const root = path.startsWith('/') ? 1 : 0;
  segments.forEach((segment, at) => {
    const isEnd = at === 0 || at === segments.length - 1;
    if (segment === '..') {
      if (out.length > root) out.pop();
    } else if (segment !== '.' && (segment !== '' || isEnd)) out.push(segment);
  });
  return scheme.toLowerCase() + host.toLowerCase() + out.join('/');
}
