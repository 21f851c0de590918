/** What a server's column of the matrix is made of. */
import { expect } from 'vitest';
import type { LegacyVersion } from '../../../src/protocol/methods.ts';
import type { FeatureName } from '../features.ts';
import type { MatrixClient } from '../clients.ts';
import type { Params, Peer, Result } from '../peer.ts';

/**
 * Proves a feature over a connection that may have been used by the features before.
 * @param version the revision that client and server agree on
 */
export type Run = (peer: Peer, client: MatrixClient, version: LegacyVersion) => Promise<void>;

/** Why a server cannot show a feature. */
export interface Absent {
  readonly na: string;
}

/** Every feature, so that none is absent without a reason. */
export type Runs = Readonly<Record<FeatureName, Run | Absent>>;

/** What every client answers when it is asked for its roots, until a test says otherwise. */
export const ROOT = { uri: 'file:///home/ada', name: 'Home' };

/** The error of a request, as the SDK throws it. */
export async function failure(asked: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  const outcome = await asked.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`No error came, but ${JSON.stringify(outcome.value)}.`);
  const { code, message } = outcome.error as { code: unknown; message: string };
  return { code, message };
}

/** The names (or URIs) on all pages, which must be more than one where the server pages. */
export function itemsOf(pages: readonly Result[], member: string, key: string): string[] {
  return pages.flatMap((page) => page[member] as Params[]).map((item) => String(item[key]));
}

/** Proves that nothing was said twice. */
export function expectUnique(names: readonly string[]): void {
  expect(new Set(names).size).toBe(names.length);
}
