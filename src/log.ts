/**
 * The log: one line an event, without secrets, JSON or plain text.
 *
 * Two nets catch secrets: members with a telling name are masked at any depth, and every
 * finished line is searched for the texts that the configuration declared secret and for what looks like a
 * credential. Where the lines go is handed in.
 */
import { type Logger as PinoLogger, pino } from 'pino';
import { MASK, maskCredentials, scrub } from './config/secrets.ts';
import type { LogLevel } from './config/types.ts';
import type { LogRing } from './log-ring.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  /** Takes one finished line, its line break included. */
  readonly sink: (line: string) => void;
  /** Texts to hide wherever they turn up; asked for each line, so that a reload can change them. */
  readonly secrets?: () => readonly string[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Keeps the last lines, as they are once nothing secret is in them. */
  readonly ring?: LogRing | undefined;
}

/** Members whose values are never shown, in lower case and without what separates words. */
const TELLING: ReadonlySet<string> = new Set([
  ...['authorization', 'proxyauthorization', 'cookie', 'setcookie', 'xapikey', 'apikey', 'apikeys', 'key'],
  ...['token', 'tokens', 'accesstoken', 'refreshtoken', 'idtoken', 'secret', 'clientsecret', 'password'],
  ...['passphrase', 'credential', 'credentials'],
]);

/** Names that were looked at. Those of errors and of options may be many. */
const KNOWN_NAMES = new Map<string, boolean>();
const MOST_NAMES = 1_000;

/** Characters of one text. */
const MOST_CHARACTERS = 4_096;

export function createLogger(options: LoggerOptions): Logger {
  const { level, format, sink, secrets = () => [], now = Date.now, ring } = options;
  const write = (line: string) => {
    const clean = cleaned(parsed(line), secrets()) as Record<string, unknown>;
    const text = escapeUnseen(format === 'json' ? JSON.stringify(clean) : textLine(clean));
    sink(`${text}\n`);
    ring?.add(clean, text.length);
  };
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
}

/** What pino wrote is JSON; should it ever not be, the line is told as it stands, and logging goes on. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return { level: 'error', msg: line.trimEnd() };
  }
}

/**
 * Every text within, without secrets. They are looked for in the texts themselves: never in their written form, and before
 * they are cut, as half a secret would not be found.
 */
function cleaned(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return cutText(maskCredentials(scrub(value, secrets)));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => cleaned(element, secrets));
  const clean: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value))
    clean[name] = isTelling(name) ? MASK : cleaned(member, secrets);
  return clean;
}

/** Whether a name says that its value is secret; remembered, as the names of members are few. */
function isTelling(name: string): boolean {
  const known = KNOWN_NAMES.get(name);
  if (known !== undefined) return known;
  const telling = TELLING.has(name.toLowerCase().replaceAll(/[-_]/g, ''));
  if (KNOWN_NAMES.size < MOST_NAMES) KNOWN_NAMES.set(name, telling);
  return telling;
}

function cutText(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** `12:03:04.123 warn  message server=files reason="too slow"`, control characters escaped. */
function textLine(line: Record<string, unknown>): string {
  const { time, level, msg, ...rest } = line;
  const clock = String(time).slice(11, 23);
  const members = Object.entries(rest).map(([name, value]) => `${name}=${textValue(value)}`);
  const parts = [clock, String(level).padEnd(5), String(msg ?? ''), ...members];
  return parts.filter((part) => part !== '').join(' ');
}

function textValue(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/**
 * What is not seen as it is: control characters, and marks that turn around or hide what is beside them. So that what others
 * write can neither forge a line of the log nor steer the terminal. In JSON all but the first can stand within texts only.
 */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (found) => {
    let escaped = '';
    for (let at = 0; at < found.length; at++)
      escaped += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`;
    return escaped;
  });
}
