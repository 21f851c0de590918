/** All servers behind the gateway. */
import { useEffect, useMemo } from 'react';
import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { many } from '../format.ts';
import type { PageProps } from '../pages.ts';
import { Empty } from '../parts/Empty.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Input } from '../parts/Input.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Select } from '../parts/Select.tsx';
import { setQuery } from '../route.ts';
import { ServerCard } from './ServerCard.tsx';
import { useServers } from './use-servers.ts';

/** More cards make a page slow; the filter finds the others. */
const MOST_SHOWN = 200;

const STATES = [
  { value: '', label: 'All states' },
  { value: 'well', label: 'Up or idle' },
  { value: 'sick', label: 'Not well' },
  { value: 'disabled', label: 'Disabled' },
];

export default function Page({ rest: [chosen], query }: PageProps) {
  const { servers, problem, reload, put } = useServers();
  const words = query.get('find') ?? '';
  const state = query.get('state') ?? '';
  const found = useMemo(() => matching(servers ?? [], words, state), [servers, words, state]);
  const isThere = chosen !== undefined && servers?.some(({ name }) => name === chosen) === true;
  useEffect(() => {
    if (!isThere) return;
    document.querySelector(`[data-server="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: 'center' });
  }, [isThere, chosen]);

  return (
    <>
      <PageHead
        title="Servers"
        description={servers && summaryOf(servers)}
        actions={
          <>
            <Input
              type="search"
              aria-label="Find a server"
              placeholder="Find a server"
              data-filter
              className="w-52 max-w-full"
              value={words}
              onChange={(event) => setQuery({ find: event.target.value, state })}
            />
            <Select
              aria-label="State"
              options={STATES}
              value={state}
              onChange={(next) => setQuery({ find: words, state: next })}
            />
          </>
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!servers && !problem && <Loading />}
      {chosen !== undefined && servers && !isThere && (
        <Empty title="There is no such server.">It may have been taken out of the configuration.</Empty>
      )}
      {servers?.length === 0 && (
        <Empty title="No servers yet.">
          Add one to <code className="font-mono">mcpServers</code> in the configuration.
        </Empty>
      )}
      {servers && servers.length > 0 && found.length === 0 && <Empty title="No server fits the filter." />}
      <div className="grid gap-4 [grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr))]">
        {found.slice(0, MOST_SHOWN).map((server) => (
          <div key={server.name} data-server={server.name} className="grid min-w-0">
            <ServerCard server={server} put={put} isChosen={server.name === chosen} />
          </div>
        ))}
      </div>
      {found.length > MOST_SHOWN && (
        <p className="mt-4 text-soft">{many(found.length - MOST_SHOWN, 'more server')}: find them by name.</p>
      )}
    </>
  );
}

function matching(servers: readonly ServerView[], words: string, state: string): ServerView[] {
  const wanted = words.trim().toLowerCase();
  return servers.filter((server) => {
    const text = `${server.name} ${server.description ?? ''} ${server.kind}`.toLowerCase();
    return text.includes(wanted) && (state === '' || groupOf(server) === state);
  });
}

function groupOf({ state }: ServerView): string {
  if (state === 'disabled') return 'disabled';
  return state === 'backoff' || state === 'failed' ? 'sick' : 'well';
}

function summaryOf(servers: readonly ServerView[]): string {
  const sick = servers.filter((server) => groupOf(server) === 'sick').length;
  return sick === 0 ? many(servers.length, 'server') : `${many(servers.length, 'server')}, ${sick} not well`;
}
