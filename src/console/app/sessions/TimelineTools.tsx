import { count } from '../format.ts';
import { Button } from '../parts/Button.tsx';
import { Field } from '../parts/Field.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Input } from '../parts/Input.tsx';
import { Select } from '../parts/Select.tsx';
import { download, harOf, ndjsonOf } from './export.ts';
import { type Kind, KINDS, type TimelineFilter, type Way, WAYS } from './filter.ts';
import type { Entry, Picture } from './timeline.ts';

/** What is done with a timeline: searched, sorted out, held, taken home. */
export function TimelineTools({
  picture,
  filter,
  onFilter,
  shown,
  session,
  onPause,
}: {
  readonly picture: Picture;
  readonly filter: TimelineFilter;
  readonly onFilter: (filter: TimelineFilter) => void;
  readonly shown: readonly Entry[];
  readonly session: string;
  readonly onPause: (isPaused: boolean) => void;
}) {
  const { isPaused, waiting, entries } = picture;
  const messages = () => shown.filter((entry) => entry.kind !== 'gap');
  const name = `sluice-${session === '' ? 'modern' : session.replace(/[^\w-]/g, '_')}`;
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Field label="Search messages" isLabelHidden className="min-w-48 flex-1">
        {(control) => (
          <Input
            {...control}
            type="search"
            data-filter
            placeholder="Search method, target or content…"
            value={filter.search}
            onChange={(event) => onFilter({ ...filter, search: event.target.value })}
          />
        )}
      </Field>
      <Field label="Kind of messages" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            value={filter.kind}
            options={KINDS}
            onChange={(kind) => onFilter({ ...filter, kind: kind as Kind })}
          />
        )}
      </Field>
      <Field label="Direction" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            value={filter.way}
            options={WAYS}
            onChange={(way) => onFilter({ ...filter, way: way as Way })}
          />
        )}
      </Field>
      <Button aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
        <Icon name={isPaused ? 'play' : 'pause'} />
        {isPaused ? `Go on${waiting > 0 ? ` (${count(waiting)} waiting)` : ''}` : 'Pause'}
      </Button>
      <Button onClick={() => download(`${name}.ndjson`, 'application/x-ndjson', ndjsonOf(messages()))}>
        <Icon name="download" />
        NDJSON
      </Button>
      <Button onClick={() => download(`${name}.json`, 'application/json', harOf(messages(), session))}>
        <Icon name="download" />
        JSON log
      </Button>
      <span className="text-sm text-soft">
        {shown.length === entries.length
          ? count(entries.length)
          : `${count(shown.length)} of ${count(entries.length)}`}{' '}
        messages
      </span>
    </div>
  );
}
