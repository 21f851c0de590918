/**
 * Where the time of one target goes: loads it, and prints the functions with the most time of their own.
 *
 * The server is profiled while it is under load only, not while it starts: the preloaded hook switches the
 * profiler. System calls show as the native functions that make them (`writev`, `writeUtf8String` …).
 * Of several nodes each is profiled: the owner first, then those after it.
 * Usage: node bench/profile.ts <target> [--scenario sse] [--seconds 3] [--top 30] [--out file.cpuprofile]
 * BENCH_CLI=src/cli/main.ts profiles the sources instead of the bundle, with their names and lines.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Session, type Transport } from './lib/client.ts';
import { LOAD_CORE, type Server, sleep } from './lib/launch.ts';
import { measureNodes, NODES, Nodes, type NodesTarget } from './lib/nodes.ts';
import { pin } from './lib/proc.ts';
import { measureBig, measureCalls, measureFanout } from './lib/scenarios.ts';
import type { Target } from './lib/target.ts';
import { isMissing, type Running, shapeOf, start, TARGETS, USUAL } from './lib/targets.ts';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SCENARIOS = ['sse', 'streamable', 'sse1', 'streamable1', 'sseBig', 'streamableBig', 'fanout'];
const ROOT = pathToFileURL(process.cwd()).href;
const FANOUT_SESSIONS = 1000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scenario: { type: 'string', default: 'sse' },
    seconds: { type: 'string', default: '3' },
    top: { type: 'string', default: '30' },
    out: { type: 'string' },
  },
});

/** Loads the target; gives what it did and how often. */
type Load = (ms: number) => Promise<{ count: number; unit: string; us: number }>;

async function loadOf(target: Target, running: Running, scenario: string): Promise<Load> {
  const transport: Transport = scenario.startsWith('streamable') ? 'streamable' : 'sse';
  if (scenario === 'fanout') return fanout(running);
  return async (ms) => {
    const shape = scenario.endsWith('1') ? { sessions: 1, lanes: 1 } : shapeOf(target, transport);
    const big = scenario.endsWith('Big');
    const figures = await (big
      ? measureBig(running, transport, ms)
      : measureCalls(running, transport, shape, ms));
    if (figures.errors > 0) say(`${figures.errors} errors, the first: ${figures.problem}`);
    return { count: figures.calls, unit: 'call', us: figures.serverUs };
  };
}

async function fanout({ server, address }: Running): Promise<Load> {
  const sessions = Array.from({ length: FANOUT_SESSIONS }, () => new Session(address, 'sse'));
  for (const session of sessions) await session.open({ lanes: 0 });
  return async (ms) => {
    const rounds = Math.max(5, Math.round(ms / 30));
    const { us, lost } = await measureFanout(server, sessions, rounds);
    if (lost > 0) say(`${lost} messages never came`);
    return { count: rounds * FANOUT_SESSIONS, unit: 'message', us };
  };
}

async function profile(target: Target, file: string): Promise<void> {
  const transport = options.scenario.startsWith('streamable') ? 'streamable' : 'sse';
  const running = await start(target, transport, { BENCH_PROFILE: file });
  try {
    await profiled(target, [running.server], [file], await loadOf(target, running, options.scenario));
  } finally {
    await running.server.stop();
  }
}

async function profileNodes(target: NodesTarget, file: string): Promise<void> {
  const transport = options.scenario.startsWith('streamable') ? 'streamable' : 'sse';
  const shape = options.scenario.endsWith('1') ? { sessions: 1, lanes: 1 } : USUAL;
  const files = Array.from({ length: target.nodes }, (_, node) => `${file}.${node}`);
  const nodes = await Nodes.start(target.nodes, target.hasRedis, files);
  try {
    await profiled(target, nodes.servers, files, async (ms) => {
      const figures = await measureNodes(nodes, target, transport, shape, ms);
      if (figures.errors > 0) say(`${figures.errors} errors, the first: ${figures.problem}`);
      return { count: figures.calls, unit: 'call', us: figures.nodesUs };
    });
  } finally {
    await nodes.stop();
  }
}

/** Loads it, lets the servers write what they did meanwhile, and tells it. */
async function profiled(
  { key, title }: Pick<Target, 'key' | 'title'>,
  servers: readonly Server[],
  files: readonly string[],
  load: Load,
): Promise<void> {
  await load(1000);
  for (const server of servers) server.poke();
  await sleep(200);
  const { count, unit, us } = await load(Math.min(30, Number(options.seconds) || 3) * 1000);
  for (const server of servers) server.poke();
  for (let i = 0; i < 100 && !files.every((file) => existsSync(file)); i++) await sleep(100);
  say(
    `(${key}) ${title}, ${options.scenario}: ${count} ${unit}s, ${us.toFixed(1)} µs of CPU each while profiled`,
  );
  for (const file of files) report(JSON.parse(readFileSync(file, 'utf8')) as Profile, count, unit);
}

function report(profile: Profile, count: number, unit: string): void {
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const own = new Map<string, number>();
  profile.samples.forEach((id, i) => {
    const name = names.get(id) ?? '?';
    own.set(name, (own.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0));
  });
  const idle = own.get('(idle)') ?? 0;
  own.delete('(idle)');
  // Stopping the profiler is no work of the server.
  for (const name of own.keys()) if (name.startsWith('post  node:inspector')) own.delete(name);
  const total = [...own.values()].reduce((sum, us) => sum + us, 0);
  const sorted = [...own].toSorted((x, y) => y[1] - x[1]).slice(0, Number(options.top) || 30);
  say(`busy ${(total / 1e6).toFixed(2)} s, idle ${(idle / 1e6).toFixed(2)} s; of the busy time:`);
  say(`${'self %'.padStart(7)}${`µs/${unit}`.padStart(12)}  function`);
  for (const [name, us] of sorted) {
    say(`${((us / total) * 100).toFixed(1).padStart(7)}${(us / count).toFixed(2).padStart(12)}  ${name}`);
  }
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url ? `${name}  ${url.replace(`${ROOT}/`, '')}:${lineNumber + 1}` : name;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const [key] = positionals;
const target = TARGETS.find((each) => each.key === key);
const group = NODES.find((each) => each.key === key);
if (!(target ?? group) || !SCENARIOS.includes(options.scenario)) {
  const keys = [...TARGETS, ...NODES].map((each) => each.key).join('|');
  say(`Usage: node bench/profile.ts <${keys}> [--scenario ${SCENARIOS.join('|')}]`);
  process.exit(2);
}
if (target && isMissing(target)) {
  say(`${target.needs} does not exist; build it first.`);
  process.exit(2);
}
pin(process.pid, LOAD_CORE);
const folder = mkdtempSync(join(tmpdir(), 'sluice-profile-'));
try {
  const file = options.out ?? join(folder, 'server.cpuprofile');
  if (target) await profile(target, file);
  else if (group) await profileNodes(group, file);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
