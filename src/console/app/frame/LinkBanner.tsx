/** Says that the gateway went away, when it is tried again, and that it is back. */
import { useEffect, useState } from 'react';
import { plain } from '../foreign.ts';
import { clock, span } from '../format.ts';
import { feedState, tryNow } from '../live.ts';
import type { FeedState } from '../live-feed.ts';
import { hrefAt, nodeOf } from '../chosen-node.ts';
import { labelOf } from '../nodes.ts';
import { useNow } from '../now.ts';
import { Button, buttonClass } from '../parts/Button.tsx';
import { Icon } from '../parts/Icon.tsx';
import type { Route } from '../route.ts';
import { useStore } from '../store.ts';

const BACK_SHOWN_MS = 6_000;

type Lost = Extract<FeedState, { phase: 'lost' }>;

export function LinkBanner({ route }: { readonly route: Route }) {
  const state = useStore(feedState);
  const node = nodeOf(route);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (state.phase !== 'open' || !state.wasLost) return setBack(false);
    setBack(true);
    const timer = setTimeout(() => setBack(false), BACK_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);

  const said =
    state.phase === 'lost'
      ? `${lostOf(state, node)} What you see may be old.`
      : state.phase === 'open' && isBack
        ? `Connected again${state.isOtherRun ? '. The gateway was restarted, so its sessions and counts begin anew' : ''}.`
        : '';
  return (
    <section
      aria-label="Connection"
      className={
        state.phase === 'lost' ? 'bg-warn-ground text-warn' : isBack ? 'bg-good-ground text-good' : ''
      }
    >
      <div
        className={said === '' ? 'sr-only' : 'flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 md:px-6'}
      >
        {said !== '' && <Icon name={state.phase === 'lost' ? 'warning' : 'check'} />}
        <span role="status" className="max-w-[calc(100%-2rem)]">
          {said}
        </span>
        {state.phase === 'lost' && <NextTry at={state.retryAt} />}
        {state.phase === 'lost' && node !== undefined && (
          <a className={buttonClass('plain', 'small')} href={hrefAt(undefined, route)}>
            Go to this node
          </a>
        )}
      </div>
    </section>
  );
}

/** @param node the other one that is looked at, if one is */
function lostOf({ since, problem }: Lost, node: string | undefined): string {
  if (node === undefined || !problem) return `Connection to the gateway lost at ${clock(since).slice(0, 8)}.`;
  const name = labelOf(node);
  if (problem.code === 'unknown_node') return `There is no node ${name} any more.`;
  return `Node ${name} is not seen since ${clock(since).slice(0, 8)}: ${plain(problem.message)}`;
}

/** Beside what is said aloud: a number that counts down would be said every second. */
function NextTry({ at }: { readonly at: number }) {
  const now = useNow();
  const left = Math.max(0, Math.ceil((at - now) / 1_000));
  return (
    <>
      <span>{left === 0 ? 'Trying…' : `Next try in ${span(left * 1_000)}.`}</span>
      <Button size="small" onClick={tryNow}>
        Try now
      </Button>
    </>
  );
}
