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
  const [state, , group] = statOf(pid) ?? [];
  return state === undefined || state === 'Z' || state === 'X' ? undefined : Number(group);
}

/** What is told of a process that lives. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Resident memory. */
  readonly bytes: number;
}

/**
 * Undefined for a process that is gone or dead.
 *
 * Source: proc_pid_stat(5): state, ppid and pgrp are its fields 3 to 5, rss (in pages) is field 24.
 */
export function readFacts(pid: number): ProcessFacts | undefined {
  const fields = statOf(pid);
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const [, parent, group] = fields;
  return { pid, parent: Number(parent), group: Number(group), bytes: Number(fields[21]) * pageBytes() };
}

let page: number | undefined;

/** Node does not tell; it tells its own memory in bytes, and Linux the same in pages. */
function pageBytes(): number {
  if (page !== undefined) return page;
  const pages = Number(statOf(process.pid)?.[21]);
  page = pages > 0 ? 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages)) : 4_096;
  return page;
}

/** The fields from the third on. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
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
