/** `sluice console`: a fresh address of the console of the gateway that runs here, good once and for ten minutes. */
import { issueToken } from '../edges/node/console-tokens.ts';
import { type AdminPlace, type AdminWords, adminPlace } from './admin/place.ts';
import { signIn, signOut } from './admin/sign-in.ts';
import { CliError, EXIT, usage } from './exit.ts';
import type { Io } from './io.ts';

export interface ConsoleFlags extends Omit<AdminWords, 'key'> {
  readonly json: boolean;
}

/** How long the gateway may take to say that it is there. */
const ANSWER_MS = 5_000;

/** @throws CliError where nothing runs there, or the folder of its things cannot be written */
export async function consoleAddress(io: Io, { json, ...words }: ConsoleFlags): Promise<number> {
  const place = await adminPlace(io, words);
  const { label, folder } = place;
  if (folder === undefined)
    throw usage('Say where that gateway keeps its things with --data-dir, or sign in with its admin key.');
  await reach(label);
  await known(place, folder);
  const url = `${label}/console/#token=${tokenIn(folder)}`;
  io.out(json ? `${JSON.stringify({ url })}\n` : `${url}\n`);
  if (!json) io.err('It signs you in once, within ten minutes.\n');
  return EXIT.ok;
}

async function reach(label: string): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await fetch(`${label}/console/`, { signal, redirect: 'error' }).catch(() => undefined);
  await response?.body?.cancel();
  if (response?.ok) return;
  const why = response ? 'has no console' : 'does not answer';
  throw new CliError(
    EXIT.unreachable,
    `The gateway at ${label} ${why}; start it with sluice serve, or name its address.`,
  );
}

/** An address that opens nothing is worse than none: the gateway that answers may keep its things elsewhere. */
async function known(place: AdminPlace, folder: string): Promise<void> {
  tokenIn(folder);
  const signal = AbortSignal.timeout(ANSWER_MS);
  const cookie = await signIn(place, signal).catch(() => undefined);
  if (cookie !== undefined) return signOut(place, cookie, signal).catch(() => undefined);
  throw usage(
    `The gateway at ${place.label} does not keep its things in ${folder}; run this in the folder of its configuration, or name that with -c, or sign in with its admin key.`,
  );
}

function tokenIn(folder: string): string {
  try {
    return issueToken(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(`The folder ${folder} of the gateway cannot be written: ${reason}.`);
  }
}
