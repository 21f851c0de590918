/** Keys of callers, as the admin API lists and makes them. Never a key itself, but once: in the answer to its making. */
import { z } from 'zod';

export const key = z.object({
  id: z.string().meta({ description: 'As `sluice keys list` shows it.' }),
  name: z.string(),
  state: z.enum(['active', 'expired', 'revoked', 'broken']),
  from: z
    .enum(['store', 'configuration'])
    .meta({ description: 'Those of the configuration can only be changed there.' }),
  projects: z.array(z.string()),
  scope: z.string().meta({ description: 'What its holder may use, in words.' }),
  created: z.number().optional(),
  expires: z.number().optional(),
  lastUsed: z.number().optional(),
  revoked: z.number().optional(),
});

export const newKey = z.object({
  name: z.string().min(1).max(64),
  readOnly: z.boolean().default(false),
  servers: z.array(z.string()).max(100).default([]).meta({ description: 'Only these; default: all.' }),
  projects: z.array(z.string()).max(100).default([]),
  expiresInDays: z.number().int().min(1).max(3_650).optional(),
});

export const madeKey = z.object({ key: z.string().meta({ description: 'Shown this once.' }), entry: key });

export type KeyView = Readonly<z.output<typeof key>>;
export type MadeKey = Readonly<z.output<typeof madeKey>>;
export type NewKey = Readonly<z.input<typeof newKey>>;
