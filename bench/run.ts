/**
 * `npm run bench`: what a message costs here, beside a bare server and beside other gateways.
 *
 * Each server under test runs on core 0, the load generator on core 1. All targets are measured in each round,
 * one after the other in an order that turns; figures are medians over rounds, and ratios are taken to the
 * bare server (a) in the same round. It prints and never judges: the exit code is 0 unless the bench itself
 * cannot run. Options: --only a,c,e  --quick  --json  --rounds n
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Patience } from './lib/calm.ts';
import type { Transport } from './lib/client.ts';
import { LOAD_CORE } from './lib/launch.ts';
import { corners, pairs } from './lib/pairs.ts';
import { watching } from './lib/watching.ts';
import { NODES } from './lib/nodes.ts';
import { NODES_BLOCKS, nodesTables } from './lib/nodes-report.ts';
import { nodesRounds } from './lib/nodes-rounds.ts';
import { pin } from './lib/proc.ts';
import { Results, type Sample, summary, tables } from './lib/report.ts';
import { measureBig, measureCalls, measureIdle, measureStart } from './lib/scenarios.ts';
import type { Target } from './lib/target.ts';
import { DEFAULT_KEYS, isMissing, type Running, shapeOf, start, TARGETS } from './lib/targets.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** How long and how often; in all about six minutes, or one. */
const plan = options.quick
  ? { rounds: 2, callMs: 200, oneMs: 100, bigMs: 100, warmMs: 250, idle: 250, idleRounds: 1, startRounds: 1 }
  : {
      rounds: 5,
      callMs: 700,
      oneMs: 300,
      bigMs: 400,
      warmMs: 1000,
      idle: 1000,
      idleRounds: 2,
      startRounds: 5,
    };
const limits = options.quick
  ? { notifications: 5, patienceMs: 3000, totalMs: 50_000 }
  : { notifications: 20, patienceMs: 40_000, totalMs: 450_000 };
if (options.rounds) plan.rounds = Math.min(50, Math.max(1, Number(options.rounds) || plan.rounds));

const TRANSPORTS: readonly Transport[] = ['sse', 'streamable'];
const ONE = { sessions: 1, lanes: 1 };
const startedAt = performance.now();
const results = new Results();
const remarks: string[] = [];
const patience = new Patience(limits.patienceMs);

function isLate(): boolean {
  return performance.now() - startedAt > limits.totalMs;
}

const wanted = options.only?.split(',') ?? [...DEFAULT_KEYS, ...NODES.map(({ key }) => key)];

function chosen(): Target[] {
  const known = new Set([...TARGETS, ...NODES].map(({ key }) => key));
  const unknown = wanted.filter((key) => !known.has(key));
  if (unknown.length > 0) remark(`No target is called ${unknown.join(', ')}.`);
  const targets = TARGETS.filter((target) => wanted.includes(target.key));
  for (const target of targets.filter(isMissing)) {
    remark(`(${target.key}) ${target.title}: left out, ${target.needs} does not exist; build it first.`);
  }
  return targets.filter((target) => !isMissing(target));
}

function remark(text: string): void {
  if (!remarks.includes(text)) remarks.push(text);
}

function say(text: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}

