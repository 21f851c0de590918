/** What is measured on one target in one round. Each gives figures, or throws when the target cannot do it. */
import { type Lane, Session, type Transport } from './client.ts';
import { bigCall, type Call, drive, echoCall, type Tally } from './load.ts';
import { freePort, LOAD_CORE, SERVER_CORE, Server, sleep } from './launch.ts';
import { coreBusyNs, cpuNs, cpuNsOf, descendants, residentBytes } from './proc.ts';
import type { Shape, Target } from './target.ts';
import type { Running } from './targets.ts';

export const MEGABYTE = 1024 * 1024;
const OPENED_AT_ONCE = 16;
const FANOUT_TIMEOUT_MS = 20_000;

export interface CallFigures {
  /** CPU per call in µs: of the server, and of all it started. */
  serverUs: number;
  childUs: number;
  perSecond: number;
  /** How busy the server and the load generator were, 0 to 1 of a core. */
  serverBusy: number;
  loadBusy: number;
  /** How busy others, not of this bench, kept the core that they disturbed more. */
  othersBusy: number;
  calls: number;
  errors: number;
  problem: string | undefined;
  /** Answers of other sessions that this session got. */
  strays: number;
  /** `json`, `sse` or both; over SSE always `sse`. */
  form: string;
}

/** Calls of 64 bytes, as many in flight as the shape says. */
export function measureCalls(running: Running, transport: Transport, shape: Shape, ms: number) {
  return measure(running, transport, shape, echoCall, ms);
}

/** Results of 1 MB, one at a time. */
export function measureBig(running: Running, transport: Transport, ms: number) {
  return measure(running, transport, { sessions: 1, lanes: 1 }, bigCall(MEGABYTE), ms);
}

