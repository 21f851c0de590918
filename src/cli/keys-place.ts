/** The keys that are kept in a folder. */
import { KeyStore } from '../edges/node/key-store.ts';
import { KeyStoreFault } from '../edges/node/key-store-file.ts';
import { usage } from './exit.ts';

/** The folder where somebody else is waited for, in ms. */
const WAIT_MS = 5_000;

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
