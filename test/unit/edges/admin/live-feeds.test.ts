/** Who watches: what each is told, what it misses, and when it is dropped. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LiveFeeds, ROUND_MS, WATCHERS } from '../../../../src/edges/admin/live-feeds.ts';
import type { Change } from '../../../../src/edges/admin/session-views.ts';
import { Recorder } from '../../../../src/edges/admin/recorder.ts';
import type { Topic } from '../../../../src/edges/admin/contract/live.ts';
import type { SessionView } from '../../../../src/edges/admin/contract/session.ts';
import type { Sample } from '../../../../src/edges/admin/contract/stats.ts';
import { FakeConnection, FakeRuntime, framesOf } from '../../engine/support.ts';

const STARTED = 1_700_000_000_000;
const sample = { at: 1, calls: 2 } as Sample;
const bytes = new TextEncoder().encode('{"key":"planted-secret"}');

let runtime: FakeRuntime;
let recorder: Recorder;
let feeds: LiveFeeds;
let isIn: boolean;
let changedServers: readonly string[];

function pass(count = 1, session = 'session-one'): void {
  for (let i = 0; i < count; i++)
    recorder.passed({
      ...{ leg: 'from-client', session, server: 'srv', kind: 'request', method: 'ping', target: undefined },
      ...{ idIn: bytes, id: { start: 0, end: 0 }, call: 0, request: 0, bytes },
    });
}

beforeEach(() => {
  runtime = new FakeRuntime();
  recorder = new Recorder(() => runtime.now());
  isIn = true;
  changedServers = [];
  feeds = new LiveFeeds({
    runtime,
    recorder,
    hello: () => ({ startedAt: STARTED, version: '1', node: 'alone' }),
    sessions: (ids: ReadonlyMap<string, Change>) =>
      [...ids].map(([id, change]) => ({ change, session: { id } as SessionView })),
    changedServers: () => changedServers,
    server: (name) => (name === 'gone' ? undefined : ({ name } as never)),
    clean: (text) => text.replaceAll('planted-secret', '***'),
    limits: { queuedBytes: 1_000, stallMs: 5_000 },
  });
});

function watch(topics: Topic[], more: { session?: string; lastId?: string } = {}): FakeConnection {
  const connection = new FakeConnection();
  const { session, lastId } = more;
  feeds.open({ connection, topics: new Set(topics), session, isIn: () => isIn, lastId });
  return connection;
}

/** What came: names of events, and what they said. */
function heard(connection: FakeConnection): [string, unknown][] {
  return framesOf(connection.text)
    .filter(({ event }) => event !== undefined)
    .map(({ event, data }) => [event ?? '', JSON.parse(data ?? 'null') as unknown]);
}

const round = (times = 1) => runtime.advance(ROUND_MS * times);

