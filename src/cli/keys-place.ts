/** Where the keys are kept, as the gateway of this folder would find them. */
import { basename, dirname, resolve } from 'node:path';
import { outlineOf } from '../config/outline.ts';
import { KeyStore } from '../edges/node/key-store.ts';
import { KeyStoreFault } from '../edges/node/key-store-file.ts';
import { usage } from './exit.ts';
import type { Io } from './io.ts';
import { readText, wellKnownFile } from './load.ts';

export interface PlaceWords {
  readonly dataDir?: string | undefined;
  readonly config?: string | undefined;
}

export interface KeysPlace {
  /** Absolute. */
  readonly folder: string;
  /** Those of the configuration; undefined where there is none. */
  readonly projects: readonly string[] | undefined;
}

/** The folder where somebody else is waited for, in ms. */
const WAIT_MS = 5_000;

/** @throws CliError, ConfigError when a configuration is named or found that cannot be read */
export async function keysPlace(io: Io, { dataDir, config }: PlaceWords): Promise<KeysPlace> {
  const path = config === undefined ? await wellKnownFile(io.cwd) : resolve(io.cwd, config);
  const file = config ?? (path && basename(path));
  const outline = path === undefined ? undefined : outlineOf(await readText(path, file), file ?? '');
  const typed = dataDir ?? (io.env['SLUICE_DATA_DIR']?.trim() || undefined);
  const written = resolve(path === undefined ? io.cwd : dirname(path), outline?.dataDir ?? '.sluice');
  return {
    folder: typed === undefined ? written : resolve(io.cwd, typed),
    projects: outline?.projects,
  };
}

/**
 * Lends the store of a folder; undefined where there is none, and none is to be made.
 * @throws CliError with what is wrong with it
 */
export function withStore<T>(folder: string, create: boolean, use: (store: KeyStore | undefined) => T): T {
  let store: KeyStore | undefined;
  try {
    store = KeyStore.open(folder, { create, waitMs: WAIT_MS });
    return use(store);
  } catch (error) {
    throw error instanceof KeyStoreFault ? usage(error.message) : error;
  } finally {
    store?.close();
  }
}

/** Characters of the hash by which a key is told from others. */
export const ID_LENGTH = 8;

export function idOf({ sha256 }: { readonly sha256: string }): string {
  return sha256.slice(0, ID_LENGTH);
}

/** A text of the store on one line of a terminal, whatever was written into it. */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
