import { useEffect, useState } from 'react';
import type { SessionDetail } from '../../../edges/admin/contract/session.ts';
import { api, part } from '../api.ts';
import { useLive } from '../live.ts';
import { Button } from '../parts/Button.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Text } from '../parts/Text.tsx';
import { to } from '../route.ts';
import { useAsked } from '../use-asked.ts';
import { CloseSession } from './CloseSession.tsx';
import { SessionFacts } from './SessionFacts.tsx';
import { SessionState } from './SessionsList.tsx';
import { TimelineView } from './TimelineView.tsx';
import { UnderWay } from './UnderWay.tsx';

/** Between two looks at a session that is open. */
const LOOK_MS = 3_000;

export function OneSession({ id }: { readonly id: string }) {
  const { data, problem, reload, change } = useAsked(
    (signal) => api.get<SessionDetail>(`sessions/${part(id)}`, {}, signal),
    id,
  );
  const [isClosing, setClosing] = useState(false);
  useLive(['sessions'], (event) => {
    if (event.event === 'session' && event.data.session.id === id)
      change((old) => ({ ...old, ...event.data.session }));
  });
  const isOpen = data !== undefined && data.closedAt === undefined;
  useEffect(() => {
    // What is in flight changes without a word.
    const timer = isOpen ? setInterval(reload, LOOK_MS) : undefined;
    return () => clearInterval(timer);
  }, [isOpen, reload]);
  return (
    <>
      <PageHead
        title={`Session ${id.slice(0, 40)}`}
        name={
          <span className="flex flex-wrap items-center gap-2">
            Session{' '}
            <span className="font-mono">
              <Text value={id} max={40} />
            </span>
            {data && <SessionState session={data} />}
          </span>
        }
        description={
          <a className="text-accent underline" href={to(['sessions'])}>
            All sessions
          </a>
        }
        actions={
          isOpen && (
            <Button look="danger" onClick={() => setClosing(true)}>
              Close the session
            </Button>
          )
        }
      />
      {problem && <ErrorNote problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading what="Asking for the session" />}
      {data && (
        <>
          <SessionFacts session={data} />
          <UnderWay session={data} />
          <TimelineView session={id} client={data.client?.name ?? 'client'} isOpen={isOpen} />
        </>
      )}
      <CloseSession session={isClosing ? data : undefined} onClose={() => setClosing(false)} />
    </>
  );
}
