/** Signs a command in at the gateway of this folder, where nobody gave it a key: by a token that only its owner can make. */
import { issueToken } from '../../edges/node/console-tokens.ts';
import type { AdminPlace } from './place.ts';

/** The cookie to show; undefined where the gateway does not take it. Rejects where it cannot be asked. */
export async function signIn(
  { api, folder }: Pick<AdminPlace, 'api' | 'folder'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const response = await fetch(new URL('login', api), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: issueToken(folder) }),
    ...{ signal, redirect: 'error' as const },
  });
  await response.body?.cancel();
  return response.ok ? response.headers.get('set-cookie')?.split(';', 1)[0] : undefined;
}

/** Ends what `signIn` began. Rejects where the gateway cannot be asked. */
export async function signOut(
  { api }: Pick<AdminPlace, 'api'>,
  cookie: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(new URL('logout', api), {
    method: 'POST',
    headers: { cookie, origin: api.origin },
    ...{ signal, redirect: 'error' as const },
  });
  await response.body?.cancel();
}
