/** One server: what it offers, what is picked of it, and what ran. */
import { useEffect, useState } from 'react';
import type { ServerView } from '../../../../edges/admin/contract/server.ts';
import type { Item } from '../../mcp/items.ts';
import { notify } from '../../notices.ts';
import { Badge, type Tone } from '../../parts/Badge.tsx';
import { Button } from '../../parts/Button.tsx';
import { Card } from '../../parts/Card.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { PageHead } from '../../parts/PageHead.tsx';
import { Text } from '../../parts/Text.tsx';
import { classes } from '../../parts/class.ts';
import { go, to } from '../../route.ts';
import { useStore } from '../../store.ts';
import { draftKey, draftOf, setDraft } from '../runs/drafts.ts';
import { workbench } from '../runs/here.ts';
import type { Run } from '../runs/run.ts';
import { type Bench, MOST_RUNNING } from '../runs/workbench.ts';
import { judge } from '../schema/judge.ts';
import { Catalog } from './Catalog.tsx';
import { LogLevel } from './LogLevel.tsx';
import { ItemPane } from './ItemPane.tsx';
import { keyOf } from './item-key.ts';
import { QuestionCard } from './QuestionCard.tsx';
import { RootsDialog } from './RootsDialog.tsx';
import { RunList } from './RunList.tsx';
import { RunView } from './RunView.tsx';
import { ServerPicker } from './ServerPicker.tsx';

export function Desk({
  server,
  servers,
  kind,
  itemKey,
}: {
  readonly server: string;
  readonly servers: readonly ServerView[];
  readonly kind: string | undefined;
  readonly itemKey: string | undefined;
}) {
  const bench = useStore(workbench.bench);
  const runs = useStore(workbench.runs);
  const [shownId, setShown] = useState<string>();
  const [areRootsOpen, setRootsOpen] = useState(false);
  const item = bench && itemOf(bench, kind, itemKey);
  const shown =
    runs.find(({ id }) => id === shownId) ?? (item && runs.find((run) => isOf(run, server, item)));
  useEffect(() => setShown(undefined), [kind, itemKey, server]);

  const start = (args: unknown, of: Item, at = server) => {
    const target = { server: at, kind: of.kind, name: of.name, title: of.title, arguments: args };
    const id = workbench.run(target, of.raw['inputSchema']);
    if (id === undefined) notify('bad', `${MOST_RUNNING} things run already: wait for one, or cancel it.`);
    else setShown(id);
  };
  const actions = {
    onCancel: (run: Run) => workbench.cancel(run.id),
    onAgain: (run: Run) => start(run.arguments, asItem(run, bench), run.server),
    onEdit: (run: Run) => edit(run, bench),
    onOpen: (uri: string) =>
      start({}, { kind: 'resource', name: uri, title: '', description: '', raw: {} }, shown?.server),
  };
  return (
    <>
      <PageHead
        title="Playground"
        actions={
          <>
            <LinkBadge bench={bench} />
            {bench && <LogLevel key={server} bench={bench} />}
            <ServerPicker servers={servers} server={server} />
            <Button size="small" onClick={() => workbench.reload()}>
              <Icon name="restart" />
              Reload
            </Button>
            <Button size="small" onClick={() => setRootsOpen(true)}>
              Roots
            </Button>
          </>
        }
      />
      <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[16rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr] 2xl:grid-cols-[18rem_minmax(0,1fr)_minmax(0,1.1fr)]">
        <div
          className={classes(
            'min-w-0 lg:sticky lg:top-4 lg:row-span-2 lg:max-h-[calc(100dvh-2rem)] lg:flex lg:flex-col',
            item && 'max-lg:hidden',
          )}
        >
          {bench && <Catalog bench={bench} chosen={item} />}
        </div>
        <div className={classes('min-w-0', !item && 'max-lg:hidden')}>
          {item && (
            <a
              className="mb-2 inline-block text-accent underline lg:hidden"
              href={to(['playground', server])}
            >
              All of <Text value={server} max={60} />
            </a>
          )}
          <Card>
            {item ? (
              <ItemPane
                key={draftKey(server, item.kind, item.name)}
                server={server}
                item={item}
                onRun={(args) => start(args, item)}
              />
            ) : (
              <NothingPicked bench={bench} isMissing={itemKey !== undefined} />
            )}
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4 lg:col-start-2 2xl:col-start-3">
          <QuestionCard />
          {shown && (
            <Card title="Result">
              <RunView key={shown.id} run={shown} actions={actions} />
            </Card>
          )}
          <RunList runs={runs} shown={shown} onShow={(run) => setShown(run.id)} />
        </div>
      </div>
      <RootsDialog isOpen={areRootsOpen} onClose={() => setRootsOpen(false)} />
    </>
  );
}

const STATES: Readonly<Record<Bench['state'], readonly [string, Tone]>> = {
  connecting: ['connecting', 'plain'],
  open: ['connected', 'good'],
  reconnecting: ['connecting again', 'warn'],
  closed: ['not connected', 'bad'],
};

function LinkBadge({ bench }: { readonly bench: Bench | undefined }) {
  const [word, tone] = STATES[bench?.state ?? 'connecting'];
  return (
    <span role="status">
      <Badge tone={tone} hasDot>
        {word}
      </Badge>
    </span>
  );
}

function NothingPicked({
  bench,
  isMissing,
}: {
  readonly bench: Bench | undefined;
  readonly isMissing: boolean;
}) {
  if (bench?.state === 'closed') {
    return (
      <Empty title="There is no session with this server.">
        <Text value={bench.reason ?? 'It ended.'} canGrow />{' '}
        <Button size="small" onClick={() => workbench.reload()}>
          Connect again
        </Button>
      </Empty>
    );
  }
  const isLoading = bench && Object.values(bench.shelves).some((shelf) => shelf.isLoading);
  if (isMissing && !isLoading) return <Empty title="The server does not offer this any more." />;
  return <Empty title={isMissing ? 'Asking the server…' : 'Pick a tool, a prompt or a resource.'} />;
}

function itemOf(bench: Bench, kind: string | undefined, key: string | undefined): Item | undefined {
  if (kind !== 'tool' && kind !== 'prompt' && kind !== 'resource' && kind !== 'template') return undefined;
  return bench.shelves[kind].items.find((item) => keyOf(item) === key);
}

function isOf(run: Run, server: string, item: Item): boolean {
  return run.server === server && run.kind === item.kind && run.name === item.name;
}

/** What was run, as far as it is known now. */
function asItem(run: Run, bench: Bench | undefined): Item {
  const known = bench?.shelves[run.kind].items.find((item) => isOf(run, bench.server, item));
  return known ?? { kind: run.kind, name: run.name, title: run.title, description: '', raw: {} };
}

/** Its arguments as they were, ready to be changed. */
function edit(run: Run, bench: Bench | undefined): void {
  const { way } = judge(asItem(run, bench).raw['inputSchema']);
  const isForm = run.kind !== 'tool' || way === 'form';
  setDraft(draftKey(run.server, run.kind, run.name), draftOf(run.arguments, isForm ? 'form' : 'raw'));
  go(['playground', run.server, run.kind, keyOf(run)]);
}
