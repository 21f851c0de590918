/** Whether the admin API is served, and what opens it, once all settings are known. */
import type { z } from 'zod';
import { isLoopback } from './exposure.ts';
import { hashOf } from './keys.ts';
import type { Problem } from './problems.ts';
import type { admin } from './schema-admin.ts';
import type { ApiKey, Source } from './types.ts';

export interface AdminSettings {
  readonly enabled: boolean;
  /** As `sha256:<hex>`; undefined: it is opened with one-time tokens alone. */
  readonly key?: string | undefined;
}

type Written = Readonly<z.output<typeof admin>>;

/** A shorter one can be guessed. */
const SHORTEST = 16;
const HASHED = /^sha256:[0-9a-f]{64}$/i;
/** What fits into a header without quoting. */
const PLAIN = /^[\x21-\x7e]{1,512}$/;

/** @param keys of callers, of the gateway and of its projects */
export function adminOf(
  { enabled, key }: Written,
  { host, keys }: { readonly host: string; readonly keys: readonly ApiKey[] },
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): AdminSettings {
  const wide = !isLoopback(host);
  const wrong = key === undefined ? undefined : fault(key, keys);
  const complain = (path: string, message: string) =>
    problems.push({ where: sources.get(path)?.where ?? '', path, message });
  if (wrong !== undefined) complain('admin.key', `admin.key ${wrong}.`);
  else if (enabled === true && wide && key === undefined)
    complain(
      'admin.enabled',
      `admin.enabled is true, but the address ${host} can be reached from other machines: set admin.key (ADMIN_KEY), too.`,
    );
  return {
    enabled: enabled ?? (!wide || key !== undefined),
    ...(key === undefined ? {} : { key: `sha256:${hashOf(key)}` }),
  };
}

function fault(key: string, keys: readonly ApiKey[]): string | undefined {
  if (/^sha256:/i.test(key)) {
    if (!HASHED.test(key))
      return 'begins with "sha256:" and so must go on with the 64 hexadecimal digits of a SHA-256';
  } else if (!PLAIN.test(key) || key.length < SHORTEST)
    return `must be ${SHORTEST} to 512 visible ASCII characters without spaces, like those that openssl rand -base64 32 prints`;
  if (keys.some((other) => hashOf(other.key) === hashOf(key)))
    return 'is a key of callers, too; make another one';
  return undefined;
}
