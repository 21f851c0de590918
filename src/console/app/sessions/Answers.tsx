import { useMemo } from 'react';
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import { millis } from '../format.ts';
import { Badge } from '../parts/Badge.tsx';
import { classes } from '../parts/class.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Text } from '../parts/Text.tsx';
import { type Json, readJson, written } from './json.ts';
import type { Outcome } from './replay.ts';

/** Lines of an answer that are shown; the rest is copied. */
const LINES = 400;

/** What was answered then, and now; lines that the other has not are marked. */
export function Answers({
  before,
  after,
}: {
  readonly before: MessageView | undefined;
  readonly after: Outcome | undefined;
}) {
  const then = useMemo(() => (before?.payload === undefined ? undefined : bodyOf(before.payload)), [before]);
  const now = useMemo(() => (after ? laidOut(after.text) : undefined), [after]);
  const isSame = then !== undefined && now !== undefined && then === now;
  return (
    <div className="flex flex-col gap-2">
      {then !== undefined && now !== undefined && (
        <p role="status">
          <Badge tone={isSame ? 'good' : 'warn'}>{isSame ? 'The same answer' : 'Another answer'}</Badge>
        </p>
      )}
      <div className="grid gap-3 md:grid-cols-2">
        <Side
          title={before?.ms === undefined ? 'Then' : `Then, after ${millis(before.ms)}`}
          text={then}
          other={now}
        />
        <Side title={after ? `Now, after ${millis(after.ms)}` : 'Now'} text={now} other={then} />
      </div>
    </div>
  );
}

function Side({
  title,
  text,
  other,
}: {
  readonly title: string;
  readonly text: string | undefined;
  readonly other: string | undefined;
}) {
  const lines = text?.split('\n') ?? [];
  const known = other === undefined ? undefined : new Set(other.split('\n').map(bare));
  return (
    <section aria-label={title} className="min-w-0 rounded-md border border-line p-2">
      <div className="mb-1 flex items-center justify-between gap-2">
        <h3 className="text-sm font-medium">{title}</h3>
        {text !== undefined && <CopyButton text={text} what={`the answer: ${title}`} />}
      </div>
      {text === undefined && <p className="text-soft">Nothing to show.</p>}
      <pre className="max-h-80 overflow-auto font-mono text-xs" tabIndex={text === undefined ? undefined : 0}>
        {lines.slice(0, LINES).map((line, at) => (
          <div
            key={at}
            className={classes(
              'whitespace-pre-wrap',
              known && !known.has(bare(line)) && 'bg-warn-ground text-warn',
            )}
          >
            <Text value={line} max={2_000} />
          </div>
        ))}
        {lines.length > LINES && <div className="text-soft">{lines.length - LINES} more lines</div>}
      </pre>
    </section>
  );
}

/** A comma more or less is no other line. */
function bare(line: string): string {
  return line.trim().replace(/,$/, '');
}

/** The result, or the error, of an answer. */
function bodyOf(payload: string): string {
  const read = readJson(payload) as { readonly result?: Json; readonly error?: Json } | undefined;
  const body = read?.result ?? read?.error;
  return body === undefined ? payload : written(body);
}

function laidOut(text: string): string {
  const read = readJson(text);
  return read === undefined ? text : written(read);
}
