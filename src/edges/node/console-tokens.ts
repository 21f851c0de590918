/**
 * One-time tokens that `sluice console` makes: it puts the hash of one into a file of the data folder, and the gateway that
 * keeps its things there takes it once. Whoever may write there could add keys of callers as well. Each has a file of its own:
 * what `sluice top` signs in with must not take the place of an address that somebody is about to open.
 *
 * Guarantees: nothing that opens anything is in a file; one that others may write to, or that is not ours, is not believed;
 * a folder has few of them.
 */
import { hash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long a token is good. */
const TOKEN_MS = 10 * 60_000;
/** Of the file. */
const MOST_BYTES = 1_024;
/** Files that are kept when another comes; the oldest go first. */
const MOST_TOKENS = 32;
const NAMED = /^console-token-[0-9a-f]{16}\.json$/;
const OTHERS_MAY_WRITE = 0o022;

interface Kept {
  readonly sha256: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

function fileIn(folder: string, sha256: string): string {
  return join(folder, `console-token-${sha256.slice(0, 16)}.json`);
}

/**
 * Makes a token, beside those of before.
 * @throws what the system says where the folder cannot be written
 */
export function issueToken(folder: string, now = Date.now()): string {
  const token = randomBytes(24).toString('base64url');
  const kept: Kept = { sha256: hash('sha256', token, 'hex'), until: now + TOKEN_MS };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  tidy(folder, now);
  const path = fileIn(folder, kept.sha256);
  const fresh = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, path);
  return token;
}

/** Takes away what nobody signs in with any more. Never throws: a file may be gone by now, and what is left is tried next time. */
function tidy(folder: string, now: number): void {
  try {
    const kept = readdirSync(folder)
      .filter((name) => NAMED.test(name))
      .map((name) => ({ path: join(folder, name), at: lstatSync(join(folder, name)).mtimeMs }))
      .toSorted((one, other) => other.at - one.at);
    const old = kept.filter(({ at }, index) => at + TOKEN_MS <= now || index >= MOST_TOKENS);
    for (const { path } of old) rmSync(path, { force: true });
  } catch {
    // Another command is at it.
  }
}

/** Whether a token was made for the gateways of a folder; it is good no longer. Never throws. */
export function redeemToken(folder: string, token: string, now = Date.now()): boolean {
  const shown = hash('sha256', token, 'hex');
  const path = fileIn(folder, shown);
  try {
    const { size, mode, uid } = lstatSync(path);
    const isOurs = process.getuid === undefined || uid === process.getuid() || uid === 0;
    if (size > MOST_BYTES || !isOurs || (process.platform !== 'win32' && (mode & OTHERS_MAY_WRITE) !== 0))
      return false;
    const { sha256, until } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    if (sha256 !== shown) return false;
    // Of several gateways of the folder one has it: the one that takes it away.
    rmSync(path);
    return typeof until === 'number' && now < until;
  } catch {
    return false;
  }
}
