/** Two targets beside each other, or one beside another block of (a), with what the ratio should be at most. */
import type { Results } from './report.ts';

interface Pair {
  readonly what: string;
  readonly block: string;
  readonly target: string;
  /** The other target; default (a). */
  readonly to?: string;
  readonly aim: number;
}

const PAIRS: readonly Pair[] = [
  {
    what: 'limits: a call over SSE with all of them (k), to the same without (c)',
    block: 'sse',
    target: 'k',
    to: 'c',
    aim: 1.05,
  },
  {
    what: 'limits: a call over Streamable HTTP with all of them (k), to the same without (c)',
    block: 'streamable',
    target: 'k',
    to: 'c',
    aim: 1.05,
  },
  {
    what: 'a call over SSE through a Streamable HTTP server (n), to the bare SSE echo (a)',
    block: 'sse',
    target: 'n',
    aim: 2.3,
  },
  {
    what: 'a call over SSE at a merged route (m), to the same at the route of one server (m1)',
    block: 'sse',
    target: 'm',
    to: 'm1',
    aim: 1.05,
  },
  {
    what: 'a call over Streamable HTTP at a merged route (m), to the same at the route of one server (m1)',
    block: 'streamable',
    target: 'm',
    to: 'm1',
    aim: 1.05,
  },
];

/** The four corners of client and server, beside each other: CPU of the server per call over Streamable HTTP. */
const CORNERS = [
  { key: 'c', what: 'legacy client, legacy server' },
  { key: 'mm', what: 'modern client, modern server' },
  { key: 'lm', what: 'legacy client, modern server' },
  { key: 'ml', what: 'modern client, legacy server' },
] as const;

/** A line for each corner that was measured. */
export function corners(results: Results): string {
  const lines = CORNERS.flatMap(({ key, what }) => {
    const us = results.median('streamable', key, 'serverUs');
    const ratio = results.ratio('streamable', key, 'serverUs', 'streamable', 'c');
    if (us === undefined) return [];
    const to = ratio === undefined ? '' : `, ${ratio.toFixed(2)} × the first`;
    return [`  ${what} (${key}): ${us.toFixed(1)} µs${to}`];
  });
  return lines.length < 2 ? '' : ['The four corners, CPU of the server per call:', ...lines].join('\n');
}

/** A line for each pair that was measured: the ratio of CPU per call, and the aim. */
export function pairs(results: Results): string {
  return PAIRS.flatMap(({ what, block, target, to, aim }) => {
    const ratio = results.ratio(block, target, 'serverUs', block, to);
    return ratio === undefined ? [] : [`${what}: ${ratio.toFixed(2)}; aim: at most ${aim}`];
  }).join('\n');
}
