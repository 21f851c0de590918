/** Who did what, as the audit trail keeps it; the newest first. */
import { useState } from 'react';
import type { AuditPage, AuditRowView } from '../../../edges/admin/contract/audit.ts';
import { api } from '../api.ts';
import { many } from '../format.ts';
import type { PageProps } from '../pages.ts';
import { Button } from '../parts/Button.tsx';
import { Card } from '../parts/Card.tsx';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { asProblem, type Problem } from '../problem.ts';
import { useAsked } from '../use-asked.ts';
import { AuditFilter, filterOf, queryOf } from './AuditFilter.tsx';
import { AuditTable } from './AuditTable.tsx';

const PAGE_ROWS = 100;
/** Rows in the page: older ones are found by a filter. */
const MOST_ROWS = 2_000;

interface Older {
  /** What they come after. */
  readonly of: AuditPage;
  readonly rows: readonly AuditRowView[];
  readonly before: number | undefined;
}

export default function Page({ query }: PageProps) {
  const filter = filterOf(query);
  const key = JSON.stringify(filter);
  const ask = (before?: number, signal?: AbortSignal) =>
    api.audit({ ...queryOf(filter), before, limit: PAGE_ROWS }, signal);
  const { data, problem, reload, isLoading } = useAsked((signal) => ask(undefined, signal), key);
  const [older, setOlder] = useState<Older>();
  const [failure, setFailure] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);

  const more = older && older.of === data ? older : undefined;
  const rows = [...(data?.rows ?? []), ...(more?.rows ?? [])];
  const before = more ? more.before : data?.before;
  const loadOlder = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const page = await ask(before);
      if (data) setOlder({ of: data, rows: [...(more?.rows ?? []), ...page.rows], before: page.before });
    } catch (error) {
      setFailure(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead
        title="Audit"
        description="Each call of a client: who made it, of what, and how it ended."
        actions={
          <Button onClick={reload} isBusy={isLoading}>
            <Icon name="restart" />
            Newest
          </Button>
        }
      />
      {data?.enabled !== false && <AuditFilter filter={filter} />}
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading />}
      {data && !data.enabled && <Off />}
      {data?.enabled && (
        <Card isFlush>
          {rows.length === 0 ? (
            <Empty title={key === '{}' ? 'Nothing was called yet.' : 'Nothing fits the filter.'} />
          ) : (
            <AuditTable rows={rows} />
          )}
          <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
            <p role="status" className="text-soft">
              {many(rows.length, 'row')}
              {before === undefined ? ', no older ones' : ''}
            </p>
            {failure && <ErrorNote problem={failure} />}
            {before !== undefined && rows.length < MOST_ROWS && (
              <Button size="small" isBusy={isBusy} onClick={() => void loadOlder()}>
                Older
              </Button>
            )}
            {before !== undefined && rows.length >= MOST_ROWS && (
              <p className="text-soft">There are older ones: narrow the filter to see them.</p>
            )}
          </div>
        </Card>
      )}
    </>
  );
}

function Off() {
  return (
    <Card>
      <Empty title="The audit trail is off.">
        <p>
          Put this into the configuration and start the gateway anew;{' '}
          <code className="font-mono">sluice audit</code> shows the same in a terminal.
        </p>
        <pre className="mt-3 inline-block rounded-md border border-line bg-ground px-4 py-2 text-left font-mono text-sm text-ink">
          {'"audit": { "enabled": true }'}
        </pre>
      </Empty>
    </Card>
  );
}
