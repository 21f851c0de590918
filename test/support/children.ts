/**
 * Which processes this one has started, directly or not, and whether any of them is left.
 *
 * On Linux a process that left its group and its parent is still found by the marker that the gateway puts into
 * the environment of its children.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { MARKER_NAME } from '../../src/upstreams/stdio-environment.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly command: string;
}

interface Row extends ProcessFacts {
  readonly parent: number;
  readonly marker: string | undefined;
}

/** Children, grandchildren and marked strays of this process that live now. Empty where there is no `/proc`. */
export function descendants(): ProcessFacts[] {
  const rows = table();
  const found = new Set<number>([process.pid]);
  const tokens = new Set<string>(known);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const row of rows) {
      if (found.has(row.parent)) {
        found.add(row.pid);
        if (row.marker) tokens.add(row.marker);
      } else if (row.marker && tokens.has(row.marker)) found.add(row.pid);
    }
  }
  for (const token of tokens) known.add(token);
  found.delete(process.pid);
  return rows.filter((row) => found.has(row.pid)).map(({ pid, command }) => ({ pid, command }));
}

/** Markers seen on children of this process: what carries one later is ours, whoever its parent is. */
const known = new Set<string>();

function table(): Row[] {
  const rows: Row[] = [];
  for (const entry of entries()) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      rows.push({ pid, parent: Number(parent), command, marker: markerOf(pid) });
    } catch {
      // Gone while we looked.
    }
  }
  return rows;
}

/** What all children of one gateway process share in their markers. */
function markerOf(pid: number): string | undefined {
  const start = `${MARKER_NAME}=`;
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    const marker = environment.find((line) => line.startsWith(start))?.slice(start.length);
    return marker?.slice(0, marker.lastIndexOf('.'));
  } catch {
    return undefined;
  }
}

function entries(): string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}
