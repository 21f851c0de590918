/**
 * Reads secrets from files and commands, where a configuration names them.
 *
 * Guarantees: a file is an ordinary one and small; a command is run without a shell, with little of our environment, for
 * a limited time, and its words are bounded; what is told of either when it goes wrong is which one and why, and nothing
 * of what it said.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Fetched, SecretSource } from '../../config/secret-source.ts';
import { childEnvironment } from '../../upstreams/stdio-environment.ts';

/** A chain of certificates, or a file of a thousand callers. */
const MAX_BYTES = 64 * 1024;
/** Some ask a server somewhere, or a person. */
const COMMAND_MS = 30_000;
/** What a command leaves running may hold its output open: what it said itself is there by then. */
const LINGER_MS = 500;

export interface SecretReading {
  /** Relative files are found, and commands run, here. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of a file that too many may read. */
  readonly warn: (message: string) => void;
  readonly commandMs?: number;
}

/** Never rejects. */
export function fetchSecret(source: SecretSource, reading: SecretReading): Promise<Fetched> {
  return source.kind === 'file' ? readSecret(source.path, reading) : runSecret(source.argv, reading);
}

async function readSecret(path: string, { folder, warn }: SecretReading): Promise<Fetched> {
  const at = resolve(folder, path);
  try {
    // Without waiting for a writer, where it is a pipe.
    const file = await open(at, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return { fault: 'is no ordinary file' };
      if (facts.size > MAX_BYTES) return { fault: `is larger than ${MAX_BYTES} bytes` };
      if (isExposed(facts.mode, at))
        warn(
          `The secret in ${JSON.stringify(path)} may be read or changed by other users; take that from them: chmod 600.`,
        );
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
      return textOf(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { fault: REASONS[codeOf(error)] ?? `cannot be read (${codeOf(error)})` };
  }
}

/** Where orchestrators put files for one container, modes say nothing. */
const OF_CONTAINERS = /^\/(?:var\/)?run\/secrets\//;

function isExposed(mode: number, path: string): boolean {
  return process.platform !== 'win32' && (mode & 0o026) !== 0 && !OF_CONTAINERS.test(path);
}

function runSecret(argv: readonly [string, ...string[]], reading: SecretReading): Promise<Fetched> {
  const { folder, env, commandMs = COMMAND_MS } = reading;
  const [program, ...args] = argv;
  return new Promise((done) => {
    const options = {
      cwd: folder,
      env: childEnvironment(env),
      encoding: 'buffer',
      timeout: commandMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_BYTES,
      shell: false,
      windowsHide: true,
    } as const;
    const child = execFile(program, args, options, (error, stdout) => {
      if (!error) return done(textOf(stdout));
      done({ fault: commandFault(error, commandMs) });
    });
    child.stdin?.end();
    child.once('exit', () => {
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LINGER_MS);
      child.once('close', () => clearTimeout(timer));
    });
  });
}

function commandFault(error: Error & { code?: unknown; killed?: boolean }, commandMs: number): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `said more than ${MAX_BYTES} bytes`;
  if (error.killed === true) return `took longer than ${commandMs / 1_000} s`;
  if (typeof error.code === 'number') return `ended with ${error.code}`;
  if (error.code === 'ENOENT') return 'cannot be run: there is no such program';
  return typeof error.code === 'string' ? `cannot be run (${error.code})` : 'was ended by a signal';
}

/** Without the line break at its end. */
function textOf(bytes: Uint8Array): Fetched {
  if (bytes.length > MAX_BYTES) return { fault: `is larger than ${MAX_BYTES} bytes` };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
    if (text === '') return { fault: 'is empty' };
    return text.includes('\0') ? { fault: 'is no text' } : { text };
  } catch {
    return { fault: 'is no UTF-8' };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'does not exist: a part of the path is no folder',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
