import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { count, millis } from '../format.ts';
import { type Column, Table } from '../parts/Table.tsx';
import { Text } from '../parts/Text.tsx';
import { to } from '../route.ts';
import { StateBadge } from '../servers/StateBadge.tsx';

const COLUMNS: readonly Column<ServerView>[] = [
  {
    id: 'name',
    head: 'Server',
    className: 'min-w-32',
    cell: ({ name }) => (
      <a href={to(['servers', name])} className="font-medium text-accent hover:underline">
        <Text value={name} max={60} />
      </a>
    ),
  },
  { id: 'state', head: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'sessions', head: 'Sessions', isNumber: true, cell: ({ sessions }) => count(sessions) },
  { id: 'calls', head: 'Calls', isNumber: true, cell: ({ calls }) => count(calls) },
  {
    id: 'errors',
    head: 'Failed',
    isNumber: true,
    cell: ({ errors }) => <span className={errors > 0 ? 'text-bad' : undefined}>{count(errors)}</span>,
  },
  { id: 'p95', head: 'p95', isNumber: true, isWide: true, cell: ({ p95 }) => millis(p95) },
];

export function ServerTable({ servers }: { readonly servers: readonly ServerView[] }) {
  return <Table label="Servers" columns={COLUMNS} rows={servers} keyOf={({ name }) => name} />;
}
