/** The matrix as people read it: client × server, how many cells passed of how many, and (how many cannot be). */
import type { Cell } from './cells.ts';

export function table(cells: readonly Cell[], isPassed: (cell: Cell) => boolean): string {
  const rows = unique(cells.map(rowOf));
  const columns = unique(cells.map(({ server }) => server.name));
  const head = (line: number) => columns.map((name) => lineOf(name, line));
  const lines = [
    ['client', ...head(0)],
    ['', ...head(1)],
    ['', ...head(2)],
  ];
  for (const row of rows) {
    const counts = columns.map((column) => {
      const here = cells.filter((cell) => rowOf(cell) === row && cell.server.name === column);
      return countsOf(here, isPassed);
    });
    lines.push([row, ...counts]);
  }
  const total = countsOf(cells, isPassed);
  const reasons = unique(cells.map(({ na }) => na)).filter((na) => na !== '');
  const why = reasons.sort().map((na) => `  ${cells.filter((cell) => cell.na === na).length} × ${na}`);
  return [...aligned(lines), `In all: ${total}. What cannot be, because`, ...why].join('\n');
}

function countsOf(cells: readonly Cell[], isPassed: (cell: Cell) => boolean): string {
  const wanted = cells.filter(({ na }) => na === '');
  const passed = wanted.filter(isPassed).length;
  return `${passed}/${wanted.length} (${cells.length - wanted.length})`;
}

/** One of the lines of a name, so that the columns are narrow: `fixture`, `over Streamable`, `2025-03-26`. */
function lineOf(name: string, line: number): string {
  const [server = '', how = '', kind = '', revision = ''] = name.split(' ');
  return [server, `${how} ${kind}`, revision][line] ?? '';
}

function rowOf({ client }: Cell): string {
  return `${client.name} ${client.leg} (${client.version})`;
}

function aligned(lines: readonly string[][]): string[] {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
