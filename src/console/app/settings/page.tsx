/** The configuration in force with where each value came from, and how the console itself looks. */
import { useMemo } from 'react';
import type { Setting } from '../../../edges/admin/contract/overview.ts';
import { api } from '../api.ts';
import { auth } from '../auth.ts';
import { ThemeSwitch } from '../frame/ThemeSwitch.tsx';
import type { PageProps } from '../pages.ts';
import { Badge, type Tone } from '../parts/Badge.tsx';
import { Card } from '../parts/Card.tsx';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Input } from '../parts/Input.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { RelativeTime } from '../parts/RelativeTime.tsx';
import { Select } from '../parts/Select.tsx';
import { type Column, Table } from '../parts/Table.tsx';
import { Text } from '../parts/Text.tsx';
import { setQuery } from '../route.ts';
import { areShortcutsOn, setShortcuts } from '../shortcuts.ts';
import { useStore } from '../store.ts';
import { useAsked } from '../use-asked.ts';

const SOURCES = [
  { value: '', label: 'All values' },
  { value: 'set', label: 'Only what was set' },
];

const TONES: Readonly<Record<Setting['source']['kind'], Tone>> = {
  flag: 'violet',
  environment: 'accent',
  file: 'good',
  default: 'plain',
};

const COLUMNS: readonly Column<Setting>[] = [
  {
    id: 'path',
    head: 'Setting',
    className: 'font-mono text-sm min-w-40',
    cell: ({ path }) => <Text value={path} max={200} />,
  },
  {
    id: 'value',
    head: 'Value',
    className: 'font-mono text-sm min-w-32',
    cell: ({ value }) => <Text value={JSON.stringify(value) ?? 'none'} max={200} canGrow />,
  },
  {
    id: 'source',
    head: 'From',
    cell: ({ source: { kind, where } }) => (
      <span className="flex flex-wrap items-baseline gap-1.5">
        <Badge tone={TONES[kind]}>{kind}</Badge>
        {kind !== 'default' && (
          <span className="text-sm text-soft">
            <Text value={where} max={120} />
          </span>
        )}
      </span>
    ),
  },
];

export default function Page({ query }: PageProps) {
  const { data, problem, reload } = useAsked((signal) => api.config(signal));
  const find = query.get('find') ?? '';
  const only = query.get('only') ?? '';
  const rows = useMemo(() => matching(data?.settings ?? [], find, only), [data, find, only]);
  return (
    <>
      <PageHead title="Settings" />
      <div className="flex flex-col gap-4">
        <Card title="This console">
          <Own />
        </Card>
        <Card
          title="The gateway’s configuration, as in force"
          isFlush
          actions={
            <>
              <Input
                type="search"
                aria-label="Find a setting"
                placeholder="Find a setting"
                data-filter
                className="w-52 max-w-full"
                value={find}
                onChange={(event) => setQuery({ find: event.target.value, only })}
              />
              <Select
                aria-label="Which values"
                options={SOURCES}
                value={only}
                onChange={(next) => setQuery({ find, only: next })}
              />
            </>
          }
        >
          {problem && <ErrorNote problem={problem} onRetry={reload} />}
          {!data && !problem && <Loading />}
          {data && rows.length === 0 && <Empty title="No setting fits the filter." />}
          {rows.length > 0 && (
            <Table label="Settings" columns={COLUMNS} rows={rows} keyOf={({ path }) => path} />
          )}
        </Card>
      </div>
    </>
  );
}

function Own() {
  const areOn = useStore(areShortcutsOn);
  const now = useStore(auth);
  return (
    <div className="flex flex-wrap items-center gap-x-8 gap-y-3">
      <div className="flex items-center gap-3">
        Theme
        <div className="w-36">
          <ThemeSwitch />
        </div>
      </div>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4"
          checked={areOn}
          onChange={(event) => setShortcuts(event.target.checked)}
        />
        Single keys do something (? shows which)
      </label>
      {now.phase === 'in' && now.me.expiresAt !== undefined && (
        <p className="text-soft">
          The sign-in ends <RelativeTime at={now.me.expiresAt} />
        </p>
      )}
    </div>
  );
}

function matching(settings: readonly Setting[], find: string, only: string): Setting[] {
  const words = find.trim().toLowerCase();
  return settings.filter(
    ({ path, value, source }) =>
      (only === '' || source.kind !== 'default') &&
      (words === '' || `${path} ${JSON.stringify(value)} ${source.where}`.toLowerCase().includes(words)),
  );
}
