/**
 * Lines over time on a canvas, a legend that tells the values under the pointer (or the last), and the same as a table for
 * whoever cannot see it.
 */
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { plain } from '../foreign.ts';
import { clock } from '../format.ts';
import { Text } from '../parts/Text.tsx';
import { onColours } from '../theme.ts';
import { ChartTable } from './ChartTable.tsx';
import { optionsOf } from './plot.ts';
import type { Line } from './series.ts';

const HEIGHT = 168;

export interface ChartProps {
  readonly title: string;
  /** In ms since the epoch, one for each value of the lines. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly look?: 'lines' | 'bars';
}

export default function Chart({ title, times, lines, format, look = 'lines' }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [at, setAt] = useState<number | null>(null);
  const [colours, setColours] = useState(0);
  const latest = useRef({ times, lines, format });
  latest.current = { times, lines, format };
  const shape = lines.map(({ label, colour }) => `${colour} ${label}`).join('\n');

  useEffect(() => onColours(() => setColours((turn) => turn + 1)), []);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const made = new uPlot(
      optionsOf({
        ...latest.current,
        format: (value) => latest.current.format(value),
        look,
        width: element.clientWidth,
        height: HEIGHT,
        onPoint: setAt,
      }),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [shape, colours, look]);
  useEffect(() => plot.current?.setData(dataOf({ times, lines })), [times, lines]);

  const index = at !== null && at < times.length ? at : times.length - 1;
  const time = times[index];
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-sm">
        {lines.map(({ label, colour, values }) => (
          <li key={label} className="flex min-w-0 items-center gap-1.5">
            <span
              aria-hidden="true"
              data-colour
              className="h-0.75 w-3 shrink-0 rounded-full"
              style={{ background: `var(--color-${colour})` }}
            />
            <span className="text-soft">
              <Text value={label} max={40} />
            </span>
            <span className="font-medium">{format(values[index] ?? null)}</span>
          </li>
        ))}
      </ul>
      {/* What it shows is in the legend and the table. */}
      <div ref={box} aria-hidden="true" className="min-w-0" style={{ height: HEIGHT }} />
      {time !== undefined && <p className="-mb-6 self-end text-sm text-soft">{clock(time).slice(0, 8)}</p>}
      <ChartTable title={plain(title)} times={times} lines={lines} format={format} />
    </div>
  );
}

function dataOf({ times, lines }: Pick<ChartProps, 'times' | 'lines'>): uPlot.AlignedData {
  return [times.map((at) => at / 1_000), ...lines.map(({ values }) => [...values])];
}