async function measure(
  { server, address }: Running,
  transport: Transport,
  shape: Shape,
  call: (id: number) => Call,
  ms: number,
): Promise<CallFigures> {
  const sessions = await openMany(shape.sessions, () => new Session(address, transport), {
    lanes: shape.lanes,
  });
  try {
    const lanes = interleave(sessions);
    // The first calls of fresh connections are not what is asked for.
    await drive(lanes, call, Math.min(100, ms / 4));
    const children = descendants(server.pid).map((mark) => mark.pid);
    const before = [cpuNs(server.pid), cpuNsOf(children)] as const;
    const cores = coreTimes();
    const tally = await drive(lanes, call, ms);
    const after = coreTimes();
    // What the server still does for these calls counts, and the scheduler's figures catch up.
    await sleep(30);
    const serverNs = cpuNs(server.pid) - before[0];
    const childNs = cpuNsOf(children) - before[1];
    const loadNs = after.load - cores.load;
    const serverCoreNs = after.serverCore - cores.serverCore - serverNs - childNs;
    const loadCoreNs = after.loadCore - cores.loadCore - loadNs;
    const othersNs = Math.max(0, serverCoreNs, loadCoreNs);
    return figuresOf(tally, { serverNs, childNs, loadNs, othersNs }, sessions);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

function figuresOf(
  tally: Tally,
  cpu: { serverNs: number; childNs: number; loadNs: number; othersNs: number },
  sessions: readonly Session[],
): CallFigures {
  const json = sessions.reduce((sum, session) => sum + session.forms.json, 0);
  const sse = sessions.reduce((sum, session) => sum + session.forms.sse, 0);
  return {
    serverUs: cpu.serverNs / 1000 / tally.calls,
    childUs: cpu.childNs / 1000 / tally.calls,
    perSecond: tally.calls / tally.seconds,
    serverBusy: cpu.serverNs / 1e9 / tally.seconds,
    loadBusy: cpu.loadNs / 1e9 / tally.seconds,
    othersBusy: cpu.othersNs / 1e9 / tally.seconds,
    calls: tally.calls,
    errors: tally.errors,
    problem: tally.problem,
    strays: sessions.reduce((sum, session) => sum + session.strays, 0),
    form: json > 0 ? (sse > 0 ? 'json+sse' : 'json') : 'sse',
  };
}

export interface IdleFigures {
  /** Resident KB per session: of the server, and with all it started. */
  serverKb: number;
  treeKb: number;
  sessions: number;
  /** CPU in µs per message when one notification goes to all sessions; undefined where that was not asked. */
  fanoutUs: number | undefined;
  lost: number;
}

/**
 * Memory of sessions that do nothing, on a fresh process; then notifications to all of them.
 *
 * The first half of the sessions only brings the process to its working size (code, pools, arenas); what the
 * second half adds is what a session costs. The notifications go to the first half.
 */
export async function measureIdle(
  { server, address }: Running,
  target: Target,
  transport: Transport,
  count: number,
  notifications: number,
): Promise<IdleFigures> {
  const bare = target.bareIdle === true && transport === 'sse';
  const make = () => new Session(address, transport);
  const options = { lanes: 0, stream: true, bare };
  const first = await openMany(count, make, options);
  const sessions = [...first];
  try {
    const fanout = notifications > 0 ? await measureFanout(server, first, notifications) : undefined;
    const before = await settle(server);
    sessions.push(...(await openMany(count, make, options)));
    const after = await settle(server);
    return {
      serverKb: (after.server - before.server) / 1024 / count,
      treeKb: (after.tree - before.tree) / 1024 / count,
      sessions: count,
      fanoutUs: fanout?.us,
      lost: fanout?.lost ?? 0,
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

export async function measureFanout(server: Server, sessions: readonly Session[], rounds: number) {
  let got = 0;
  let wanted = 0;
  let arrived: (() => void) | undefined;
  for (const session of sessions) {
    session.onNotification = (method) => {
      if (method !== 'notifications/tools/list_changed') return;
      got += 1;
      if (got >= wanted) arrived?.();
    };
  }
  const lane = (sessions[0] as Session).lane();
  let before = 0;
  // The first one is for warming up.
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) before = cpuNs(server.pid);
    wanted = (round + 1) * sessions.length;
    const all = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await lane.request('tools/call', { name: 'notify', arguments: { count: 1 } });
    if (got < wanted) await Promise.race([all, sleep(FANOUT_TIMEOUT_MS / (rounds + 1))]);
  }
  await sleep(30);
  const ns = cpuNs(server.pid) - before;
  lane.close();
  return { us: ns / 1000 / (rounds * sessions.length), lost: wanted - got };
}

/** From starting the program to the first answer to `tools/list` over SSE, in ms. */
export async function measureStart(target: Target): Promise<number> {
  const port = await freePort();
  // Only a server that would listen on all interfaces needs the hook.
  const server = new Server({ args: target.args(port, 'sse'), plain: target.split !== true });
  const session = new Session({ port, ssePath: target.ssePath, mcpPath: target.mcpPath }, 'sse');
  try {
    await server.ready(port, 2);
    await session.open({ lanes: 1 });
    const answer = await (session.lanes[0] as Lane).request('tools/list', {});
    if (answer.id === undefined) throw new Error('no answer to tools/list');
    return performance.now() - server.startedAt;
  } finally {
    await session.close();
    await server.stop();
  }
}

/** Opens sessions, a few at a time. When one cannot be opened, those that were are closed again. */
export async function openMany(
  count: number,
  make: (index: number) => Session,
  options: Parameters<Session['open']>[0],
): Promise<Session[]> {
  const sessions: Session[] = [];
  const worker = async () => {
    while (sessions.length < count) {
      const session = make(sessions.length);
      sessions.push(session);
      await session.open(options);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(OPENED_AT_ONCE, count) }, worker));
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return sessions;
  await Promise.all(sessions.map((session) => session.close()));
  throw failed.reason;
}

/** One lane of each session, then the next of each: neighbours in time are of different sessions. */
export function interleave(sessions: readonly Session[]): Lane[] {
  const depth = Math.max(...sessions.map((session) => session.lanes.length));
  const lanes: Lane[] = [];
  for (let i = 0; i < depth; i++) {
    for (const session of sessions) {
      const lane = session.lanes[i];
      if (lane) lanes.push(lane);
    }
  }
  return lanes;
}

/** Resident bytes once garbage was collected and freed pages were given back: the least of three looks. */
async function settle(server: Server): Promise<{ server: number; tree: number }> {
  let own = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 5; look++) {
    server.poke();
    await sleep(130);
    if (look >= 2) own = Math.min(own, residentBytes(server.pid));
  }
  const children = descendants(server.pid).reduce((sum, mark) => sum + residentBytes(mark.pid), 0);
  return { server: own, tree: own + children };
}

/** CPU of the load generator, and how long each core was busy, whoever kept it so; in ns. */
export function coreTimes() {
  const { user, system } = process.cpuUsage();
  return {
    load: (user + system) * 1000,
    serverCore: coreBusyNs(SERVER_CORE),
    loadCore: coreBusyNs(LOAD_CORE),
  };
}
