/** The timeline of a session, filled with what the gateway remembers of it and with what comes. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import type { MessageList } from '../../../edges/admin/contract/lists.ts';
import { follow } from '../live.ts';
import { asProblem, type Problem } from '../problem.ts';
import { Latecomers } from './latecomers.ts';
import { type Picture, Timeline } from './timeline.ts';

export interface Watched {
  readonly timeline: Timeline;
  readonly picture: Picture;
  /** What was remembered could not be asked for. */
  readonly problem: Problem | undefined;
  /** Of the gateway: it was started anew while the page was open. */
  readonly isOtherRun: boolean;
}

/** What is asked of the past. */
const REMEMBERED = 5_000;

/** @param session as it is shown; empty: modern requests, which have none */
export function useTimeline(session: string): Watched {
  const timeline = useMemo(() => new Timeline(), [session]);
  const picture = useSyncExternalStore(timeline.subscribe, timeline.get);
  const [problem, setProblem] = useState<Problem>();
  const [isOtherRun, setOtherRun] = useState(false);
  useEffect(() => {
    let run: number | undefined;
    let asking: AbortController | undefined;
    const controller = new AbortController();
    // What comes while the past is asked for waits, so that all is in order.
    const fetcher = new Latecomers(session, timeline, controller.signal);
    let early: MessageList['messages'] | undefined = [];
    const recall = async () => {
      early = early ?? [];
      // The last one asked for is the one that reaches up to what comes: another one would put that too early.
      asking?.abort();
      const own = (asking = new AbortController());
      const signal = AbortSignal.any([controller.signal, own.signal]);
      try {
        // Written out: an empty id means something.
        const query = new URLSearchParams({ session, limit: String(REMEMBERED) });
        const past = await api.get<MessageList>(`messages?${query}`, {}, signal);
        if (signal.aborted) return;
        timeline.add(past.messages);
        setProblem(undefined);
      } catch (error) {
        if (signal.aborted) return;
        setProblem(asProblem(error));
      }
      timeline.add(early ?? []);
      early = undefined;
    };
    const end = follow({ topics: ['messages'], session }, (event) => {
      if (event.event === 'hello') {
        if (run !== undefined && run !== event.data.startedAt) {
          timeline.clear();
          setOtherRun(true);
        }
        run = event.data.startedAt;
        void recall();
      } else if (event.event === 'messages') {
        const mine = event.data.filter((message) => message.session === session);
        if (early) early.push(...mine);
        else timeline.add(mine);
      } else if (event.event === 'missed')
        fetcher.missed(timeline.missed(event.data.count), event.data.count);
    });
    // Where the feed is open already, and says no hello to whoever comes later.
    void recall();
    return () => {
      controller.abort();
      end();
      timeline.close();
    };
  }, [session, timeline]);
  return { timeline, picture, problem, isOtherRun };
}
