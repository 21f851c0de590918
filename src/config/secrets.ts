/** Which texts of a configuration must never be printed. */
import { base64Forms } from '../protocol/base64-forms.ts';
import { secretsOfAuth } from './auth.ts';
import type { ApiKey, ServerConfig } from './types.ts';

/** What stands in place of a secret. */
export const MASK = '***';

const WORDS = new Set([
  ...['key', 'keys', 'apikey', 'token', 'tokens', 'secret', 'secrets', 'password', 'passwd', 'passphrase'],
  ...[
    'pass',
    'pwd',
    'pat',
    'credential',
    'credentials',
    'auth',
    'authorization',
    'bearer',
    'cookie',
    'signature',
  ],
]);

/** Shorter texts are not looked for inside others: they would blot out innocent words. */
const SHORTEST = 6;

/** Whether a variable, header, option or parameter of this name is likely to hold a secret. */
export function looksSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => WORDS.has(word));
}

/** Replaces every secret in a text by `***`. */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST && clean.includes(secret)) clean = clean.replaceAll(secret, MASK);
  }
  return clean;
}

/** What looks like a credential, whoever wrote it. */
export function maskCredentials(text: string): string {
  return text
    .replace(/\b(Bearer|Basic)( +|%20)[\w.~+/=-]{6,}/gi, `$1$2${MASK}`)
    .replace(/slc_[\w-]{8,}/g, MASK)
    .replace(/(:\/\/[^/\s:@"]*:)[^@/\s"]+@/g, `$1${MASK}@`)
    .replace(/([?&](?:api_?key|key|token|access_token|secret|password)=)[^&\s"#]+/gi, `$1${MASK}`);
}

/**
 * Every text to hide, the longest first (so that no part of a longer one stays behind).
 * @param filledIn values of variables with a telling name, wherever they were filled in
 */
export function collectSecrets(
  servers: readonly ServerConfig[],
  apiKeys: readonly ApiKey[],
  filledIn: readonly string[],
): string[] {
  const found = new Set<string>(filledIn);
  for (const { key } of apiKeys) found.add(key);
  for (const server of servers) for (const secret of secretsOf(server)) found.add(secret);
  found.delete('');
  return [...new Set([...found].flatMap(spellings))].sort((a, b) => b.length - a.length);
}

/** As it is, and as it stands in JSON, in addresses and in base64: errors and the words of servers quote such. */
function spellings(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)];
  if (secret.length >= SHORTEST) forms.push(...base64Forms(secret));
  try {
    forms.push(encodeURIComponent(secret), decodeURIComponent(secret));
  } catch {
    // It is none of an address, then.
  }
  return forms;
}

function secretsOf(server: ServerConfig): string[] {
  switch (server.type) {
    case 'stdio':
      return [
        ...secretsOfMembers(server.env),
        ...Object.values(server.envPerPrincipal ?? {}).flatMap((secrets) => Object.values(secrets)),
        ...secretsOfArgs(server.args),
      ];
    case 'inprocess':
      return secretsOfMembers(server.options);
    default:
      return [
        ...secretsOfMembers(server.headers).flatMap(withoutScheme),
        ...(server.auth ? secretsOfAuth(server.auth) : []),
        ...secretsOfUrl(server.url),
      ];
  }
}

function secretsOfMembers(members: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(members).flatMap(([name, value]) => {
    if (typeof value === 'object' && value !== null) return secretsOfMembers({ ...value });
    if (typeof value !== 'string') return [];
    return looksSecret(name) ? [value] : secretsOfUrl(value);
  });
}

/** `--token x`, `--token=x`, and addresses with a password in them. */
function secretsOfArgs(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const [flag = '', ...rest] = arg.split('=');
    if (flag.startsWith('-') && looksSecret(flag)) {
      if (rest.length > 0) return [rest.join('=')];
      const next = args[index + 1];
      return next === undefined || next.startsWith('-') ? [] : [next];
    }
    return rest.length > 0 && looksSecret(flag) ? [rest.join('=')] : secretsOfUrl(arg);
  });
}

function secretsOfUrl(text: string): string[] {
  if (!text.includes('://')) return [];
  const password = /:\/\/[^/\s:@]*:([^@\s/]+)@/.exec(text)?.[1];
  const found = password === undefined ? [] : [password];
  for (const [, name = '', value = ''] of text.matchAll(/[?&]([^?=&#\s]{1,64})=([^&#\s]*)/g)) {
    if (looksSecret(name)) found.push(value);
  }
  return found;
}

/** `Bearer abc` is a secret, and so is `abc`. */
function withoutScheme(header: string): string[] {
  const [, bare] = /^[A-Za-z][\w-]* (\S+)$/.exec(header) ?? [];
  return bare === undefined ? [header] : [header, bare];
}
