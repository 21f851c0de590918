/** What being seen costs: the same gateway with a thing on and off, measured in the same rounds. */
import type { Results } from './report.ts';

const COSTS = [
  { what: 'metrics on (c), to off (co)', on: 'c', off: 'co' },
  { what: '1 % traced (t1), to none (c)', on: 't1', off: 'c' },
  { what: 'all traced (t), to none (c)', on: 't', off: 'c' },
  { what: 'audited (ca), to not (c)', on: 'ca', off: 'c' },
] as const;

const ROADS = [
  { block: 'sse', name: 'SSE' },
  { block: 'streamable', name: 'Streamable HTTP' },
] as const;

/** A line for each pair that was measured. */
export function watching(results: Results): string {
  const lines = COSTS.flatMap(({ what, on, off }) =>
    ROADS.flatMap(({ block, name }) => {
      const base = results.median(block, off, 'serverUs');
      const ratio = results.ratio(block, on, 'serverUs', block, off);
      if (base === undefined || ratio === undefined) return [];
      // By the ratio within the rounds: what neighbours do meets both alike.
      const us = base * (ratio - 1);
      return [`  ${what}, ${name}: ${us >= 0 ? '+' : ''}${us.toFixed(2)} µs a call, ${ratio.toFixed(3)} ×`];
    }),
  );
  return lines.length === 0
    ? ''
    : ['What being seen costs, CPU of the server per call:', ...lines].join('\n');
}
