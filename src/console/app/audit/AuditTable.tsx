import type { AuditRowView } from '../../../edges/admin/contract/audit.ts';
import { bytes, count, millis, moment } from '../format.ts';
import { Badge, type Tone } from '../parts/Badge.tsx';
import { type Column, Table } from '../parts/Table.tsx';
import { Text } from '../parts/Text.tsx';
import { to } from '../route.ts';

/** Whatever is none of these failed. */
const TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  repeated: 'good',
  asked: 'accent',
  tool_error: 'warn',
  cancelled: 'violet',
};

const COLUMNS: readonly Column<AuditRowView>[] = [
  { id: 'at', head: 'When', className: 'whitespace-nowrap', cell: ({ at }) => moment(at) },
  {
    id: 'outcome',
    head: 'Outcome',
    cell: ({ outcome, code, count: times }) => (
      <span className="whitespace-nowrap">
        <Badge tone={TONES[outcome] ?? 'bad'}>
          <Text value={outcome} max={40} />
          {code !== null && ` ${code}`}
        </Badge>
        {times > 1 && <span className="text-soft"> × {count(times)}</span>}
      </span>
    ),
  },
  {
    id: 'who',
    head: 'Caller',
    className: 'min-w-28',
    cell: ({ principal, address }) => <Caller principal={principal} address={address} />,
  },
  { id: 'server', head: 'Server', className: 'min-w-24', cell: ({ server }) => <Cell value={server} /> },
  {
    id: 'what',
    head: 'Call',
    className: 'min-w-48',
    cell: ({ method, target, arguments: given }) => (
      <>
        <Cell value={method} />{' '}
        {target !== null && (
          <span className="font-medium">
            <Text value={target} max={120} />
          </span>
        )}
        {given !== null && (
          <span className="block font-mono text-xs text-soft">
            <Text value={given} max={120} canGrow />
          </span>
        )}
      </>
    ),
  },
  {
    id: 'session',
    head: 'Session',
    isWide: true,
    className: 'whitespace-nowrap',
    cell: ({ session, dialect }) => (
      <>
        {session !== null && (
          <a href={to(['sessions', session], {}, '')} className="font-mono text-accent hover:underline">
            <Text value={session} max={16} />
          </a>
        )}
        {dialect !== null && (
          <span className="block text-xs text-soft">
            <Text value={dialect} max={40} />
          </span>
        )}
      </>
    ),
  },
  { id: 'ms', head: 'Took', isNumber: true, cell: ({ ms }) => millis(ms) },
  {
    id: 'bytes',
    head: 'In / out',
    isNumber: true,
    isWide: true,
    cell: ({ bytesIn, bytesOut }) => `${size(bytesIn)} / ${size(bytesOut)}`,
  },
];

export function AuditTable({ rows }: { readonly rows: readonly AuditRowView[] }) {
  return <Table label="Calls, the newest first" columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />;
}

/** By its name; what tells it from others of that name stands beneath. */
function Caller({ principal, address }: Pick<AuditRowView, 'principal' | 'address'>) {
  const [, name = principal, tie = ''] = /^(.+)(#[\w-]+)$/.exec(principal ?? '') ?? [];
  return (
    <>
      <Cell value={name} />
      <span className="block text-xs text-soft">
        <Text value={[tie, address ?? ''].filter((part) => part !== '').join(' ')} max={80} />
      </span>
    </>
  );
}

function Cell({ value }: { readonly value: string | null }) {
  return value === null ? <span className="text-soft">–</span> : <Text value={value} max={120} />;
}

function size(value: number | null): string {
  return value === null ? '–' : bytes(value);
}
