/** A sample a second for the last quarter of an hour: what the gateway remembers, and what comes while one looks. */
import { useEffect, useRef, useState } from 'react';
import type { Sample } from '../../../edges/admin/contract/stats.ts';
import { api } from '../api.ts';
import { useLive } from '../live.ts';
import type { Problem } from '../problem.ts';
import { useAsked } from '../use-asked.ts';

/** Seconds kept. */
export const MOST_SAMPLES = 900;

export interface Samples {
  readonly samples: readonly Sample[];
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/** @param isPaused what comes meanwhile is asked for afterwards */
export function useSamples(isPaused: boolean): Samples {
  const { data, change, reload, isLoading, problem } = useAsked((signal) => api.stats(signal));
  const [early, setEarly] = useState<readonly Sample[]>([]);
  const wasPaused = useRef(false);
  useEffect(() => {
    if (!isPaused && wasPaused.current) reload();
    wasPaused.current = isPaused;
  }, [isPaused, reload]);
  useLive(
    ['stats'],
    (event) => {
      if (event.event !== 'sample') return;
      if (data) change((old) => ({ samples: [...joined(old.samples, [event.data])] }));
      else setEarly((old) => joined(old, [event.data]));
    },
    { isPaused },
  );
  return { samples: data ? joined(data.samples, early) : early, isLoading, problem, reload };
}

/** In order of time, none twice. */
function joined(old: readonly Sample[], more: readonly Sample[]): readonly Sample[] {
  const last = old.at(-1)?.at ?? 0;
  const later = more.filter(({ at }) => at > last);
  return later.length === 0 ? old : [...old, ...later].slice(-MOST_SAMPLES);
}
