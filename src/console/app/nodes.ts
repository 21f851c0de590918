/** The nodes of a cluster, looked at again and again for the whole page; of a gateway that is alone: itself. */
import { useEffect } from 'react';
import type { NodeList, NodeView } from '../../edges/admin/contract/nodes.ts';
import { api } from './api.ts';
import { plain } from './foreign.ts';
import type { Tone } from './parts/Badge.tsx';
import { createStore } from './store.ts';
import { useAsked } from './use-asked.ts';

export type { NodeList, NodeView };

/** Nodes come and go without a word; where there is only one, others come seldom. */
const AGAIN_MS = 3_000;
const AGAIN_ALONE_MS = 30_000;

/** Kept where they cannot be asked for. Empty until they are known. */
export const nodes = createStore<NodeList>({ nodes: [] });

/** Keeps them true as long as the component is there. */
export function useKeptNodes(): void {
  const { data, reload } = useAsked((signal) => api.nodes(signal));
  useEffect(() => {
    if (data) nodes.set({ ...data, nodes: data.nodes.filter(isNewest) });
  }, [data]);
  const isAlone = data === undefined || data.nodes.length < 2;
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') reload();
    };
    const timer = setInterval(look, isAlone ? AGAIN_ALONE_MS : AGAIN_MS);
    return () => clearInterval(timer);
  }, [reload, isAlone]);
}

/** What a node is called in addresses: where it is, as its name is another one after each start. */
export function keyOf({ url, name }: NodeView): string {
  return url ?? name;
}

/** For a short while there may be the one that was there before a start, too. */
function isNewest(node: NodeView, at: number, all: readonly NodeView[]): boolean {
  if (node.isThis) return true;
  return !all.some((other, index) => keyOf(other) === keyOf(node) && (other.isThis || index > at));
}

/** @param chosen as in the address; undefined: the one that serves the page */
export function findNode(all: readonly NodeView[], chosen: string | undefined): NodeView | undefined {
  if (chosen === undefined) return all.find(({ isThis }) => isThis);
  return all.find(({ url, name }) => url === chosen || name === chosen);
}

export interface NodeLook {
  readonly tone: Tone;
  readonly word: string;
}

const LOOKS: Readonly<Record<NodeView['state'], NodeLook>> = {
  held: { tone: 'good', word: 'up' },
  alone: { tone: 'warn', word: 'without Redis' },
  unsure: { tone: 'warn', word: 'unsure' },
  cut: { tone: 'bad', word: 'cut off' },
};

/** @param node undefined: one that is not among the nodes (any more) */
export function lookOf(node: NodeView | undefined): NodeLook {
  return node ? LOOKS[node.state] : { tone: 'bad', word: 'gone' };
}

/** Where it is, or its name. @param key as in addresses */
export function labelOf(key: string): string {
  return plain(URL.canParse(key) ? new URL(key).host || key : key, 60);
}
