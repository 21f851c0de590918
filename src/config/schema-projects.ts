/** The shape of a project: a gateway within the gateway, with servers, keys and limits of its own. */
import { z } from 'zod';
import { servers } from './schema-entries.ts';
import { policy } from './schema-policy.ts';
import { projectAddresses } from './schema-where.ts';
import { projectRates } from './schema-limits.ts';
import { heldInProject } from './schema-held.ts';
import { maybeCount } from './schema-amounts.ts';
import { apiKey, dialectName, duration, time } from './schema-values.ts';

const merging = {
  names: {
    schema: z.enum(['collisions', 'always']),
    description:
      'When a name is shown as `server__name`: only where two servers have the same (collisions), or always.',
  },
  wait: {
    description:
      'How much longer than the fastest server a list waits for slow ones; what comes later is announced as a change.',
  },
  down: {
    schema: z.enum(['keep', 'hide']),
    description: 'Whether what a server that is down offered last stays listed (keep) or not (hide).',
  },
  ahead: {
    description:
      'Whether servers are asked for their lists when the gateway starts, so that the first client gets those of slow ones, too: starts each server once.',
  },
};

/** How several servers are shown as one. */
export const merge = z
  .strictObject({
    names: merging.names.schema.default('collisions').meta({ description: merging.names.description }),
    wait: duration('200ms', merging.wait.description),
    down: merging.down.schema.default('keep').meta({ description: merging.down.description }),
    ahead: z.boolean().default(true).meta({ description: merging.ahead.description }),
  })
  .prefault({})
  .meta({ description: 'How several servers are shown as one.' });

/** The same for a project, where what is left out is as the gateway has it. */
const ownMerge = z.strictObject({
  names: merging.names.schema.optional().meta({ description: merging.names.description }),
  wait: time().optional().meta({ description: merging.wait.description }),
  down: merging.down.schema.optional().meta({ description: merging.down.description }),
  ahead: z.boolean().optional().meta({ description: merging.ahead.description }),
});

export const projectLimits = z.strictObject({
  ...heldInProject,
  callsPerMinute: maybeCount(
    1_000_000,
    'Requests of one caller within a minute; by default as the gateway has it.',
  ),
  burst: maybeCount(
    1_000_000,
    'How many of them may come at once; by default all, or as the gateway has it.',
  ),
  rates: projectRates,
});

export const project = z
  .strictObject({
    description: z.string().optional().meta({ description: 'What the project is for.' }),
    mcpServers: servers.optional().meta({ description: 'Servers of its own, by name.' }),
    servers: z
      .array(z.string())
      .default([])
      .meta({ description: 'Names of servers of the gateway that the project has, too.' }),
    apiKeys: z
      .array(apiKey)
      .min(1, { error: 'must hold a key; leave it out to take those of the gateway' })
      .optional()
      .meta({
        description:
          'Keys that open this project and nothing else; then no other key does. By default those of the gateway.',
      }),
    policy: policy.optional().meta({
      description: 'What callers of the project may use, within what everybody may.',
    }),
    allowedAddresses: projectAddresses,
    default: z.string().optional().meta({
      description:
        'The server that answers at /projects/{project}/sse and /mcp; by default the only one, or all of them merged.',
    }),
    merge: ownMerge.optional().meta({ description: 'As `merge` of the gateway, where the project differs.' }),
    dialect: dialectName
      .optional()
      .meta({ description: 'How its streams are spoken; by default `dialect`.' }),
    limits: projectLimits.prefault({}).meta({ description: 'Caps of the project.' }),
  })
  .meta({ id: 'project', title: 'A project' });

export const projects = z.record(z.string(), project).meta({
  description: 'Projects by name: servers, keys and limits of their own, under /projects/{project}.',
});
