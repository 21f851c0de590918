/** What calls cost with several nodes: tables, and what a call costs more that is carried. */
import { NODES } from './nodes.ts';
import { type Block, type Results, table } from './report.ts';

const COLUMNS: Block['columns'] = [
  { head: 'CPU µs', field: 'allUs', digits: 1 },
  { head: 'nodes µs', field: 'nodesUs', digits: 1 },
  { head: 'landing', field: 'landingUs', digits: 1 },
  { head: 'owner', field: 'ownerUs', digits: 1 },
  { head: 'Redis µs', field: 'redisUs', digits: 1 },
  { head: 'child µs', field: 'childUs', digits: 1 },
  { head: 'calls/s', field: 'perSecond', digits: 0 },
  { head: 'p50 ms', field: 'p50', digits: 2 },
  { head: 'others %', field: 'othersBusy', digits: 0, scale: 100 },
  { head: 'errors', field: 'errors', digits: 0, quiet: true },
];

function block(key: string, title: string): Block {
  return { key, title, field: 'allUs', to: 'r0', columns: COLUMNS };
}

export const NODES_BLOCKS: readonly Block[] = [
  block(
    'sseNodes',
    'several nodes: calls of 64 bytes over SSE, 32 sessions × 2 in flight, all processes on one core: CPU of nodes and Redis per call',
  ),
  block('streamableNodes', 'the same over Streamable HTTP'),
  block('sseNodes1', 'the same over SSE, one call at a time'),
  block('streamableNodes1', 'the same over Streamable HTTP, one call at a time'),
];

/** The tables of what was measured, and a line for each pair that tells something. */
export function nodesTables(results: Results): string {
  const found = NODES_BLOCKS.map((each) => table(each, results, NODES)).filter((text) => text.length > 0);
  const lines = NODES_BLOCKS.flatMap(({ key, title }) => [
    ...alone(results, key, title),
    ...carried(results, key, title),
  ]);
  return [...found, lines.join('\n')].filter((text) => text.length > 0).join('\n\n');
}

function alone(results: Results, key: string, title: string): string[] {
  const ratio = results.ratio(key, 'r1', 'nodesUs', key, 'r0');
  if (ratio === undefined) return [];
  return [`${shortly(title)}: a node with Redis (r1) beside one without (r0): ${ratio.toFixed(2)}; aim: 1.0`];
}

/** As many sessions at each owner in both: what leaves in one piece is shared by as many calls. */
function carried(results: Results, key: string, title: string): string[] {
  return [
    ['r2c', 'r1'],
    ['r3c', 'r3'],
  ].flatMap(([one = '', other = '']) => {
    const more = (field: string) => results.difference(key, one, field, other)?.toFixed(1);
    const [all, nodes, redis] = [more('allUs'), more('nodesUs'), more('redisUs')];
    if (all === undefined) return [];
    return [
      `${shortly(title)}: a carried call (${one}) costs ${all} µs more than an own one (${other}): ${nodes} in nodes, ${redis} in Redis`,
    ];
  });
}

function shortly(title: string): string {
  return title.replace(/^(several nodes: calls of 64 bytes|the same) /, '').replace(/, 32 sessions.*/, '');
}
