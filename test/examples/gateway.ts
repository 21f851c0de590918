/** Runs an example as its README says: the real command line with the example's own configuration file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { afterFile } from '../support/endings.ts';
import { within } from '../support/raw.ts';
import { programOfSluice } from '../support/sluice.ts';

export const ROOT = join(import.meta.dirname, '../..');
/** Building the schema of the configuration and loading the gateway, on a busy machine. */
const START_MS = 20_000;

export interface Example {
  /** The origin, like `http://127.0.0.1:40123`. */
  readonly url: string;
  /** What the gateway said on standard error so far. */
  log(): string;
  /** Ends it as a supervisor does, and shows that it ended well. Idempotent. */
  stop(): Promise<void>;
}

const open = new Set<Example>();

/**
 * @param name of the folder in `examples/`
 * @param env what the README tells to set; nothing else of this process is passed on but the search path
 */
export async function startExample(name: string, env: Record<string, string> = {}): Promise<Example> {
  const file = join('examples', name, 'sluice.json');
  const { command, args: program } = programOfSluice();
  const args = [...program, 'serve', '-c', file, '--host', '127.0.0.1', '--port', '0', '--json'];
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const line = await within(
    Promise.race([
      once(child.stdout, 'data'),
      ended.then(([code]) => Promise.reject(new Error(`${file}: ended with ${code}: ${said}`))),
    ]),
    `${file} to be served`,
    START_MS,
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const { url } = JSON.parse(String(line[0])) as { url: string };
  let stopping: Promise<void> | undefined;
  const example: Example = { url, log: () => said, stop: () => (stopping ??= stop(child, ended)) };
  open.add(example);
  return example;
}

async function stop(child: ChildProcess, ended: Promise<[number | null, string | null]>): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM');
  expect((await within(ended, 'the end of the gateway', START_MS))[0], 'exit code').toBe(0);
}

afterFile(async () => {
  await Promise.all([...open].map((example) => example.stop()));
  open.clear();
});