describe('one who watches', () => {
  it('[LIVE-EVENTS] is told who speaks, and then what it asked for', () => {
    const connection = watch(['stats', 'sessions', 'servers', 'log']);
    changedServers = ['srv'];
    feeds.sampled(sample);
    feeds.sessionChanged('opened', 'whole-id');
    feeds.sessionChanged('changed', 'whole-id');
    feeds.serverChanged('gone');
    feeds.logged({ seq: 1, at: 1, level: 'info', message: 'm', fields: {} });
    pass();
    round();
    expect(heard(connection)).toEqual([
      ['hello', { startedAt: STARTED, version: '1', node: 'alone' }],
      ['sample', sample],
      ['session', { change: 'opened', session: { id: 'whole-id' } }],
      ['server', { name: 'srv' }],
      ['serverGone', { name: 'gone' }],
      ['log', [{ seq: 1, at: 1, level: 'info', message: 'm', fields: {} }]],
    ]);
  });

  it('[LIVE-EVENTS] is shown messages of one session or of all, without secrets', () => {
    const [one, all] = [watch(['messages'], { session: 'session-' }), watch(['messages'])];
    pass(1, 'another');
    pass(2);
    round();
    const [, [event, data]] = heard(one) as [unknown, [string, { seq: number; payload: string }[]]];
    expect([event, data.map(({ seq }) => seq)]).toEqual(['messages', [2, 3]]);
    expect(data[0]?.payload).toBe('{"key":"***"}');
    expect(heard(all)[1]?.[1]).toHaveLength(3);
  });

  it('[LIVE-FLOOD] sees the newest of a flood, and how many it missed', () => {
    const connection = watch(['messages', 'sessions', 'log']);
    pass(1_000);
    for (let i = 0; i < 80; i++) feeds.sessionChanged('opened', `s${i}`);
    for (let i = 0; i < 70; i++) feeds.logged({ seq: i, at: 1, level: 'info', message: 'm', fields: {} });
    round();
    const told = heard(connection);
    expect(told.filter(([event]) => event === 'session')).toHaveLength(50);
    const [messages] = told.filter(([event]) => event === 'messages') as [string, { seq: number }[]][];
    expect(messages?.[1].map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 981 + i));
    expect(told.filter(([event]) => event === 'missed').map(([, data]) => data)).toEqual([
      { topic: 'log', count: 20 },
      { topic: 'sessions', count: 30 },
      { topic: 'messages', count: 980 },
    ]);
  });

  it('[LIVE-SLOW] that does not read is given nothing more, is dropped in time, and slows nobody', () => {
    const [slow, other] = [watch(['messages', 'stats']), watch(['messages'])];
    slow.isStuck = true;
    pass(20);
    round();
    const waiting = slow.queued;
    expect(waiting).toBeGreaterThan(1_000);
    for (let i = 0; i < 10; i++) {
      feeds.sampled(sample);
      pass();
      round();
    }
    expect(slow.queued).toBe(waiting);
    slow.drain();
    round();
    expect(heard(slow).slice(-2)).toEqual([
      ['missed', { topic: 'stats', count: 10 }],
      ['missed', { topic: 'messages', count: 10 }],
    ]);
    slow.isStuck = true;
    pass(20);
    runtime.advance(6_000);
    expect(slow.closedBy).toBe('slow');
    expect(other.isClosed).toBe(false);
    expect(feeds.size).toBe(1);
  });

  it('[LIVE-SIGNED-OUT] is told nothing once it may not watch any more', () => {
    const connection = watch(['stats']);
    isIn = false;
    round();
    expect(connection.closedBy).toBe('expired');
    expect(feeds.size).toBe(0);
  });

  it('[LIVE-BACK] goes on where it was, in the same run alone', () => {
    const first = watch(['messages']);
    pass(3);
    round();
    const id = framesOf(first.text).findLast((frame) => frame.id !== undefined)?.id ?? '';
    first.isGone = true;
    first.onClosed?.();
    expect(feeds.size).toBe(0);
    pass(2);
    const seqs = (connection: FakeConnection) =>
      heard(connection).flatMap(([event, data]) =>
        event === 'messages' ? (data as { seq: number }[]).map(({ seq }) => seq) : [],
      );
    const [back, stranger, fresh] = [
      watch(['messages'], { lastId: id }),
      watch(['messages'], { lastId: 'otherrun-1' }),
      watch(['messages']),
    ];
    round();
    expect([seqs(back), seqs(stranger), seqs(fresh)]).toEqual([[4, 5], [], []]);
  });

  it('is shown a sign of life when there is nothing else to say', () => {
    const connection = watch(['log']);
    runtime.advance(10_500);
    expect(connection.text).toContain(': still here');
  });
});

describe('all who watch', () => {
  it('[LIVE-WATCHERS] are few, and without them there is no timer and nothing is kept', () => {
    const all = Array.from({ length: WATCHERS }, () => watch(['messages', 'sessions']));
    expect(feeds.hasRoom).toBe(false);
    expect(runtime.timers).toBe(1);
    pass();
    expect(recorder.read({}, { limit: 1 })[0]?.payload).toBeDefined();
    feeds.close();
    expect(all.every(({ closedBy }) => closedBy === 'draining')).toBe(true);
    expect(runtime.timers).toBe(0);
    expect(recorder.read({}, { limit: 1 })[0]?.payload).toBeUndefined();
    feeds.sessionChanged('opened', 'nobody-looks');
    const later = watch(['sessions']);
    round();
    expect(heard(later).map(([event]) => event)).toEqual(['hello']);
  });
});
