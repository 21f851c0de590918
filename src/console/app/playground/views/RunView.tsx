/** One run: how far it is, what was said meanwhile, and what it gave. */
import { clock, millis } from '../../format.ts';
import { Badge, type Tone } from '../../parts/Badge.tsx';
import { Button } from '../../parts/Button.tsx';
import { ErrorNote } from '../../parts/ErrorNote.tsx';
import { Text } from '../../parts/Text.tsx';
import { JsonTree } from '../results/JsonTree.tsx';
import { Result } from '../results/Result.tsx';
import type { OpenResource } from '../results/Block.tsx';
import { addressesIn, millisOf, type Run, type RunState } from '../runs/run.ts';
import { Address } from './Address.tsx';
import { labelOf } from './label.ts';
import { LogLines } from './LogLines.tsx';
import { ProgressBar } from './ProgressBar.tsx';
import { useClock } from './use-runs.ts';

export const STATES: Readonly<Record<RunState, readonly [string, Tone]>> = {
  running: ['running', 'accent'],
  done: ['done', 'good'],
  failed: ['failed', 'bad'],
  cancelled: ['cancelled', 'warn'],
  lost: ['lost', 'warn'],
};

export interface RunActions {
  readonly onCancel: (run: Run) => void;
  readonly onAgain: (run: Run) => void;
  readonly onEdit: (run: Run) => void;
  readonly onOpen: OpenResource;
}

export function RunView({ run, actions }: { readonly run: Run; readonly actions: RunActions }) {
  const isRunning = run.state === 'running';
  const now = useClock(isRunning);
  const [word, tone] = STATES[run.state];
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="min-w-0 font-semibold">
          <Text value={labelOf(run)} max={120} />
        </h3>
        <Badge tone={tone} hasDot>
          {word}
        </Badge>
        <span className="text-sm text-soft" data-elapsed>
          {millis(millisOf(run, now))}
        </span>
        <span className="flex-1" />
        {isRunning ? (
          <Button size="small" onClick={() => actions.onCancel(run)}>
            Cancel the run
          </Button>
        ) : (
          <>
            <Button size="small" onClick={() => actions.onAgain(run)}>
              Run again
            </Button>
            <Button size="small" onClick={() => actions.onEdit(run)}>
              Edit
            </Button>
          </>
        )}
      </div>
      {isRunning && <ProgressBar progress={run.progress} />}
      <Spoken run={run} />
      {run.isMasked && (
        <p className="text-sm text-warn">What looked like a secret was not kept: fill it in again.</p>
      )}
      <details className="text-sm">
        <summary className="w-fit text-soft">
          Arguments, at {clock(run.startedAt)} on <Text value={run.server} max={80} />
        </summary>
        <JsonTree value={run.arguments} />
      </details>
      <LogLines lines={run.logs} missed={run.logsMissed} isOpen={isRunning} />
      {run.failure && <FailureNote run={run} />}
      {run.state === 'failed' && !run.failure && (
        <p role="alert" className="rounded-md bg-bad-ground px-3 py-2 text-bad">
          The tool says that it failed.
        </p>
      )}
      {run.resultGone !== undefined && <p className="text-warn">{run.resultGone}</p>}
      {run.result !== undefined && <Result kind={run.kind} result={run.result} onOpen={actions.onOpen} />}
    </div>
  );
}

function FailureNote({ run: { failure } }: { readonly run: Run }) {
  if (!failure) return null;
  const { code, message, hint, data } = failure;
  return (
    <ErrorNote problem={{ code, message, hint }}>
      {addressesIn(failure).map(({ message, url }, index) => (
        <div key={index} className="mt-2">
          <Text value={message} /> <Address url={url} />
        </div>
      ))}
      {data !== undefined && <JsonTree value={data} />}
    </ErrorNote>
  );
}

/** For those who do not see the page: in steps of ten percent, or they would hear nothing else. */
function Spoken({ run }: { readonly run: Run }) {
  return (
    <p role="status" className="sr-only">
      {spoken(run)}
    </p>
  );
}

function spoken({ state, progress, startedAt, endedAt }: Run): string {
  if (state !== 'running') return `${STATES[state][0]} after ${millis((endedAt ?? startedAt) - startedAt)}`;
  if (!progress?.total) return 'running';
  return `running, ${Math.floor((progress.progress / progress.total) * 10) * 10} percent`;
}
