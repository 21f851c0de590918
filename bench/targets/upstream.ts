/** The Streamable HTTP server behind the targets that call one: (a) as a child, so that its CPU is counted apart. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BARE = fileURLToPath(new URL('bare.ts', import.meta.url));

/** Starts it on a free port; resolves with the port. It ends with this process. */
export function startUpstream(): Promise<number> {
  const child = fork(BARE, ['0'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  process.once('SIGTERM', () => {
    child.kill();
    process.exit(0);
  });
  return new Promise((resolve, reject) => {
    child.once('message', (port) => resolve(Number(port)));
    child.once('exit', (code) => reject(new Error(`The upstream ended with ${code}.`)));
  });
}
