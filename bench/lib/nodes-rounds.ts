/** The rounds of the bench in which several nodes are measured: all spreads in each, in an order that turns. */
import type { Patience } from './calm.ts';
import type { Transport } from './client.ts';
import { measureNodes, Nodes, type NodesTarget } from './nodes.ts';
import type { Sample } from './report.ts';
import type { Shape } from './target.ts';
import { USUAL } from './targets.ts';

/** What the bench lends. */
export interface Bench {
  readonly rounds: number;
  readonly callMs: number;
  readonly oneMs: number;
  readonly warmMs: number;
  readonly patience: Patience;
  attempt(target: NodesTarget, what: string, run: () => Promise<void>): Promise<void>;
  keep(block: string, target: NodesTarget, round: number, sample: Sample): void;
  say(text: string): void;
  turned<T>(items: readonly T[], by: number): T[];
}

const TRANSPORTS: readonly Transport[] = ['sse', 'streamable'];
const ONE: Shape = { sessions: 1, lanes: 1 };

export async function nodesRounds(targets: readonly NodesTarget[], bench: Bench): Promise<void> {
  const running = new Map<string, Nodes>();
  try {
    for (const target of targets) await startOne(target, running, bench);
    for (let round = 0; round < bench.rounds && running.size > 0; round++) {
      bench.say(`several nodes, round ${round + 1} of ${bench.rounds}`);
      for (const target of bench.turned(targets, round)) {
        const nodes = running.get(groupOf(target));
        for (const transport of TRANSPORTS)
          if (nodes) await measureOne(target, nodes, transport, round, bench);
      }
    }
  } finally {
    await Promise.all([...running.values()].map((nodes) => nodes.stop()));
  }
}

/** The same nodes serve all spreads that take as many. */
function groupOf({ nodes, hasRedis }: NodesTarget): string {
  return `${nodes} ${hasRedis}`;
}

async function startOne(target: NodesTarget, running: Map<string, Nodes>, bench: Bench): Promise<void> {
  await bench.attempt(target, 'start', async () => {
    let nodes = running.get(groupOf(target));
    if (!nodes) {
      bench.say(`starting ${target.nodes} nodes${target.hasRedis ? ' on one Redis' : ''}`);
      nodes = await Nodes.start(target.nodes, target.hasRedis);
      running.set(groupOf(target), nodes);
    }
    for (const transport of TRANSPORTS) await measureNodes(nodes, target, transport, USUAL, bench.warmMs);
  });
}

async function measureOne(
  target: NodesTarget,
  nodes: Nodes,
  transport: Transport,
  round: number,
  { attempt, keep, patience, callMs, oneMs }: Bench,
): Promise<void> {
  const measures = [
    [`${transport}Nodes`, USUAL, callMs],
    [`${transport}Nodes1`, ONE, oneMs],
  ] as const;
  for (const [block, shape, ms] of measures) {
    if (shape === ONE && target.isMixed) continue;
    await attempt(target, block, async () => {
      const figures = await patience.measure(() => measureNodes(nodes, target, transport, shape, ms));
      keep(block, target, round, { ...figures });
    });
  }
}
