/** What Linux tells of its processes; elsewhere, and where `/proc` is not mounted, there are none to see. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

/** The ids of all processes. */
export function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/**
 * The group of a process that lives; undefined for one that is gone, or that is dead and only waits for its parent
 * to notice.
 *
 * Source: proc_pid_stat(5): `pid (name) state ppid pgrp …`; the name may hold anything, even `)`.
 */
export function livingGroup(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}

/**
 * Reads the environment a process was started with: variables, each ended by NUL.
 * @returns how many bytes; 0 for a process that is gone or going, a kernel thread or somebody else's
 */
export function readEnvironment(pid: number, into: Buffer): number {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/environ`, 'r');
    let size = 0;
    for (;;) {
      const read = readSync(file, into, size, into.length - size, null);
      size += read;
      if (read === 0 || size === into.length) return size;
    }
  } catch {
    return 0;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
