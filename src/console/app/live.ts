/**
 * Live events of the gateway: one feed for the whole page, whatever its parts follow.
 *
 *   useLive(['sessions'], (event) => { if (event.event === 'session') … });
 *
 * Every subscriber sees every event of its topics, and `hello` whenever the feed was opened (anew): what came before may
 * have been missed, so whoever shows a state asks for it again (`useAsked` does so by itself).
 */
import { useEffect, useRef } from 'react';
import type { LiveEvent, Topic } from '../../edges/admin/contract/live.ts';
import { auth } from './auth.ts';
import { Feed, type FeedState, type Wish } from './live-feed.ts';
import { nodeAsked } from './chosen-node.ts';
import { onRoute } from './route.ts';
import { createStore, type Store } from './store.ts';

export type { LiveEvent, Topic };

/** How the feed is: shown by the frame. */
export const feedState: Store<FeedState> = createStore<FeedState>({ phase: 'idle' });

const feed = new Feed(feedState);
auth.subscribe(() => feed.allow(auth.get().phase === 'in'));
feed.lookAt(nodeAsked());
onRoute(() => feed.lookAt(nodeAsked()));

/** Tries at once where the next try is still to come. */
export function tryNow(): void {
  feed.tryNow();
}

/** @param wish topics, and of which session the messages @returns what ends it */
export function follow(wish: Wish, take: (event: LiveEvent) => void): () => void {
  return feed.follow(wish, take);
}

/** @param take is called when the feed was opened, each time @returns what ends it */
export function onHello(take: () => void): () => void {
  return feed.follow({ topics: [] }, ({ event }) => {
    if (event === 'hello') take();
  });
}

export interface LiveOptions {
  /** Of `messages`, only those of this session. */
  readonly session?: string | undefined;
  /** While true nothing is taken, and the gateway is not asked for it. */
  readonly isPaused?: boolean | undefined;
}

/** Follows topics as long as the component is there. `take` may be another function each time. */
export function useLive(
  topics: readonly Topic[],
  take: (event: LiveEvent) => void,
  { session, isPaused = false }: LiveOptions = {},
): void {
  const latest = useRef(take);
  latest.current = take;
  const wanted = topics.join();
  useEffect(() => {
    if (isPaused) return undefined;
    const wish = { topics: wanted === '' ? [] : (wanted.split(',') as Topic[]), session };
    return follow(wish, (event) => latest.current(event));
  }, [wanted, session, isPaused]);
}
