/**
 * Whether this page is signed in. A one-time token in the address (`#token=…`) signs in by itself, and is taken out of
 * the address before anything else is done.
 */
import type { Me } from '../../edges/admin/contract/overview.ts';
import { request } from './http.ts';
import { asProblem, type Problem } from './problem.ts';
import { replace } from './route.ts';
import { createStore } from './store.ts';

export type Auth =
  | { readonly phase: 'unknown' }
  /** The gateway could not be asked. */
  | { readonly phase: 'unreachable'; readonly problem: Problem }
  | { readonly phase: 'in'; readonly me: Me }
  /** `never`: nobody was signed in here; `expired`: it ended; `left`: on purpose; `token`: that token is no good. */
  | {
      readonly phase: 'out';
      readonly why: 'never' | 'expired' | 'left' | 'token';
      readonly problem?: Problem;
    };

export const auth = createStore<Auth>({ phase: 'unknown' });

/** The other pages of this browser: who signs in or out in one does so in all, as the cookie is one. */
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('sluice');
tabs?.addEventListener('message', ({ data }) => {
  const { phase } = auth.get();
  if (data === 'in' && phase === 'out') void ask();
  if (data === 'out' && phase === 'in') auth.set({ phase: 'out', why: 'left' });
});

/** Signs in by the token of the address, if it has one; else asks who this is. */
export async function enter(): Promise<void> {
  const token = takeToken();
  if (token === undefined) return ask();
  try {
    await request('POST', 'login', { token });
    await ask();
    tabs?.postMessage('in');
  } catch (error) {
    const problem = asProblem(error);
    // Whoever is signed in already stays so, whatever became of the token.
    await ask();
    if (auth.get().phase !== 'in') auth.set({ phase: 'out', why: 'token', problem });
  }
}

/** @throws Problem when the gateway refuses the key */
export async function signIn(key: string): Promise<void> {
  await request('POST', 'login', { key });
  await ask();
  tabs?.postMessage('in');
}

export async function signOut(): Promise<void> {
  await request('POST', 'logout');
  auth.set({ phase: 'out', why: 'left' });
  tabs?.postMessage('out');
}

/** The gateway says that nobody is signed in (any more). */
export function wasRefused(): void {
  const { phase } = auth.get();
  if (phase === 'in') auth.set({ phase: 'out', why: 'expired' });
}

async function ask(): Promise<void> {
  try {
    auth.set({ phase: 'in', me: (await request('GET', 'me')) as Me });
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status !== 401) return auth.set({ phase: 'unreachable', problem });
    auth.set({ phase: 'out', why: 'never' });
  }
}

/** Taken out at once: an address is kept in histories and shown on screens. */
function takeToken(): string | undefined {
  const found = /^#\/?token=([^&]+)/.exec(location.hash);
  if (!found?.[1]) return undefined;
  replace(['overview']);
  try {
    return decodeURIComponent(found[1]);
  } catch {
    return found[1];
  }
}
