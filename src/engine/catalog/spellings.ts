/** Other spellings of a URI that a server may take for the same: what hides one must hide them all. */

/** Rounds of decoding: a server that decodes more often than this is its own danger. */
const ROUNDS = 3;

/** The URI as it is and, where that is another text, decoded and with its dots and doubled slashes resolved. */
export function spellingsOf(uri: string): readonly string[] {
  const plain = resolved(decoded(uri));
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
