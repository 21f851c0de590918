/** Keys of callers for the admin API: those of the store, which it makes and revokes, and those of the configuration. */
import type { ApiKey, Config } from '../../config/types.ts';
import type { Policy } from '../../engine/ports-policy.ts';
import type { KeyView, MadeKey, NewKey } from '../admin/contract/keys.ts';
import type { KeyCabinet } from '../admin/ports-keys.ts';
import { Problem } from '../admin/problem.ts';
import { KeyStoreFault } from './key-store-file.ts';
import { KeyStore, type StoredKey } from './key-store.ts';
import { generateKey, idOf, nameFault, scopeInWords, stateOf } from './key-words.ts';
import { sha256 } from './runtime.ts';

/** How long somebody else at the store is waited for, in ms: everything waits meanwhile. */
const WAIT_MS = 200;
const DAY_MS = 86_400_000;

export interface AdminKeysOptions {
  readonly config: () => Config;
  /** Called where the store changed, so that it counts at once. */
  readonly changed: () => void;
}

export class AdminKeys implements KeyCabinet {
  readonly #options: AdminKeysOptions;

  constructor(options: AdminKeysOptions) {
    this.#options = options;
  }

  list(): readonly KeyView[] {
    const stored = this.#with(false, (store) => store?.list() ?? []);
    return [...stored.map((each) => viewOf(each)), ...configured(this.#options.config())];
  }

  make({ name, readOnly, servers = [], projects = [], expiresInDays }: NewKey): MadeKey {
    const fault = nameFault(name) ?? projectFault(projects, this.#options.config());
    if (fault !== undefined) throw new Problem('invalid_params', fault);
    const policy: Policy = {
      ...(servers.length > 0 ? { servers: { allow: servers } } : {}),
      ...(readOnly ? { readOnly } : {}),
    };
    const now = Date.now();
    const key = generateKey();
    const made = {
      ...{ name, sha256: sha256(key), projects },
      policy: Object.keys(policy).length > 0 ? policy : undefined,
      expires: expiresInDays === undefined ? undefined : now + expiresInDays * DAY_MS,
    };
    const entry = this.#with(true, (store) => {
      store?.add(made, now);
      return store?.list().find((each) => each.sha256 === made.sha256);
    });
    this.#options.changed();
    if (!entry) throw new Problem('internal_error', 'The key could not be kept.');
    return { key, entry: viewOf(entry) };
  }

  revoke(id: string): KeyView {
    const config = configured(this.#options.config());
    const revoked = this.#with(false, (store) => {
      const found = (store?.list() ?? []).filter((each) => idOf(each) === id || each.sha256 === id);
      const [first, second] = found;
      if (!store || !first) throw unknown(id, config);
      if (second)
        throw new Problem('conflict', 'Two keys have this id; revoke it by its name with `sluice keys`.');
      if (!store.revoke(first.sha256, Date.now())) throw wasRevoked(first);
      return { ...first, revoked: Date.now() };
    });
    this.#options.changed();
    return viewOf(revoked);
  }

  #with<T>(create: boolean, use: (store: KeyStore | undefined) => T): T {
    let store: KeyStore | undefined;
    try {
      store = KeyStore.open(this.#options.config().dataDir, { create, waitMs: WAIT_MS });
      return use(store);
    } catch (error) {
      if (!(error instanceof KeyStoreFault)) throw error;
      throw new Problem(error.isPassing ? 'overloaded' : 'internal_error', error.message);
    } finally {
      store?.close();
    }
  }
}

function projectFault(named: readonly string[], { projects }: Config): string | undefined {
  const strange = named.find((name) => projects.every((project) => project.name !== name));
  return strange === undefined ? undefined : `The configuration has no project ${JSON.stringify(strange)}.`;
}

function unknown(id: string, config: readonly KeyView[]): Problem {
  const isConfigured = config.some((each) => each.id === id);
  return isConfigured
    ? new Problem('conflict', 'This key stands in the configuration.', 'Take it out of apiKeys there.')
    : new Problem(
        'not_found',
        'There is no such key.',
        'Ask for the list again: somebody may have changed it.',
      );
}

function wasRevoked({ name, revoked }: StoredKey): Problem {
  const when = revoked === undefined ? '' : ` at ${new Date(revoked).toISOString()}`;
  return new Problem(
    'conflict',
    `Somebody revoked the key "${name}" before${when}.`,
    'There is nothing left to do.',
  );
}

function viewOf(key: StoredKey): KeyView {
  const { name, projects, policy, created, expires, lastUsed, revoked } = key;
  return {
    ...{ id: idOf(key), name, state: stateOf(key, Date.now()), from: 'store' as const },
    ...{ projects: [...projects], scope: scopeInWords(policy), created },
    ...(expires === undefined ? {} : { expires }),
    ...(lastUsed === undefined ? {} : { lastUsed }),
    ...(revoked === undefined ? {} : { revoked }),
  };
}

function configured({ apiKeys, projects }: Config): KeyView[] {
  const ofProjects = projects.flatMap(({ name, apiKeys: own = [] }) =>
    own.map((key) => configuredView(key, [name])),
  );
  return [...apiKeys.map((key) => configuredView(key, [])), ...ofProjects];
}

function configuredView({ name, key, policy, expires }: ApiKey, projects: string[]): KeyView {
  return {
    ...{ id: idOf({ sha256: key.slice('sha256:'.length) }), name, from: 'configuration' as const, projects },
    state: (expires ?? Infinity) > Date.now() ? 'active' : 'expired',
    scope: scopeInWords(policy),
    ...(expires === undefined ? {} : { expires }),
  };
}
