/** API keys as they are configured. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ApiKey, KeyHolds, KeyLimits, PolicySettings, ProjectConfig, ServerConfig } from './types.ts';

interface Given {
  readonly name: string;
  readonly key: string;
  readonly expires?: number | undefined;
  readonly certificate?: string | undefined;
  readonly policy?: PolicySettings | undefined;
  readonly limits?: KeyLimits | undefined;
  readonly holds?: KeyHolds | undefined;
}

const HASHED = /^sha256:[0-9a-f]{64}$/i;
/** What fits into a header without quoting. */
const PLAIN = /^[\x21-\x7e]{1,512}$/;

/**
 * The keys with a name each: `key1`, `key2` … where none was given.
 * @param complain called with the index of a key that cannot be used, and why (the key itself is never told)
 */
export function nameKeys(
  given: readonly (string | Given)[],
  complain: (index: number, message: string) => void,
): ApiKey[] {
  const keys: ApiKey[] = [];
  const names = new Set<string>();
  given.forEach((entry, index) => {
    const { name, key, expires, certificate, policy, limits, holds }: Given =
      typeof entry === 'string' ? { name: `key${index + 1}`, key: entry } : entry;
    const wrong = fault(key);
    if (wrong !== undefined) complain(index, wrong);
    else if (names.has(name))
      complain(index, `has the name ${JSON.stringify(name)} of another key; choose another`);
    names.add(name);
    keys.push({
      name,
      key: key.startsWith('sha256:') ? key.toLowerCase() : key,
      ...(policy ? { policy } : {}),
      ...(limits ? { limits } : {}),
      ...(holds ? { holds } : {}),
      ...(expires === undefined ? {} : { expires }),
      ...(certificate === undefined ? {} : { certificate }),
    });
  });
  return keys;
}

function fault(key: string): string | undefined {
  if (key === '') return 'is empty, which would let nobody or anybody in; set it, or remove it';
  if (/^sha256:/i.test(key) && !HASHED.test(key)) {
    return 'begins with "sha256:" and so must go on with the 64 hexadecimal digits of a SHA-256';
  }
  if (!PLAIN.test(key)) return 'must be 1 to 512 visible ASCII characters without spaces';
  return undefined;
}

/**
 * The first key of the gateway that goes by the name of one of a project, so that one could have the other's secrets at
 * servers; undefined where none does, or where no server has such.
 */
export function ambiguousKey(
  gateway: readonly ApiKey[],
  projects: readonly ProjectConfig[],
  servers: readonly ServerConfig[],
): number | undefined {
  const isPersonal = (server: ServerConfig) =>
    ('auth' in server && server.auth?.type === 'per_principal') ||
    ('envPerPrincipal' in server && server.envPerPrincipal !== undefined);
  const all = [...servers, ...projects.flatMap((project) => project.servers)];
  if (!all.some(isPersonal)) return undefined;
  const index = gateway.findIndex(({ name }) =>
    projects.some((project) => name.startsWith(`${project.name}/`)),
  );
  return index < 0 ? undefined : index;
}

/**
 * A key opens one thing: the gateway itself or one project. Else it could not be told whose caller shows it.
 * @param complain called with the project and the index of a key that opens something else already, and why
 */
export function refuseCommonKeys(
  gateway: readonly ApiKey[],
  projects: readonly ProjectConfig[],
  complain: (project: string, index: number, message: string) => void,
): void {
  const holders = new Map(gateway.map(({ key }) => [hashOf(key), 'the gateway itself']));
  for (const { name, apiKeys = [] } of projects) {
    apiKeys.forEach(({ key }, index) => {
      const hash = hashOf(key);
      const holder = holders.get(hash);
      if (holder !== undefined) complain(name, index, `is a key of ${holder}, too; make another one`);
      else holders.set(hash, `the project ${name}`);
    });
  }
}

/** The same keys by their hash: plain they are needed no longer. */
export function hashedKeys(keys: readonly ApiKey[]): ApiKey[] {
  return keys.map((entry) => ({ ...entry, key: `sha256:${hashOf(entry.key)}` }));
}

/** SHA-256 in hex of a key, plain or hashed already. */
export function hashOf(key: string): string {
  return /^sha256:/i.test(key) ? key.slice(7).toLowerCase() : bytesToHex(sha256(utf8ToBytes(key)));
}
