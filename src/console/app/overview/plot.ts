/** How a chart is drawn. */
import uPlot from 'uplot';
import type { Line } from './series.ts';

export interface PlotOptions {
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly look: 'lines' | 'bars';
  readonly width: number;
  readonly height: number;
  /** Told the index under the pointer; null where there is none. */
  readonly onPoint: (index: number | null) => void;
}

const AXIS_FONT = '11px system-ui, sans-serif';
const AXIS_WIDTH = 52;
/** Of the axis: nothing that is drawn has parts that matter. */
const STEPS = [1, 10, 100, 1_000, 10_000, 100_000].flatMap((step) => [step, 2 * step, 5 * step]);

export function optionsOf({ lines, format, look, width, height, onPoint }: PlotOptions): uPlot.Options {
  const axis = { stroke: colour('soft'), font: AXIS_FONT, grid: line(), ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, top(max)] } },
    axes: [
      { ...axis, values: (_, at) => at.map(timeOf), space: 76, size: 26 },
      {
        ...axis,
        size: AXIS_WIDTH,
        incrs: STEPS,
        values: (_, values) => values.map((value) => format(value)),
      },
    ],
    series: [{}, ...lines.map((each, index) => seriesOf(each, look, index === 0 && lines.length === 1))],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

function seriesOf({ label, colour: name }: Line, look: 'lines' | 'bars', isAlone: boolean): uPlot.Series {
  const stroke = colour(name);
  if (look === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.9, 12, 2] });
    return { label, stroke, fill: stroke, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  return {
    label,
    stroke,
    width: 1.5,
    ...(isAlone ? { fill: `color-mix(in srgb, ${stroke} 15%, transparent)` } : {}),
    // A second between two in which nothing ended has no line to either side.
    points: { show: true, size: 4, filter: (plot, index) => alone(plot.data[index] ?? []) },
  };
}

function alone(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (values[at] != null && values[at - 1] == null && values[at + 1] == null) found.push(at);
  }
  return found;
}

/** So that a line at its top is seen, and small numbers do not fill the chart. */
function top(max: number | null): number {
  return Math.max(1, (max ?? 0) * 1.1);
}

function line() {
  return { stroke: colour('line'), width: 1 };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toTimeString().slice(0, 8);
}

/** A token as the canvas understands it, in the theme in force. */
function colour(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(--color-${name})`;
  // Lines are told apart by their colours alone, whatever the system's are.
  if (name.startsWith('chart')) probe.dataset['colour'] = '';
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
