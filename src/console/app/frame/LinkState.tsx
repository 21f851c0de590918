import { feedState } from '../live.ts';
import { classes } from '../parts/class.ts';
import { useStore } from '../store.ts';

const WORDS = { idle: 'Idle', connecting: 'Connecting', open: 'Live', lost: 'Lost' } as const;

/** Whether what is shown is what is. Said aloud by the banner alone, when it changes. */
export function LinkState() {
  const { phase } = useStore(feedState);
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-soft">
      <span
        aria-hidden="true"
        className={classes(
          'size-2 rounded-full',
          phase === 'open' ? 'bg-good' : phase === 'lost' ? 'bg-bad' : 'bg-edge',
        )}
      />
      {WORDS[phase]}
    </span>
  );
}
