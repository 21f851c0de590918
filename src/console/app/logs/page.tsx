/** What the gateway says, as it says it. */
import { useDeferredValue, useMemo, useState } from 'react';
import { count, many } from '../format.ts';
import type { PageProps } from '../pages.ts';
import { Button } from '../parts/Button.tsx';
import { Card } from '../parts/Card.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Input } from '../parts/Input.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Select } from '../parts/Select.tsx';
import { setQuery } from '../route.ts';
import { isShown, type Level, LEVELS } from './lines.ts';
import { LogList } from './LogList.tsx';
import { useLogs } from './use-logs.ts';

const OPTIONS = LEVELS.map((level) => ({ value: level, label: `${level} and worse` }));
/** Put on the clipboard at most. */
const MOST_COPIED = 1_000;

export default function Page({ query }: PageProps) {
  const [isPaused, setPaused] = useState(false);
  const { lines, missed, left, problem, isLoading, reload } = useLogs(isPaused);
  const level = LEVELS.find((level) => level === query.get('level')) ?? 'trace';
  const find = query.get('find') ?? '';
  const words = useDeferredValue(find);
  const shown = useMemo(() => lines.filter((line) => isShown(line, level, words)), [lines, level, words]);
  const set = (next: { level?: Level; find?: string }) => setQuery({ level, find, ...next });
  const copied = () =>
    shown
      .slice(-MOST_COPIED)
      .map(({ at, level, message, fields }) => JSON.stringify({ at, level, message, ...fields }))
      .join('\n');

  return (
    <>
      <PageHead
        title="Logs"
        actions={
          <>
            <Input
              type="search"
              aria-label="Find in the lines"
              placeholder="Find"
              data-filter
              className="w-52 max-w-full"
              value={find}
              onChange={(event) => set({ find: event.target.value })}
            />
            <Select
              aria-label="Level"
              options={OPTIONS}
              value={level}
              onChange={(value) => set({ level: value as Level })}
            />
            <Button aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
              <Icon name={isPaused ? 'play' : 'pause'} />
              {isPaused ? 'Paused' : 'Pause'}
            </Button>
            <CopyButton text={copied} what="the lines shown" size="normal" />
          </>
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {isLoading && lines.length === 0 && !problem && <Loading />}
      {!isLoading && lines.length === 0 && <Empty title="Nothing was said yet." />}
      {lines.length > 0 && (
        <Card isFlush>
          <LogList lines={shown} isPaused={isPaused} />
          {shown.length === 0 && <Empty title="No line fits the filter." />}
          <p className="flex flex-wrap gap-x-4 border-t border-line px-4 py-2 text-sm text-soft">
            <span>
              {shown.length === lines.length
                ? many(lines.length, 'line')
                : `${count(shown.length)} of ${many(lines.length, 'line')}`}
            </span>
            {missed > 0 && (
              <span className="text-warn">{many(missed, 'line')} came faster than they could be shown</span>
            )}
            {left > 0 && <span>{many(left, 'older line')} let go of; all of them are in the log itself</span>}
            {isPaused && <span>Lines that come now are shown when you go on</span>}
          </p>
        </Card>
      )}
    </>
  );
}
