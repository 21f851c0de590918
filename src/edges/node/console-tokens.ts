/**
 * One-time tokens that `sluice console` makes: it puts the hash of one into a file of the data folder, and the gateway that
 * keeps its things there takes it once. Whoever may write there could add keys of callers as well.
 *
 * Guarantees: nothing that opens anything is in the file; one that others may write to, or that is not ours, is not believed.
 */
import { hash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long a token is good. */
const TOKEN_MS = 10 * 60_000;
/** Of the file. */
const MOST_BYTES = 1_024;
const OTHERS_MAY_WRITE = 0o022;

interface Kept {
  readonly sha256: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

function fileIn(folder: string): string {
  return join(folder, 'console-token.json');
}

/**
 * Makes a token, in place of the one before.
 * @throws what the system says where the folder cannot be written
 */
export function issueToken(folder: string, now = Date.now()): string {
  const token = randomBytes(24).toString('base64url');
  const kept: Kept = { sha256: hash('sha256', token, 'hex'), until: now + TOKEN_MS };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = fileIn(folder);
  const fresh = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, path);
  return token;
}

/** Whether a token was made for the gateways of a folder; it is good no longer. Never throws. */
export function redeemToken(folder: string, token: string, now = Date.now()): boolean {
  const path = fileIn(folder);
  try {
    const { size, mode, uid } = lstatSync(path);
    const isOurs = process.getuid === undefined || uid === process.getuid() || uid === 0;
    if (size > MOST_BYTES || !isOurs || (process.platform !== 'win32' && (mode & OTHERS_MAY_WRITE) !== 0))
      return false;
    const { sha256, until } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    if (sha256 !== hash('sha256', token, 'hex')) return false;
    // Of several gateways of the folder one has it: the one that takes it away.
    rmSync(path);
    return typeof until === 'number' && now < until;
  } catch {
    return false;
  }
}
