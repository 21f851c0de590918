/** What an entry with a URL means: how the server is spoken to, and which headers of the caller it is sent. */
import type { z } from 'zod';
import { isCallerProof } from '../protocol/caller-proof.ts';
import { authOf } from './auth.ts';
import { isManaged } from './managed-headers.ts';
import type { Document, Path } from './document.ts';
import { type Problem, pathText } from './problems.ts';
import type { remoteEntry } from './schema-entries.ts';
import type { RemoteServer } from './types.ts';

type Written = z.output<typeof remoteEntry>;
type Way = Pick<RemoteServer, 'type' | 'headers' | 'forwardHeaders'> & {
  readonly auth: RemoteServer['auth'];
};

/** Why a server with credentials of each caller has no common conversation. */
export const NOT_SHARED =
  'must be "session" or "principal": with credentials of each caller nothing is shared among callers';

/** How to reach the server; undefined when the entry cannot be used (then a problem was told). */
export function buildRemote(
  entry: Pick<Written, 'url' | 'headers' | 'forwardHeaders' | 'auth' | 'sharing' | 'era'>,
  written: Written['type'],
  path: Path,
  context: { readonly document: Document; readonly findings: { readonly problems: Problem[] } },
): Way | undefined {
  const { document, findings } = context;
  const complain = (member: Path, message: string): undefined => {
    const here = [...path, ...member];
    findings.problems.push(document.problem(document.find(here), here, `${pathText(here)} ${message}`));
  };
  const url = URL.canParse(entry.url) ? new URL(entry.url) : undefined;
  const socket = url !== undefined && /^wss?:$/.test(url.protocol);
  if (!url || (!socket && !/^https?:$/.test(url.protocol))) {
    return complain(['url'], 'must be an address like "https://example.com/mcp" or "wss://example.com/ws".');
  }
  if (socket && written !== undefined && written !== 'ws') {
    return complain(['type'], 'must be "ws" for an address that begins with ws:// or wss://.');
  }
  if (!socket && written === 'ws') {
    return complain(['url'], 'must begin with ws:// or wss:// where the type is "ws".');
  }
  for (const name of Object.keys(entry.headers)) {
    if (isManaged(name.toLowerCase()))
      return complain(['headers', name], 'is set by the gateway itself; remove it.');
  }
  const forwardHeaders = [...new Set(entry.forwardHeaders.map((name) => name.toLowerCase()))];
  const managed = entry.forwardHeaders.findIndex(
    (name) => /^host$/i.test(name) || isManaged(name.toLowerCase()),
  );
  if (managed >= 0)
    return complain(
      ['forwardHeaders', managed],
      'belongs to one connection and cannot be passed on; remove it.',
    );
  const proof = entry.forwardHeaders.findIndex((name) => isCallerProof(name.toLowerCase()));
  if (proof >= 0) {
    const why = 'what a caller proves who it is with is for the gateway alone';
    return complain(['forwardHeaders', proof], `cannot be passed on: ${why}; remove it, and see auth.`);
  }
  const names = new Set(Object.keys(entry.headers).map((name) => name.toLowerCase()));
  if (url.username !== '' || url.password !== '') names.add('authorization');
  const auth = entry.auth && authOf(entry.auth, names);
  if (auth && 'message' in auth) return complain(['auth', ...auth.member], `${auth.message}.`);
  if (auth && auth.type !== 'client_credentials' && entry.sharing === 'shared')
    return complain(['sharing'], `${NOT_SHARED}.`);
  if (forwardHeaders.length > 0 && entry.sharing !== 'session') {
    const why = 'with forwardHeaders, because what one caller sent must not speak for another';
    return complain(['sharing'], `must be "session" ${why}; remove it, or remove forwardHeaders.`);
  }
  const type = typeOf(url, written);
  if (entry.era === 'modern' && type !== 'http') {
    const name = type === 'ws' ? 'WebSocket' : 'HTTP+SSE';
    const wayOut = type === 'ws' ? 'give its address' : 'write "type": "http"';
    const why = `2026-07-28 is not spoken over ${name}; remove it, or ${wayOut} where the server has Streamable HTTP.`;
    return complain(['era'], `cannot be "modern": ${why}`);
  }
  return { type, headers: entry.headers, forwardHeaders, auth };
}

/** By the last segment of the path: `/sse` has been the habit of the old transport ever since. */
export function typeOf(url: URL, written: Written['type']): RemoteServer['type'] {
  if (written !== undefined) return written === 'streamable-http' ? 'http' : written;
  if (/^wss?:$/.test(url.protocol)) return 'ws';
  return /\/sse\/?$/.test(url.pathname) ? 'sse' : 'http';
}
