/**
 * Kills what this process has started when it is gone, whatever ended it: a shell that reads process ids from a pipe, and
 * acts at its end. There while there is something to keep.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

const SCRIPT = `
trap '' INT TERM HUP
pids=' '
while read -r what pid; do
  case $what in
    keep) pids="$pids$pid " ;;
    forget) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
`;

export class Keeper {
  readonly #kept = new Set<number>();
  #shell: ChildProcessByStdio<Writable, null, null> | undefined;

  keep(pid: number): void {
    this.#kept.add(pid);
    this.#shell ??= start();
    this.#shell.stdin.write(`keep ${pid}\n`);
  }

  /** To be called when it has ended. Resolves once nothing is left behind for its sake. */
  async forget(pid: number): Promise<void> {
    if (!this.#kept.delete(pid) || !this.#shell) return;
    const shell = this.#shell;
    shell.stdin.write(`forget ${pid}\n`);
    if (this.#kept.size > 0) return;
    this.#shell = undefined;
    shell.stdin.end();
    shell.ref();
    if (shell.exitCode === null) await once(shell, 'exit');
  }
}

function start(): ChildProcessByStdio<Writable, null, null> {
  // A group of its own: Ctrl-C is not for it.
  const shell = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // It is gone with us at the latest.
  shell.stdin.on('error', () => {});
  shell.unref();
  return shell;
}
