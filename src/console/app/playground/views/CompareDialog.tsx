/** Two runs side by side: their arguments, and what they gave. */
import { useMemo } from 'react';
import { many, millis, moment } from '../../format.ts';
import { Dialog } from '../../parts/Dialog.tsx';
import { Text } from '../../parts/Text.tsx';
import { classes } from '../../parts/class.ts';
import { compare, type Row } from '../runs/compare.ts';
import { millisOf, type Run } from '../runs/run.ts';
import { STATES } from './RunView.tsx';

interface Pair {
  readonly left: Run;
  readonly right: Run;
}

export function CompareDialog({
  isOpen,
  onClose,
  left,
  right,
}: Pair & { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Two runs" width="wide">
      <div className="grid grid-cols-2 gap-3 text-sm">
        <About run={left} />
        <About run={right} />
      </div>
      <Part title="Arguments" left={left.arguments} right={right.arguments} />
      <Part title="Results" left={givenBy(left)} right={givenBy(right)} />
    </Dialog>
  );
}

function About({ run }: { readonly run: Run }) {
  return (
    <p className="min-w-0">
      <span className="font-medium">
        <Text value={run.title || run.name} max={80} />
      </span>
      <br />
      <Text value={run.server} max={60} /> · {STATES[run.state][0]} · {millis(millisOf(run, run.startedAt))}
      <br />
      {moment(run.startedAt)}
    </p>
  );
}

function givenBy({ result, failure, resultGone }: Run): unknown {
  return failure ?? result ?? resultGone ?? null;
}

function Part({
  title,
  left,
  right,
}: {
  readonly title: string;
  readonly left: unknown;
  readonly right: unknown;
}) {
  const { rows, differences, isCut } = useMemo(() => compare(textOf(left), textOf(right)), [left, right]);
  const told = differences === 0 ? 'the same' : many(differences, 'different line');
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="font-medium">
        {title} <span className="font-normal text-soft">({told})</span>
      </h3>
      {isCut && <p className="text-sm text-warn">Only their beginnings are compared: they are long.</p>}
      <div
        className="overflow-x-auto rounded-md border border-line"
        tabIndex={0}
        role="group"
        aria-label={`${title}, line by line`}
      >
        <table className="w-full table-fixed border-collapse font-mono text-xs">
          <caption className="sr-only">{title}, the earlier run on the left</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Earlier</th>
              <th scope="col">Later</th>
            </tr>
          </thead>
          <tbody>
            {folded(rows).map((row, index) =>
              typeof row === 'number' ? (
                <tr key={index}>
                  <td colSpan={2} className="bg-raised px-2 py-0.5 text-soft">
                    {many(row, 'line')} the same
                  </td>
                </tr>
              ) : (
                <tr key={index}>
                  <Line text={row.left} isSame={row.isSame} side="left" />
                  <Line text={row.right} isSame={row.isSame} side="right" />
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Line({
  text,
  isSame,
  side,
}: {
  readonly text: string | undefined;
  readonly isSame: boolean;
  readonly side: 'left' | 'right';
}) {
  const isMarked = !isSame && text !== undefined;
  const ground = side === 'left' ? 'bg-bad-ground' : 'bg-good-ground';
  return (
    <td className={classes('px-2 py-0.5 align-top whitespace-pre-wrap', isMarked && ground)}>
      {isMarked && (
        <span aria-label="different" role="img">
          {side === 'left' ? '− ' : '+ '}
        </span>
      )}
      {text !== undefined && <Text value={text} max={500} hasLines isMono />}
    </td>
  );
}

function textOf(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'nothing';
}

/** Lines around a difference that are shown. */
const AROUND = 3;

/** Long stretches that are the same, as how many lines they are. */
function folded(rows: readonly Row[]): (Row | number)[] {
  const isNear = (at: number) =>
    rows.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ isSame }) => !isSame);
  const out: (Row | number)[] = [];
  rows.forEach((row, at) => {
    if (isNear(at)) return void out.push(row);
    const last = out.at(-1);
    if (typeof last === 'number') out[out.length - 1] = last + 1;
    else out.push(1);
  });
  return out;
}
