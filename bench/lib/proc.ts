/** What the kernel says of a process: CPU time, memory, descendants; and which core it may use. Linux only. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process in ns: all its threads that live, by the scheduler's own clock. */
export function cpuNs(pid: number): number {
  let sum = 0;
  for (const task of list(`/proc/${pid}/task`)) {
    sum += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] ?? 0);
  }
  return sum;
}

/** CPU time of several processes in ns. */
export function cpuNsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuNs(pid), 0);
}

/** Resident memory in bytes, exact (the quick counters of the kernel lag behind); 0 when the process is gone. */
export function residentBytes(pid: number): number {
  return Number(/^Rss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** A process, told apart from a later one with the same number by when it started. */
export interface ProcessMark {
  readonly pid: number;
  readonly startedAt: string;
}

/** All processes that a process has started, and what those have started. */
export function descendants(pid: number): ProcessMark[] {
  const byParent = new Map<number, ProcessMark[]>();
  for (const name of list('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(Number(name));
    if (!fields) continue;
    const siblings = byParent.get(fields.parent) ?? [];
    siblings.push({ pid: Number(name), startedAt: fields.startedAt });
    byParent.set(fields.parent, siblings);
  }
  const found: ProcessMark[] = [];
  const queue = [pid];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const mark of byParent.get(parent) ?? []) {
      found.push(mark);
      queue.push(mark.pid);
    }
  }
  return found;
}

export function isAlive(mark: ProcessMark): boolean {
  const fields = statFields(mark.pid);
  return fields !== undefined && fields.startedAt === mark.startedAt && fields.state !== 'Z';
}

/** Binds every thread of a process to one core; false when that is not possible here. */
export function pin(pid: number, core: number): boolean {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Time in ns that a core was busy since boot, whoever kept it so; in steps of 10 ms. */
export function coreBusyNs(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(read('/proc/stat'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(' ').map(Number);
  return (user + nice + system + irq + softirq) * 1e7;
}

function statFields(pid: number): { parent: number; state: string; startedAt: string } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name stands in brackets and may hold anything, so the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startedAt = fields[19];
  return state && parent && startedAt ? { state, parent: Number(parent), startedAt } : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
