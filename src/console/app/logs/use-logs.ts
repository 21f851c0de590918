import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../../edges/admin/contract/live.ts';
import { api } from '../api.ts';
import { useLive } from '../live.ts';
import type { Problem } from '../problem.ts';
import { useAsked } from '../use-asked.ts';

/** Lines kept in the page. */
const MOST_LINES = 5_000;
/** Put into the page at once, however many came: a flood must not make it draw all the time. */
const BEAT_MS = 100;

export interface Logs {
  readonly lines: readonly LogLine[];
  /** So many were not sent, because they came too fast. */
  readonly missed: number;
  /** So many are not kept any more. */
  readonly left: number;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** The last lines, and those that come; while paused nothing changes, and afterwards they are asked for. */
export function useLogs(isPaused: boolean): Logs {
  const { data, problem, isLoading, reload } = useAsked((signal) => api.logs({}, signal));
  const [kept, setKept] = useState<{ lines: readonly LogLine[]; left: number }>({ lines: [], left: 0 });
  const [missed, setMissed] = useState(0);
  const waiting = useRef<LogLine[]>([]);
  const take = (lines: readonly LogLine[]) => setKept((old) => joined(old, lines));

  useEffect(() => {
    if (data && !isPaused) take(data.lines);
  }, [data, isPaused]);
  useEffect(() => {
    if (isPaused) return undefined;
    const timer = setInterval(() => {
      if (waiting.current.length > 0) take(waiting.current.splice(0));
    }, BEAT_MS);
    return () => clearInterval(timer);
  }, [isPaused]);
  useLive(
    ['log'],
    (event) => {
      if (event.event === 'log') waiting.current.push(...event.data);
      if (event.event === 'missed') setMissed((old) => old + event.data.count);
      if (waiting.current.length > MOST_LINES) waiting.current.splice(0, waiting.current.length - MOST_LINES);
    },
    { isPaused },
  );
  return { ...kept, missed, problem, isLoading, reload };
}

/** In the order of their numbers, none twice. Another run of the gateway begins to count anew: its lines come last. */
function joined(old: { lines: readonly LogLine[]; left: number }, more: readonly LogLine[]) {
  const last = old.lines.at(-1);
  const isOtherRun =
    last !== undefined &&
    more.length > 0 &&
    (more.at(-1)?.at ?? 0) > last.at &&
    (more.at(-1)?.seq ?? 0) < last.seq;
  const later = last === undefined || isOtherRun ? more : more.filter(({ seq }) => seq > last.seq);
  if (later.length === 0) return old;
  const all = [...old.lines, ...later];
  const over = Math.max(0, all.length - MOST_LINES);
  return { lines: over === 0 ? all : all.slice(over), left: old.left + over };
}
