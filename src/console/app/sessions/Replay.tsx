import { useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { nodeAsked } from '../chosen-node.ts';
import { millis } from '../format.ts';
import type { Progress } from '../mcp/client.ts';
import { Badge } from '../parts/Badge.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Field } from '../parts/Field.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Text } from '../parts/Text.tsx';
import { asProblem, type Problem } from '../problem.ts';
import { useAsked } from '../use-asked.ts';
import { Answers } from './Answers.tsx';
import { type Again, againOf, answerIn, type Outcome, replay } from './replay.ts';

/** A request sent once more, as it was or with other parameters, and both answers beside each other. */
export function Replay({
  message,
  call,
  isEdited,
  onClose,
}: {
  readonly message: MessageView;
  /** All that belongs to it. */
  readonly call: readonly MessageView[];
  /** Otherwise it is sent at once. */
  readonly isEdited: boolean;
  readonly onClose: () => void;
}) {
  const { data: again, problem } = useAsked(() => againOf(message, call), String(message.seq));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width="wide"
      title={isEdited ? 'Edit and replay' : 'Replay'}
      description={`It is sent by the console, in a session of its own${nodeAsked() === undefined ? '' : ' at the node that serves this page, not at the one that you look at'}: the session you look at learns nothing of it. The server does it again.`}
    >
      {problem && <ErrorNote problem={problem} />}
      {!again && !problem && <Loading what="Preparing" />}
      {again && <Sender first={again} before={answerIn(message, call)} isEdited={isEdited} />}
    </Dialog>
  );
}

function Sender({
  first,
  before,
  isEdited,
}: {
  readonly first: Again;
  readonly before: MessageView | undefined;
  readonly isEdited: boolean;
}) {
  const [params, setParams] = useState(first.params);
  const { outcome, problem, progress, isRunning, run, stop } = useReplay(first, params);
  const wrong = complaintAbout(params);
  const hasBegun = useRef(false);
  useEffect(() => {
    if (isEdited || hasBegun.current) return;
    hasBegun.current = true;
    run();
  }, [isEdited, run]);
  return (
    <>
      <p>
        <span className="font-mono">
          <Text value={first.method} max={200} />
        </span>{' '}
        to <Text value={first.server} max={80} />
      </p>
      <Field label="Parameters" {...(wrong === undefined ? {} : { error: wrong })}>
        {(control) => (
          <textarea
            {...control}
            value={params}
            rows={Math.min(12, params.split('\n').length + 1)}
            readOnly={isRunning}
            spellCheck={false}
            onChange={(event) => setParams(event.target.value)}
            className="field font-mono text-xs"
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" isBusy={isRunning} disabled={wrong !== undefined} onClick={run}>
          {outcome || problem ? 'Send once more' : 'Send'}
        </Button>
        {isRunning && <Button onClick={stop}>Cancel</Button>}
        <span role="status" className="text-soft">
          {isRunning
            ? `Running${progressWords(progress)}…`
            : outcome
              ? `Answered after ${millis(outcome.ms)}.`
              : ''}
        </span>
        {outcome?.isError && <Badge tone="bad">error</Badge>}
      </div>
      {problem && <ErrorNote problem={problem} />}
      <Answers before={before} after={outcome} />
    </>
  );
}

interface Replaying {
  readonly outcome: Outcome | undefined;
  readonly problem: Problem | undefined;
  readonly progress: Progress | undefined;
  readonly isRunning: boolean;
  readonly run: () => void;
  readonly stop: () => void;
}

function useReplay(again: Again, params: string): Replaying {
  const [outcome, setOutcome] = useState<Outcome>();
  const [problem, setProblem] = useState<Problem>();
  const [progress, setProgress] = useState<Progress>();
  const [isRunning, setRunning] = useState(false);
  const under = useRef<AbortController>(undefined);
  useEffect(() => () => under.current?.abort(), []);
  const run = () => {
    const controller = new AbortController();
    under.current = controller;
    setRunning(true);
    setProblem(undefined);
    setProgress(undefined);
    void replay({ ...again, params }, { signal: controller.signal, onProgress: setProgress })
      .then(setOutcome, (error: unknown) => setProblem(asProblem(error)))
      .finally(() => setRunning(false));
  };
  return { outcome, problem, progress, isRunning, run, stop: () => under.current?.abort() };
}

function progressWords(progress: Progress | undefined): string {
  if (!progress) return '';
  const of = progress.total === undefined ? '' : ` of ${progress.total}`;
  return `, ${progress.progress}${of}`;
}

function complaintAbout(params: string): string | undefined {
  try {
    const read: unknown = JSON.parse(params);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return undefined;
    return 'The parameters must be a JSON object.';
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}`;
  }
}
