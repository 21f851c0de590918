import { useId } from 'react';
import { choose } from '../chosen-node.ts';
import { findNode, keyOf, labelOf, lookOf, nodes, type NodeView } from '../nodes.ts';
import { Badge } from '../parts/Badge.tsx';
import { classes } from '../parts/class.ts';
import { Select } from '../parts/Select.tsx';
import type { Route } from '../route.ts';
import { useStore } from '../store.ts';

/** Which node is looked at; nothing where there is only one. */
export function NodePicker({ route, className }: { readonly route: Route; readonly className?: string }) {
  const id = useId();
  const { nodes: all, problem } = useStore(nodes);
  const found = findNode(all, route.node);
  if (all.length < 2 && (found?.isThis === true || route.node === undefined)) return null;
  const chosen = found ? keyOf(found) : (route.node ?? '');
  const { tone, word } = lookOf(found);
  return (
    <div className={classes('flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1', className)}>
      <label htmlFor={id} className="text-xs text-soft">
        Node
      </label>
      <Badge tone={tone} hasDot>
        {word}
      </Badge>
      {found?.isThis === true && <span className="text-xs text-soft">this node</span>}
      <Select
        id={id}
        className={classes(
          'min-w-0 flex-1 basis-40 truncate px-1.5 text-sm',
          found?.isThis !== true && 'border-accent text-accent',
        )}
        options={[
          ...all.map((node) => ({
            value: keyOf(node),
            label: optionOf(node),
            isDisabled: problem !== undefined && !node.isThis,
          })),
          // It is looked at all the same.
          ...(found ? [] : [{ value: chosen, label: `${labelOf(chosen)}: gone` }]),
        ]}
        title={labelOf(chosen)}
        value={chosen}
        onChange={(key) => choose(findNode(all, key)?.isThis === true ? undefined : key)}
      />
    </div>
  );
}

function optionOf(node: NodeView): string {
  return `${labelOf(keyOf(node))}${node.isThis ? ' (this node)' : ''}: ${lookOf(node).word}`;
}
