/** The playground: any tool, prompt or resource of any server, run as a client would. */
import { useEffect } from 'react';
import { api } from '../api.ts';
import type { PageProps } from '../pages.ts';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { go } from '../route.ts';
import { useAsked } from '../use-asked.ts';
import { Desk } from './views/Desk.tsx';
import { workbench } from './runs/here.ts';
import { ServerChoice } from './views/ServerPicker.tsx';

const DESCRIPTION = 'Try any tool, prompt or resource of any server.';

export default function Page({ rest }: PageProps) {
  const { data, problem, reload } = useAsked((signal) => api.servers(signal));
  const servers = data?.servers;
  const [server, kind, key] = rest;
  useEffect(() => workbench.look(server), [server]);
  useEffect(() => () => workbench.look(undefined), []);
  const only = servers?.length === 1 ? servers[0]?.name : undefined;
  useEffect(() => {
    if (server === undefined && only !== undefined) go(['playground', only]);
  }, [server, only]);

  if (server !== undefined) return <Desk server={server} servers={servers ?? []} kind={kind} itemKey={key} />;
  return (
    <>
      <PageHead title="Playground" description={DESCRIPTION} />
      {problem && !servers && <ErrorNote problem={problem} onRetry={reload} />}
      {!problem && !servers && <Loading />}
      {servers && <ServerChoice servers={servers} />}
    </>
  );
}
