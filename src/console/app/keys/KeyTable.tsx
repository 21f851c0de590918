import type { KeyView } from '../../../edges/admin/contract/keys.ts';
import { plain } from '../foreign.ts';
import { date } from '../format.ts';
import { Badge, type Tone } from '../parts/Badge.tsx';
import { Button } from '../parts/Button.tsx';
import { RelativeTime } from '../parts/RelativeTime.tsx';
import { type Column, Table } from '../parts/Table.tsx';
import { Text } from '../parts/Text.tsx';

const TONES: Readonly<Record<KeyView['state'], Tone>> = {
  active: 'good',
  expired: 'warn',
  revoked: 'plain',
  broken: 'bad',
};

/** The keys, those that work first. */
export function KeyTable({
  keys,
  onRevoke,
}: {
  readonly keys: readonly KeyView[];
  readonly onRevoke: (key: KeyView) => void;
}) {
  const rows = keys.toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
  return (
    <Table label="Keys" columns={columns(onRevoke)} rows={rows} keyOf={({ id, from }) => `${from} ${id}`} />
  );
}

function columns(onRevoke: (key: KeyView) => void): Column<KeyView>[] {
  return [
    {
      id: 'name',
      head: 'Name',
      className: 'min-w-32',
      cell: ({ name, id }) => (
        <>
          <span className="font-medium">
            <Text value={name} max={64} />
          </span>
          <br />
          <span className="font-mono text-xs text-soft">
            <Text value={id} max={40} />
          </span>
        </>
      ),
    },
    { id: 'state', head: 'State', cell: ({ state }) => <Badge tone={TONES[state]}>{state}</Badge> },
    {
      id: 'scope',
      head: 'May use',
      className: 'min-w-40',
      cell: ({ scope, projects }) => (
        <>
          <Text value={scope} max={200} />
          {projects.length > 0 && (
            <span className="block text-soft">
              in <Text value={projects.join(', ')} max={200} />
            </span>
          )}
        </>
      ),
    },
    { id: 'created', head: 'Made', isWide: true, cell: ({ created }) => <Day at={created} /> },
    {
      id: 'lastUsed',
      head: 'Last used',
      isWide: true,
      cell: ({ lastUsed }) => (lastUsed === undefined ? <None /> : <RelativeTime at={lastUsed} />),
    },
    {
      id: 'ends',
      head: 'Ends',
      isWide: true,
      cell: ({ expires, revoked }) => <Day at={revoked ?? expires} />,
    },
    {
      id: 'actions',
      head: <span className="sr-only">What can be done</span>,
      cell: (key) => <Action entry={key} onRevoke={onRevoke} />,
    },
  ];
}

function Action({ entry, onRevoke }: { readonly entry: KeyView; readonly onRevoke: (key: KeyView) => void }) {
  if (entry.from === 'configuration') return <span className="text-sm text-soft">in the configuration</span>;
  if (entry.state === 'revoked') return null;
  return (
    <Button size="small" aria-label={`Revoke ${plain(entry.name, 60)}`} onClick={() => onRevoke(entry)}>
      Revoke
    </Button>
  );
}

function Day({ at }: { readonly at: number | undefined }) {
  return at === undefined ? <None /> : <span className="whitespace-nowrap">{date(at)}</span>;
}

function None() {
  return <span className="text-soft">–</span>;
}
