/** One server: how it is, what was last wrong with it, and what can be done. */
import { type ReactNode, useState } from 'react';
import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { bytes, count, millis } from '../format.ts';
import { Badge } from '../parts/Badge.tsx';
import { Button, buttonClass } from '../parts/Button.tsx';
import { classes } from '../parts/class.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Text } from '../parts/Text.tsx';
import { to } from '../route.ts';
import { LastFault } from './LastFault.tsx';
import { reached } from './reached.ts';
import { ServerActions } from './ServerActions.tsx';
import { SetupDialog } from './SetupDialog.tsx';
import { StateBadge } from './StateBadge.tsx';

const SHARING: Readonly<Record<ServerView['sharing'], string>> = {
  session: 'one link a session',
  principal: 'one link a caller',
  shared: 'one link for all',
};

export function ServerCard({
  server,
  put,
  isChosen,
}: {
  readonly server: ServerView;
  readonly put: (server: ServerView) => void;
  /** The one that the address names. */
  readonly isChosen: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  const { name, description, kind, era, sharing, state, reason, lastFault } = server;
  return (
    <article
      aria-label={`Server ${name}`}
      className={classes(
        'flex min-w-0 flex-col gap-3 rounded-lg border bg-panel p-4',
        isChosen ? 'border-accent' : 'border-line',
      )}
    >
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="min-w-0 text-lg font-semibold">
          <Text value={name} max={80} />
        </h2>
        <StateBadge state={state} />
      </div>
      {description !== undefined && (
        <p className="text-soft">
          <Text value={description} max={200} canGrow />
        </p>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Badge>{kind}</Badge>
        <Badge>era: {era}</Badge>
        <Badge>{SHARING[sharing]}</Badge>
        {server.isKeyed && <Badge tone="violet">key needed</Badge>}
      </div>
      {reason !== undefined && state !== 'up' && reason !== lastFault?.message && (
        <p>
          <Text value={reason} canGrow />
        </p>
      )}
      {lastFault && <LastFault fault={lastFault} isCurrent={state === 'backoff' || state === 'failed'} />}
      <Numbers server={server} />
      <Address url={reached(server.endpoints.mcp)} />
      <div className="mt-auto flex flex-wrap gap-2 pt-1">
        <Button look="primary" size="small" onClick={() => setOpen(true)}>
          Connect a client
        </Button>
        <a href={to(['playground', name])} className={buttonClass('plain', 'small')}>
          Try it
        </a>
        <a href={to(['sessions'], { server: name })} className={buttonClass('plain', 'small')}>
          Sessions
        </a>
        <ServerActions server={server} put={put} />
      </div>
      <SetupDialog server={server} isOpen={isOpen} onClose={() => setOpen(false)} />
    </article>
  );
}

function Numbers({ server }: { readonly server: ServerView }) {
  const { sessions, links, inFlight, calls, errors, p50, p95, restarts, processes, memoryBytes } = server;
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-x-3 gap-y-2">
      <One name="Sessions">{count(sessions)}</One>
      <One name="Links">{count(links)}</One>
      <One name="In flight">{count(inFlight)}</One>
      <One name="Calls">{count(calls)}</One>
      <One name="Failed">
        <span className={errors > 0 ? 'text-bad' : undefined}>{count(errors)}</span>
      </One>
      <One name="p50 / p95">
        {millis(p50)} / {millis(p95)}
      </One>
      <One name="Restarts">{count(restarts)}</One>
      {processes !== undefined && <One name="Processes">{count(processes)}</One>}
      {memoryBytes !== undefined && <One name="Memory">{bytes(memoryBytes)}</One>}
    </dl>
  );
}

function One({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="font-medium whitespace-nowrap">{children}</dd>
    </div>
  );
}

function Address({ url }: { readonly url: string }) {
  return (
    <div className="flex items-center justify-between gap-2 rounded-md bg-raised py-1 pr-1 pl-2.5">
      <span className="min-w-0 truncate font-mono text-sm">
        <Text value={url} max={200} />
      </span>
      <CopyButton text={url} what="the address" look="quiet" />
    </div>
  );
}
