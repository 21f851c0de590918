import { useState } from 'react';
import { clock } from '../format.ts';
import { type Column, Table } from '../parts/Table.tsx';
import type { ChartProps } from './Chart.tsx';
import type { Line } from './series.ts';

/** Rows: more are not read. */
const STEPS = 15;

interface Step {
  readonly at: number;
  readonly values: readonly (number | null)[];
}

/** What a chart shows, in words: the largest value of each part of its time. */
export function ChartTable({ title, times, lines, format }: Omit<ChartProps, 'look'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit text-soft hover:text-ink">
        As a table<span className="sr-only">: {title}</span>
      </summary>
      {isOpen && (
        <Table
          label={`${title}, the highest of each span`}
          columns={columnsOf(lines, format)}
          rows={stepsOf(times, lines)}
          keyOf={({ at }) => at}
        />
      )}
    </details>
  );
}

function columnsOf(lines: readonly Line[], format: ChartProps['format']): Column<Step>[] {
  return [
    { id: 'at', head: 'Until', cell: ({ at }) => clock(at).slice(0, 8) },
    ...lines.map(({ label }, index) => ({
      id: label,
      head: <bdi>{label}</bdi>,
      isNumber: true,
      cell: ({ values }: Step) => format(values[index] ?? null),
    })),
  ];
}

function stepsOf(times: readonly number[], lines: readonly Line[]): Step[] {
  const size = Math.max(1, Math.ceil(times.length / STEPS));
  const steps: Step[] = [];
  for (let end = times.length; end > 0; end -= size) {
    const from = Math.max(0, end - size);
    steps.push({
      at: times[end - 1] ?? 0,
      values: lines.map(({ values }) => highest(values.slice(from, end))),
    });
  }
  return steps;
}

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
