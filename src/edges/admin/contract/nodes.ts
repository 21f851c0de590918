/** The nodes of a cluster, and how one of them is asked through any other. */
import { z } from 'zod';
import { problem } from './overview.ts';

export const node = z.object({
  name: z.string().meta({ description: 'Another one after each start.' }),
  url: z
    .string()
    .optional()
    .meta({ description: 'Where other nodes reach it; the same after a start, as a rule.' }),
  isThis: z.boolean().meta({ description: 'It is the one that was asked.' }),
  state: z.enum(['held', 'alone', 'cut', 'unsure']).meta({
    description:
      'As in `/health`. Of this node: `held` while it reaches what nodes share, or there is nobody to share with; else `alone`, `cut` or `unsure`. Of another: `held` while it is seen there, `unsure` while this node cannot look.',
  }),
});

/** `GET nodes` */
export const nodes = z.object({
  nodes: z.array(node).meta({ description: 'This one first, then the others by address.' }),
  problem: problem.shape.error
    .optional()
    .meta({ description: 'Why no other node can be asked through this one; absent where they can.' }),
});

/** What is asked of another node: any route of `AT_NODE` takes it. */
export const nodeQuery = z.object({
  node: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({ description: 'Which node is asked, by its name or url; default: the one that is called.' }),
});

/** What below `/admin/api/` is of one node, and can be asked of any: the first part of the path. */
export const AT_NODE = [
  'overview',
  'config',
  'servers',
  'sessions',
  'messages',
  'stats',
  'logs',
  'events',
] as const;

export type NodeView = Readonly<z.output<typeof node>>;
export type NodeList = Readonly<z.output<typeof nodes>>;
