/** What ran, the newest first: looked at again, run again, pinned, compared, forgotten. */
import { useState } from 'react';
import { many, millis } from '../../format.ts';
import { plain } from '../../foreign.ts';
import { Badge } from '../../parts/Badge.tsx';
import { Button } from '../../parts/Button.tsx';
import { Card } from '../../parts/Card.tsx';
import { Confirm } from '../../parts/Confirm.tsx';
import { RelativeTime } from '../../parts/RelativeTime.tsx';
import { Text } from '../../parts/Text.tsx';
import { workbench } from '../runs/here.ts';
import { millisOf, type Run } from '../runs/run.ts';
import { CompareDialog } from './CompareDialog.tsx';
import { labelOf } from './label.ts';
import { STATES } from './RunView.tsx';

const STEP = 20;

export function RunList({
  runs,
  shown,
  onShow,
}: {
  readonly runs: readonly Run[];
  readonly shown: Run | undefined;
  readonly onShow: (run: Run) => void;
}) {
  const [count, setCount] = useState(STEP);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<'compare' | 'clear'>();
  const pair = picked.flatMap((id) => runs.find((run) => run.id === id) ?? []);
  const [left, right] = pair.toSorted((a, b) => a.startedAt - b.startedAt);
  const pick = (id: string, isOn: boolean) =>
    setPicked((old) =>
      isOn ? [...old.filter((each) => each !== id), id].slice(-2) : old.filter((each) => each !== id),
    );
  const pinnedFirst = runs.toSorted((a, b) => Number(b.isPinned) - Number(a.isPinned));
  return (
    <Card
      title="Runs"
      actions={
        <>
          <Button size="small" disabled={!left || !right} onClick={() => setOpen('compare')}>
            Compare two
          </Button>
          <Button
            size="small"
            disabled={runs.every(({ state }) => state === 'running')}
            onClick={() => setOpen('clear')}
          >
            Clear
          </Button>
        </>
      }
    >
      {runs.length === 0 && <p className="text-soft">What you run is kept here, in this browser.</p>}
      <ul aria-label="Runs" className="flex flex-col divide-y divide-line">
        {pinnedFirst.slice(0, count).map((run) => (
          <Entry
            key={run.id}
            run={run}
            isShown={run.id === shown?.id}
            isPicked={picked.includes(run.id)}
            onShow={() => onShow(run)}
            onPick={(isOn) => pick(run.id, isOn)}
          />
        ))}
      </ul>
      {runs.length > count && (
        <Button size="small" onClick={() => setCount((count) => count + STEP)}>
          Show more ({runs.length - count} left)
        </Button>
      )}
      {left && right && (
        <CompareDialog
          isOpen={open === 'compare'}
          onClose={() => setOpen(undefined)}
          left={left}
          right={right}
        />
      )}
      <Confirm
        isOpen={open === 'clear'}
        onClose={() => setOpen(undefined)}
        title="Forget all runs?"
        verb="Forget them"
        onConfirm={async () => workbench.clear()}
      >
        {many(runs.length, 'run')} and what they gave are deleted from this browser, those that are pinned,
        too.
      </Confirm>
    </Card>
  );
}

function Entry({
  run,
  isShown,
  isPicked,
  onShow,
  onPick,
}: {
  readonly run: Run;
  readonly isShown: boolean;
  readonly isPicked: boolean;
  readonly onShow: () => void;
  readonly onPick: (isOn: boolean) => void;
}) {
  const [word, tone] = STATES[run.state];
  const isOver = run.state !== 'running';
  const name = plain(labelOf(run), 60);
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 py-1.5">
      <input
        type="checkbox"
        aria-label={`Compare ${name}`}
        checked={isPicked}
        disabled={!isOver}
        onChange={({ target }) => onPick(target.checked)}
        className="size-4"
      />
      <button
        type="button"
        aria-current={isShown || undefined}
        onClick={onShow}
        className="flex min-h-7 min-w-0 flex-1 flex-wrap items-center gap-x-2 rounded-md px-1 text-left hover:bg-raised aria-[current]:text-accent"
      >
        <span className="min-w-0 truncate font-medium">
          <Text value={labelOf(run)} max={60} />
        </span>
        <Badge tone={tone}>{word}</Badge>
        <span className="text-sm text-soft">
          <Text value={run.server} max={40} /> · {isOver ? `${millis(millisOf(run, run.startedAt))} · ` : ''}
          <RelativeTime at={run.startedAt} />
        </span>
      </button>
      {isOver && (
        <>
          <Button
            size="small"
            look="quiet"
            aria-pressed={run.isPinned}
            aria-label={`Pin ${name}`}
            onClick={() => workbench.pin(run.id, !run.isPinned)}
          >
            {run.isPinned ? 'Pinned' : 'Pin'}
          </Button>
          <Button
            size="small"
            look="quiet"
            aria-label={`Forget ${name}`}
            onClick={() => workbench.forget(run.id)}
          >
            Forget
          </Button>
        </>
      )}
    </li>
  );
}