/** Runs one measure; what goes wrong is remarked and the others go on. */
async function attempt(
  target: { readonly key: string },
  what: string,
  run: () => Promise<void>,
): Promise<void> {
  if (isLate()) {
    remark(`Time was up: some of the last rounds are missing (${what}).`);
    return;
  }
  try {
    await run();
  } catch (error) {
    remark(`(${target.key}) ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function keep(block: string, target: { readonly key: string }, round: number, sample: Sample): void {
  results.add(block, target.key, round, sample);
  if (sample.problem)
    remark(`(${target.key}) ${block}: ${sample.errors} errors, the first: ${sample.problem}`);
}

function turned<T>(items: readonly T[], by: number): T[] {
  const at = by % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)];
}

function transportsOf(target: Target): readonly Transport[] {
  return TRANSPORTS.filter((transport) => (transport === 'sse' ? target.ssePath : target.mcpPath) !== '');
}

// ------------------------------------------------------------------------------------------------ calls

async function callRounds(targets: readonly Target[]): Promise<void> {
  const running = new Map<string, Running>();
  try {
    for (const target of targets) await startForCalls(target, running);
    for (let round = 0; round < plan.rounds; round++) {
      say(`calls, round ${round + 1} of ${plan.rounds}`);
      for (const target of turned(targets, round)) {
        for (const transport of transportsOf(target)) await callsOf(target, transport, round, running);
      }
    }
  } finally {
    await Promise.all([...new Set(running.values())].map(({ server }) => server.stop()));
  }
}

async function startForCalls(target: Target, running: Map<string, Running>): Promise<void> {
  say(`starting (${target.key}) ${target.title}`);
  for (const transport of transportsOf(target)) {
    await attempt(target, `start for ${transport}`, async () => {
      const shared = target.split ? undefined : running.get(`${target.key}/sse`);
      const one = shared ?? (await start(target, transport));
      running.set(`${target.key}/${transport}`, one);
      await measureCalls(one, transport, shapeOf(target, transport), plan.warmMs);
      if (!target.skip?.includes('big')) await measureBig(one, transport, plan.warmMs / 4);
    });
  }
}

async function callsOf(target: Target, transport: Transport, round: number, running: Map<string, Running>) {
  const one = running.get(`${target.key}/${transport}`);
  if (!one) return;
  const measures = [
    ['calls', transport, () => measureCalls(one, transport, shapeOf(target, transport), plan.callMs)],
    ['one', `${transport}1`, () => measureCalls(one, transport, ONE, plan.oneMs)],
    ['big', `${transport}Big`, () => measureBig(one, transport, plan.bigMs)],
  ] as const;
  for (const [kind, block, measure] of measures) {
    if (kind !== 'calls' && target.skip?.includes(kind)) continue;
    await attempt(target, block, async () =>
      keep(block, target, round, { ...(await patience.measure(measure)) }),
    );
  }
}

// ----------------------------------------------------------------------------------------------- memory

async function idleRounds(targets: readonly Target[]): Promise<void> {
  for (let round = 0; round < plan.idleRounds; round++) {
    say(`idle sessions and notifications, round ${round + 1} of ${plan.idleRounds}`);
    for (const transport of options.quick ? (['sse'] as const) : TRANSPORTS) {
      for (const target of turned(targets, round)) {
        if (target.skip?.includes('idle') || !transportsOf(target).includes(transport)) continue;
        await attempt(target, `${transport}Idle`, () => idleOf(target, transport, round));
      }
    }
  }
}

async function idleOf(target: Target, transport: Transport, round: number): Promise<void> {
  const one = await start(target, transport);
  try {
    const sessions = Math.min(plan.idle, target.idle?.[transport] ?? plan.idle);
    const notifications = transport === 'sse' && !target.skip?.includes('fanout') ? limits.notifications : 0;
    await patience.quiet();
    const idle = await measureIdle(one, target, transport, sessions, notifications);
    keep(`${transport}Idle`, target, round, { ...idle });
    if (idle.fanoutUs !== undefined) {
      keep('fanout', target, round, { us: idle.fanoutUs, lost: idle.lost, sessions });
    }
  } finally {
    await one.server.stop();
  }
}

// ------------------------------------------------------------------------------------------------ start

async function startRounds(targets: readonly Target[]): Promise<void> {
  for (let round = 0; round < plan.startRounds; round++) {
    say(`start to first answer, round ${round + 1} of ${plan.startRounds}`);
    for (const target of turned(targets, round)) {
      if (target.skip?.includes('start')) continue;
      await attempt(target, 'start', async () => {
        await patience.quiet();
        keep('start', target, round, { ms: await measureStart(target) });
      });
    }
  }
}

/** Says so when figures were taken beside busy neighbours: caches and wake-ups cost more then. */
function remarkNeighbours(targets: readonly Target[]): void {
  const shares = targets.map(({ key }) => results.median('sse', key, 'othersBusy') ?? 0);
  const most = Math.max(0, ...shares);
  if (most < 0.15) return;
  remark(
    `Others kept the cores up to ${(most * 100).toFixed(0)} % busy: take the ratios as rough, and run it again alone.`,
  );
}

function print(targets: readonly Target[]): void {
  const machine = `Node ${process.version}, ${cpus()[0]?.model.trim()}, ${cpus().length} cores`;
  if (options.json) {
    const data = {
      machine,
      plan: { ...plan, ...limits },
      summary: [...summary(results, targets), ...summary(results, NODES, NODES_BLOCKS)],
      remarks,
      results,
    };
    process.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  const notes = targets.filter((target) => target.note).map((target) => `(${target.key}) ${target.note}.`);
  const lines = [
    `${machine}; medians of ${plan.rounds} rounds (memory ${plan.idleRounds}, start ${plan.startRounds}).`,
    'CPU is the scheduler’s own account of all threads of the server; a child’s is counted apart.',
    '',
    tables(results, targets),
    '',
    nodesTables(results),
    '',
    pairs(results),
    '',
    corners(results),
    '',
    watching(results),
    '',
    ...notes,
    ...remarks,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

if (process.platform !== 'linux') {
  process.stderr.write('The bench reads CPU and memory from /proc: it runs on Linux only.\n');
  process.exit(1);
}
if (!pin(process.pid, LOAD_CORE))
  remark('taskset is missing (package util-linux) or there is one core: nothing is pinned.');
const targets = chosen();
await callRounds(targets);
await nodesRounds(
  NODES.filter(({ key }) => wanted.includes(key)),
  { ...plan, attempt, keep, say, turned, patience },
);
await startRounds(targets);
await idleRounds(targets);
remarkNeighbours(targets);
print(targets);
process.exit(0);
