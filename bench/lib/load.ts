/** A closed loop of calls on many lanes, every answer checked, bounded in time and in number. */
import type { Answer } from './answer.ts';
import { type Lane, nextId } from './client.ts';

/** What is asked, and whether the answer is right. */
export interface Call {
  /** The tool. */
  readonly name: string;
  readonly body: string;
  isRight(answer: Answer): boolean;
}

export interface Tally {
  calls: number;
  errors: number;
  seconds: number;
  /** The first thing that went wrong. */
  problem: string | undefined;
}

/** A call may take this long before the whole window is given up. */
const STALL_MS = 10_000;
const FILLER = '-the-quick-brown-fox-jumps-over-the-lazy-dog-and-then-sleeps';

/** `echo` with 64 bytes that no other call of the run carries. */
export function echoCall(id: number): Call {
  const text = (id + FILLER).slice(0, 64);
  return {
    name: 'echo',
    body: `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo","arguments":{"text":"${text}"}}}`,
    isRight: (answer) => answer.id === id && answer.text === text,
  };
}

/** `big`: a result whose text has `bytes` ASCII characters. */
export function bigCall(bytes: number): (id: number) => Call {
  return (id) => ({
    name: 'big',
    body: `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"big","arguments":{"bytes":${bytes}}}}`,
    isRight: (answer) => answer.id === id && answer.bigBytes === bytes,
  });
}

export interface DriveOptions {
  readonly maxCalls?: number;
  /** Gets how long each call took, in ms. */
  readonly times?: number[] | undefined;
}

/**
 * Keeps one call in flight on each lane for `ms`, then waits for those that are out.
 * Never rejects: calls that fail are counted, and a lane that failed makes no more calls.
 */
export function drive(
  lanes: readonly Lane[],
  makeCall: (id: number) => Call,
  ms: number,
  { maxCalls = 2_000_000, times }: DriveOptions = {},
) {
  const { promise, resolve } = Promise.withResolvers<Tally>();
  const tally: Tally = { calls: 0, errors: 0, seconds: 0, problem: undefined };
  const startedAt = performance.now();
  const until = startedAt + ms;
  let issued = 0;
  let active = 0;
  let lastSeen = 0;

  const finish = () => {
    clearInterval(guard);
    for (const lane of lanes) lane.onDone = undefined;
    tally.seconds = (performance.now() - startedAt) / 1000;
    resolve(tally);
  };
  const fail = (problem: string) => {
    tally.errors += 1;
    tally.problem ??= problem;
  };
  const next = (lane: Lane) => {
    if (issued >= maxCalls || performance.now() >= until) {
      active -= 1;
      if (active === 0) finish();
      return;
    }
    issued += 1;
    const id = nextId();
    const call = makeCall(id);
    const issuedAt = times ? performance.now() : 0;
    lane.onDone = (answer, problem) => {
      if (problem !== undefined || !answer) {
        fail(problem ?? 'no answer');
        active -= 1;
        if (active === 0) finish();
        return;
      }
      tally.calls += 1;
      times?.push(performance.now() - issuedAt);
      if (!call.isRight(answer)) fail('a wrong answer');
      next(lane);
    };
    lane.post(call.body, id, call.name);
  };
  // Gives up when nothing at all was answered for a long time.
  const guard = setInterval(() => {
    if (tally.calls !== lastSeen) lastSeen = tally.calls;
    else if (performance.now() > Math.max(until, startedAt) + STALL_MS) {
      for (let i = 0; i < active; i++) fail(`no answer within ${STALL_MS} ms`);
      finish();
    }
  }, 500);

  const usable = lanes.filter((lane) => !lane.isClosed);
  active = usable.length;
  if (active === 0) {
    fail('no connection');
    finish();
  }
  for (const lane of usable) next(lane);
  return promise;
}
