/** How much each node has to do: asked one after the other, so that one that hangs takes one connection of the browser. */
import { useEffect, useRef, useState } from 'react';
import type { Sample } from '../../../edges/admin/contract/stats.ts';
import { api } from '../api.ts';
import type { NodeView } from '../nodes.ts';

export interface Load {
  readonly sessions: number;
  /** A second, as a mean of the last ones. */
  readonly calls: number;
}

const SECONDS = 10;
/** Between two rounds. */
const PAUSE_MS = 3_000;
const PATIENCE_MS = 4_000;
/** A cluster of more shows the loads of so many. */
const MOST = 32;

/** @returns by name; without those that did not answer */
export function useLoads(all: readonly NodeView[]): ReadonlyMap<string, Load> {
  const [loads, setLoads] = useState<ReadonlyMap<string, Load>>(new Map());
  const latest = useRef(all);
  latest.current = all;
  const isWanted = all.length > 0;
  useEffect(() => {
    if (!isWanted) return undefined;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const round = async () => {
      if (document.visibilityState === 'visible') {
        const found = new Map<string, Load>();
        for (const { name } of latest.current.slice(0, MOST)) {
          const load = await loadOf(name, controller.signal);
          if (controller.signal.aborted) return;
          if (load) found.set(name, load);
        }
        setLoads(found);
      }
      timer = setTimeout(() => void round(), PAUSE_MS);
    };
    void round();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [isWanted]);
  return loads;
}

/** Undefined where it does not tell. */
async function loadOf(node: string, signal: AbortSignal): Promise<Load | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const answer = await api.statsOf(node, SECONDS, patience).catch(() => undefined);
  const last = answer?.samples.at(-1);
  return answer && last ? { sessions: last.sessions, calls: callsOf(answer.samples) } : undefined;
}

function callsOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { calls }) => sum + calls, 0) / samples.length;
}
