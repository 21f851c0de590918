/**
 * Child processes of a conformance run: Node scripts of this repository, always stopped, their output bounded.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, delimiter } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const MOST_OUTPUT = 1024 * 1024;
/** What a child may take to end by itself after SIGTERM, in ms. */
const GRACE_MS = 10_000;

export interface Child {
  readonly process: ChildProcess;
  /** What it wrote so far, the last mebibyte. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts `node <args>` in the repository's root, with the Node this process runs on, first in PATH as well.
 * The environment holds PATH and HOME alone. The child does not outlive this process.
 *
 * @param input `pipe` for children that end with their standard input
 */
export function startNode(
  args: readonly string[],
  home: string,
  cwd: string = ROOT,
  input: 'ignore' | 'pipe' = 'ignore',
): Child {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: path, HOME: home, NO_COLOR: '1' },
    stdio: [input, 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return {
    process: child,
    stdout: collect(child.stdout as Readable),
    stderr: collect(child.stderr as Readable),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Asks the child to end (SIGTERM), and makes it end after ten seconds. Returns when it has ended. */
export async function stop(child: Child): Promise<void> {
  child.process.kill('SIGTERM');
  const kill = setTimeout(() => child.process.kill('SIGKILL'), GRACE_MS);
  try {
    await child.ended;
  } finally {
    clearTimeout(kill);
  }
}

/** Returns the first line the child writes. Throws when it ends before, or writes none in `ms`. */
export async function firstLine(child: Child, ms: number): Promise<string> {
  const deadline = AbortSignal.timeout(ms);
  while (!child.stdout().includes('\n')) {
    const more = once(child.process.stdout ?? child.process, 'data', { signal: deadline });
    const ended = child.ended.then((code) => Promise.reject(endedEarly(child, code)));
    await Promise.race([more, ended]);
  }
  return child.stdout().split('\n')[0] ?? '';
}

/** What to say of a child that ended before it was to. */
export function endedEarly(child: Child, code: number | null): Error {
  const args = child.process.spawnargs.slice(1).join(' ');
  return new Error(`node ${args} ended with code ${code}.\n${child.stderr().slice(-2000)}`);
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let all = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    all = (all + text).slice(-MOST_OUTPUT);
  });
  return () => all;
}
