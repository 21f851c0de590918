/**
 * A secret for each principal.
 *
 * Guarantees: who has none gets an error, and never what another has. Whose a secret is cannot be changed by choosing a
 * name: a key is known by its name only where that name can mean nothing else, else by its name and hash.
 */
import { type Credentials, missingCredentials } from './credentials.ts';
import { isHeader } from './network.ts';

/** Secrets by who they are for; see `secretOf`. */
export type Secrets = Readonly<Record<string, string>>;

/** `ann#5f2c…`, `acme/ann#5f2c…`: the name of a key behind that of its project, and a part of its hash. */
const OF_KEY = /^(?:([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/)?([^/#%]+)#[0-9a-f]{12}$/;
/** All keys without a name of their own are called so. */
const NAMELESS = 'key';

/**
 * The secret of a principal. Keys go by their name (`ann`), in a project behind its name (`acme/ann`); whoever shows a
 * token, and a key whose name has a "/", "#" or "%" in it, by the whole of the principal, as logs tell it.
 */
export function secretOf(secrets: Secrets, principal: string): string | undefined {
  if (Object.hasOwn(secrets, principal)) return secrets[principal];
  const [, project, name] = OF_KEY.exec(principal) ?? [];
  if (name === undefined || name === NAMELESS) return undefined;
  const called = project === undefined ? name : `${project}/${name}`;
  return Object.hasOwn(secrets, called) ? secrets[called] : undefined;
}

export interface PerPrincipalOptions {
  readonly secrets: Secrets;
  /** Default `authorization`. */
  readonly header?: string | undefined;
  /** Stands before the secret; empty: nothing does. Default `Bearer` in `authorization`, else nothing. */
  readonly scheme?: string | undefined;
}

/**
 * @param name of the server
 * @throws TypeError for a secret that no header can carry; it is not told
 */
export function perPrincipal(name: string, options: PerPrincipalOptions): Credentials {
  const header = (options.header ?? 'authorization').toLowerCase();
  const { secrets, scheme = header === 'authorization' ? 'Bearer' : '' } = options;
  const valueOf = (secret: string): string => (scheme === '' ? secret : `${scheme} ${secret}`);
  for (const [principal, secret] of Object.entries(secrets)) {
    if (isHeader(header, valueOf(secret))) continue;
    const what = `The secret of ${JSON.stringify(principal)} for the server "${name}"`;
    throw new TypeError(
      `${what} cannot be sent as the header \`${header}\`: no line breaks, and Latin letters only.`,
    );
  }
  return {
    header,
    personal: 'principal',
    shownFor: ({ principal }) => {
      const secret = secretOf(secrets, principal);
      if (secret === undefined || secret === '') throw missingCredentials(name);
      return valueOf(secret);
    },
    refused: () => false,
  };
}
