/**
 * What a child must not give away of its entry when its words are told: to callers, to `/health`, to the log.
 *
 * Taken for a secret, and replaced by `***` wherever it stands in a text:
 * - of `env`, each value of 4 characters or more whose name tells of a secret, and each other value of 6 or more;
 * - of `args`, what follows an option that tells of a secret (`--token x`, `--api-key=x`, `Authorization: Bearer x`,
 *   `?key=x`), and long arguments that look like keys (20 characters or more, letters and digits mixed);
 * - of both, what stands before the `@` of an address, also where it is written in its decoded form;
 * - and in any text, whoever wrote it, what stands before the `@` of an address.
 *
 * Not taken for secrets, since they would tear holes into every line: well-known words (`true`, `production`) and
 * the folders that every machine has (`/usr/bin`). A secret that is shorter, or follows an option whose name tells
 * nothing (`-p x`), is not known; put it into `env` under a telling name.
 */

import { base64Forms } from '../protocol/base64-forms.ts';

const MASK = '***';

/** Shorter ones could not be hidden without hiding half of every text. */
const SHORTEST = 4;
/** For values whose name tells nothing. */
const SHORTEST_UNNAMED = 6;

const TELLING = new Set(
  (
    'key keys apikey token tokens secret secrets password passwords passwd passphrase pass pwd pat pin otp salt ' +
    'credential credentials cred creds auth authorization oauth bearer jwt cookie session signature private dsn'
  ).split(' '),
);
const TELLING_END = /(?:token|secret|password|passwd|apikey|accesskey|privatekey|credentials?)$/;

const WELL_KNOWN = new Set(
  (
    'true false null none undefined default enabled disabled enable disable always never auto basic bearer token ' +
    'debug info notice warn warning error silent verbose trace test testing local localhost ' +
    'dev development stage staging prod production stdio http https json text utf8 utf-8 node python'
  ).split(' '),
);
const COMMON_FOLDER =
  /^\/?(?:(?:usr|usr\/local)\/)?(?:bin|sbin|lib|lib64|share|etc|opt|tmp|var|var\/(?:lib|log|tmp|run)|home|root|mnt|srv|data|app|dev|dev\/null|usr|usr\/local|workspace)\/?$/;

export interface Entry {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly args?: readonly string[] | undefined;
  /** Secrets whatever they are called. */
  readonly secrets?: readonly string[];
}

/** Takes secrets out of a text; of one that was cut, also what may be the beginning of a secret at its end. */
export type Redact = (text: string, isCut?: boolean) => string;

/** What takes the secrets of an entry, and of all addresses, out of a text. */
export function redactor(entry: Entry = {}): Redact {
  const secrets = secretsOf(entry);
  return (text, isCut = false) => {
    let clean = text;
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, MASK);
    clean = clean.replace(USER_INFO, `://${MASK}@`);
    return isCut ? withoutBeginnings(clean, secrets) : clean;
  };
}

/** What stands between `://` and the last `@` before the next slash: names and passwords. */
const USER_INFO = /:\/\/[^\s/@]*@(?:[^\s/@]*@)*/g;

function withoutBeginnings(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = secret.length - 1; length >= SHORTEST; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + MASK;
    }
  }
  return text.replace(/:\/\/[^\s/@:]*:[^\s/@]*$/, `://${MASK}`);
}

/** The longest first: one may hold another. */
function secretsOf({ env = {}, args = [], secrets = [] }: Entry): string[] {
  const found = new Set<string>();
  for (const secret of secrets) addValue(found, secret, SHORTEST);
  for (const [name, value] of Object.entries(env)) {
    addValue(found, value, tells(name) ? SHORTEST : SHORTEST_UNNAMED);
    addUserInfo(found, value);
  }
  args.forEach((arg, index) => {
    if (isTellingOption(args[index - 1]) && !/^--?[A-Za-z]/.test(arg)) addValue(found, arg, SHORTEST);
    for (const value of namedWithin(arg)) addValue(found, value, SHORTEST);
    if (looksLikeKey(arg)) found.add(arg);
    addUserInfo(found, arg);
  });
  // A child that tells its environment as JSON writes quotes and line breaks otherwise.
  for (const secret of [...found]) {
    found.add(JSON.stringify(secret).slice(1, -1));
    if (secret.length >= SHORTEST_UNNAMED) for (const form of base64Forms(secret)) found.add(form);
  }
  return [...found].toSorted((a, b) => b.length - a.length);
}

/** A value, each of its lines (a PEM key is told line by line), and what follows a scheme (`Bearer x`). */
function addValue(found: Set<string>, value: string, shortest: number): void {
  for (const line of [value, ...value.split(/[\r\n]+/)]) {
    for (const text of [line.trim(), line.trim().replace(/^(?:bearer|basic|token) +/i, '')]) {
      if (text.length >= shortest && !isCommon(text)) found.add(text);
    }
  }
}

/** The name and password of addresses: as they are written and decoded, together and each for itself. */
function addUserInfo(found: Set<string>, text: string): void {
  for (const [whole] of text.matchAll(USER_INFO)) {
    const info = whole.slice('://'.length, -1);
    const colon = info.indexOf(':');
    // A name alone is a key (`https://key@host`), unless it is short (`ssh://git@host`).
    addBoth(found, info, SHORTEST_UNNAMED);
    if (colon >= 0) addBoth(found, info.slice(colon + 1), SHORTEST);
  }
}

function addBoth(found: Set<string>, text: string, shortest: number): void {
  addValue(found, text, shortest);
  try {
    addValue(found, decodeURIComponent(text), shortest);
  } catch {
    // Not encoded, then.
  }
}

/** `--token`, but not `--token=x`, which holds its value. */
function isTellingOption(arg: string | undefined): boolean {
  return arg !== undefined && /^--?[A-Za-z]/.test(arg) && !arg.includes('=') && tells(arg);
}

/** What follows telling names in one argument: `token=x`, `Authorization: Bearer x`, `https://host/?key=x&b=1`. */
function namedWithin(arg: string): string[] {
  return [...arg.matchAll(/(?<![\w.-])([\w.-]+)["']?[=:]\s*["']?(?=([^&;,"'\r\n]+))/g)].flatMap(
    ([, name = '', value = '']) => (tells(name) && !value.startsWith('//') ? [value] : []),
  );
}

function looksLikeKey(arg: string): boolean {
  return /^[\w~+=-]{20,}$/.test(arg) && /\d/.test(arg) && /[A-Za-z]/.test(arg) && !arg.startsWith('--');
}

/** Whether something of this name is likely to be a secret. */
function tells(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => TELLING.has(word) || TELLING_END.test(word));
}

function isCommon(text: string): boolean {
  return WELL_KNOWN.has(text.toLowerCase()) || COMMON_FOLDER.test(text);
}
