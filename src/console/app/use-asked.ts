/** What a page asked the gateway for: shown while it is asked again, asked again after every reconnection. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { auth } from './auth.ts';
import { onHello } from './live.ts';
import { asProblem, type Problem } from './problem.ts';
import { useStore } from './store.ts';

export interface Asked<Data> {
  /** The last answer; kept while another is on its way, and when that fails. */
  readonly data: Data | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  /** Asks again. */
  readonly reload: () => void;
  /** Changes what is shown, by what a live event or an action told. */
  readonly change: (by: (data: Data) => Data) => void;
}

/** Kept while an answer is on its way. */
const MOST_CHANGES = 500;

/**
 * @param ask is called with a signal that is aborted when nobody wants the answer any more
 * @param key what the question depends on: another key, another question
 */
export function useAsked<Data>(ask: (signal: AbortSignal) => Promise<Data>, key = ''): Asked<Data> {
  const [answer, setAnswer] = useState<{ key: string; data?: Data; problem?: Problem }>({ key });
  const [isLoading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const isIn = useStore(auth).phase === 'in';
  const latest = useRef(ask);
  latest.current = ask;
  /** Since it was asked; undefined while no answer is on its way. */
  const changes = useRef<((data: Data) => Data)[]>(undefined);

  useEffect(() => {
    if (!isIn) return undefined;
    const controller = new AbortController();
    changes.current = [];
    setLoading(true);
    latest.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        // What was told meanwhile may be newer than the answer; what is not is told again.
        setAnswer({ key, data: (changes.current ?? []).reduce((now, by) => by(now), data) });
        changes.current = undefined;
        setLoading(false);
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const problem = asProblem(error);
        changes.current = undefined;
        setAnswer((old) => (old.key === key ? { ...old, problem } : { key, problem }));
        setLoading(false);
      },
    );
    return () => controller.abort();
  }, [key, turn, isIn]);

  const reload = useCallback(() => setTurn((turn) => turn + 1), []);
  useEffect(() => onHello(reload), [reload]);
  const change = useCallback((by: (data: Data) => Data) => {
    if (changes.current) changes.current = [...changes.current.slice(1 - MOST_CHANGES), by];
    setAnswer((old) => (old.data === undefined ? old : { ...old, data: by(old.data) }));
  }, []);
  const isCurrent = answer.key === key;
  return {
    data: isCurrent ? answer.data : undefined,
    problem: isCurrent ? answer.problem : undefined,
    isLoading,
    reload,
    change,
  };
}
