import { useMemo, useState } from 'react';
import type { SessionView } from '../../../edges/admin/contract/session.ts';
import { many, span } from '../format.ts';
import { useNow } from '../now.ts';
import { Badge } from '../parts/Badge.tsx';
import { Button } from '../parts/Button.tsx';
import { Card } from '../parts/Card.tsx';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { RelativeTime } from '../parts/RelativeTime.tsx';
import { type Column, Table } from '../parts/Table.tsx';
import { Text } from '../parts/Text.tsx';
import { setQuery, to } from '../route.ts';
import { CloseSession } from './CloseSession.tsx';
import { filterIn, fitsFilter, queryOf } from './session-filter.ts';
import { SessionFilters } from './SessionFilters.tsx';
import { useSessions } from './use-sessions.ts';

/** Rows at once: more are one click away. */
const ROWS = 100;

export function SessionsList({ query }: { readonly query: URLSearchParams }) {
  const { data, problem, reload } = useSessions();
  const [closing, setClosing] = useState<SessionView>();
  const [rows, setRows] = useState(ROWS);
  const filter = useMemo(() => filterIn(query), [query]);
  const found = useMemo(
    () => data?.sessions.filter((session) => fitsFilter(session, filter)) ?? [],
    [data, filter],
  );
  return (
    <>
      <PageHead
        title="Sessions"
        description="Who is connected, to what, and what passes between them."
        actions={
          <a className="text-accent underline" href={to(['sessions', 'modern'])}>
            Modern requests
          </a>
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading what="Asking for sessions" />}
      {data && (
        <>
          <SessionFilters
            sessions={data.sessions}
            filter={filter}
            onChange={(next) => setQuery(queryOf(next))}
          />
          <p role="status" className="mb-2 text-soft">
            {many(data.open, 'session')} open, {found.length === data.sessions.length ? 'all' : found.length}{' '}
            of {data.sessions.length} known shown
          </p>
          <Card isFlush>
            {found.length === 0 ? (
              <Empty title={data.sessions.length === 0 ? 'Nobody is connected.' : 'No session fits.'}>
                {data.sessions.length === 0
                  ? 'Connect a client to one of the servers, and it appears here.'
                  : 'Choose less above, or look at those that have ended, too.'}
              </Empty>
            ) : (
              <Table
                label="Sessions"
                columns={columns(setClosing)}
                rows={found.slice(0, rows)}
                keyOf={({ id }) => id}
              />
            )}
          </Card>
          {found.length > rows && (
            <Button className="mt-3" onClick={() => setRows(rows + ROWS * 5)}>
              Show more ({found.length - rows} left)
            </Button>
          )}
        </>
      )}
      <CloseSession session={closing} onClose={() => setClosing(undefined)} />
    </>
  );
}

function columns(close: (session: SessionView) => void): readonly Column<SessionView>[] {
  return [
    { id: 'id', head: 'Session', cell: Name },
    { id: 'server', head: 'Server', cell: ({ server }) => <Text value={server} max={60} /> },
    { id: 'client', head: 'Client', cell: Client },
    {
      id: 'caller',
      head: 'Caller',
      isWide: true,
      cell: ({ principal }) => <Text value={principal} max={60} />,
    },
    { id: 'dialect', head: 'Dialect', isWide: true, cell: ({ dialect }) => dialect },
    { id: 'state', head: 'State', cell: (session) => <SessionState session={session} /> },
    {
      id: 'seen',
      head: 'Last seen',
      isNumber: true,
      isWide: true,
      cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
    },
    { id: 'age', head: 'Age', isNumber: true, isWide: true, cell: (session) => <Age session={session} /> },
    {
      id: 'close',
      head: <span className="sr-only">Actions</span>,
      isNumber: true,
      cell: (session) =>
        session.closedAt === undefined && (
          <Button
            size="small"
            look="quiet"
            aria-label={`Close session ${session.id}`}
            onClick={() => close(session)}
          >
            Close
          </Button>
        ),
    },
  ];
}

function Name({ id }: SessionView) {
  return (
    <a className="font-mono text-accent underline" href={to(['sessions', id])}>
      <Text value={id} max={40} />
    </a>
  );
}

function Client({ client, userAgent }: SessionView) {
  if (client) return <Text value={`${client.name} ${client.version}`} max={60} />;
  return userAgent === undefined ? (
    <span className="text-soft">unknown</span>
  ) : (
    <Text value={userAgent} max={60} />
  );
}

export function SessionState({ session }: { readonly session: SessionView }) {
  if (session.closedAt !== undefined) return <Badge>ended</Badge>;
  const { inFlight } = session;
  return (
    <Badge tone="good" hasDot>
      {inFlight > 0 ? `open, ${inFlight} in flight` : 'open'}
    </Badge>
  );
}

function Age({ session: { openedAt, closedAt } }: { readonly session: SessionView }) {
  const now = useNow();
  return <span className="whitespace-nowrap">{span(Math.max(0, (closedAt ?? now) - openedAt))}</span>;
}
