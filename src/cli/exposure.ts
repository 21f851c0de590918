/** Whether the gateway may listen where it is told to, with the keys that were added. */
import { exposureFault } from '../config/exposure.ts';
import type { Config } from '../config/types.ts';
import { usage } from './exit.ts';

/**
 * One sentence that says why it must not, and what to do; undefined when it may.
 * @throws CliError where there is a store of keys that cannot be read
 */
export async function exposureOf(config: Config): Promise<string | undefined> {
  const fault = exposureFault(config);
  if (fault === undefined || !(await hasGoodKey(config.dataDir))) return fault;
  return exposureFault(config, true);
}

async function hasGoodKey(folder: string): Promise<boolean> {
  // Loaded only here: most starts need no store.
  const { KeyStore } = await import('../edges/node/key-store.ts');
  try {
    const store = KeyStore.open(folder, { create: false, waitMs: 1_000 });
    const keys = store?.list() ?? [];
    store?.close();
    const now = Date.now();
    return keys.some(({ isRevoked, expires = Infinity }) => !isRevoked && expires > now);
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}
