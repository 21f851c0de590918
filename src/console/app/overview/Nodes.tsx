import { count } from '../format.ts';
import { hrefAt } from '../chosen-node.ts';
import { keyOf, labelOf, lookOf, nodes, type NodeView } from '../nodes.ts';
import { Badge } from '../parts/Badge.tsx';
import { Card } from '../parts/Card.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { type Column, Table } from '../parts/Table.tsx';
import { useRoute } from '../route.ts';
import { useStore } from '../store.ts';
import { type Load, useLoads } from './use-loads.ts';

interface Row {
  readonly node: NodeView;
  readonly load: Load | undefined;
  readonly isShown: boolean;
  readonly canBeAsked: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', head: 'Node', className: 'min-w-32', cell: (row) => <Name {...row} /> },
  { id: 'state', head: 'State', cell: ({ node }) => <State node={node} /> },
  {
    id: 'sessions',
    head: 'Sessions',
    isNumber: true,
    cell: ({ load }) => (load ? count(load.sessions) : '–'),
  },
  {
    id: 'calls',
    head: 'Calls a second',
    isNumber: true,
    cell: ({ load }) => (load ? rate(load.calls) : '–'),
  },
];

/** All nodes of a cluster, each a link to look at it. @param shown the name of the one that is looked at */
export function Nodes({ shown }: { readonly shown: string }) {
  const { nodes: all, problem } = useStore(nodes);
  const asked = all.filter(({ isThis }) => isThis || !problem);
  const loads = useLoads(all.length > 1 ? asked : []);
  if (all.length < 2) return null;
  const rows = all.map((node) => ({
    node,
    load: loads.get(node.name),
    isShown: node.name === shown,
    canBeAsked: asked.includes(node),
  }));
  return (
    <Card title="Nodes" isFlush>
      {problem && (
        <div className="px-4 pb-2">
          <ErrorNote problem={problem} />
        </div>
      )}
      <Table label="Nodes" columns={COLUMNS} rows={rows} keyOf={({ node }) => node.name} />
    </Card>
  );
}

function Name({ node, isShown, canBeAsked }: Row) {
  const route = useRoute();
  const label = <bdi>{labelOf(keyOf(node))}</bdi>;
  const about = [...(node.isThis ? ['this node'] : []), ...(isShown ? ['shown'] : [])].join(', ');
  return (
    <>
      {canBeAsked ? (
        <a
          href={hrefAt(node.isThis ? undefined : keyOf(node), route)}
          aria-current={isShown ? 'true' : undefined}
          className="font-medium text-accent hover:underline"
        >
          {label}
        </a>
      ) : (
        label
      )}
      {about !== '' && <span className="block text-xs text-soft">{about}</span>}
    </>
  );
}

function State({ node }: { readonly node: NodeView }) {
  const { tone, word } = lookOf(node);
  return (
    <Badge tone={tone} hasDot>
      {word}
    </Badge>
  );
}

function rate(calls: number): string {
  return calls > 0 && calls < 10 ? calls.toFixed(1) : count(calls);
}
