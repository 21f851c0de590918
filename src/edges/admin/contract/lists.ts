/** What the routes that give several things answer, and what they may be asked for. */
import { z } from 'zod';
import { server } from './server.ts';
import { leg, message, session } from './session.ts';
import { sample } from './stats.ts';

/** `GET servers` */
export const servers = z.object({ servers: z.array(server) });

/** `GET sessions?…`: those that are open and, for a while, those that have ended; the newest first. */
export const sessionQuery = z.object({
  server: z.string().optional(),
  state: z.enum(['open', 'closed', 'all']).optional().meta({ description: 'Default: all.' }),
  limit: z.coerce.number().int().min(1).max(10_000).optional().meta({ description: 'Default: 1,000.' }),
});
export const sessions = z.object({
  sessions: z.array(session),
  open: z.number().int().meta({ description: 'All that are open, also those that are not listed.' }),
});

/** `GET messages?…`: those that are remembered, in the order in which they passed. */
export const messageQuery = z.object({
  session: z.string().optional().meta({ description: 'As a session is shown; empty: modern requests.' }),
  server: z.string().optional(),
  leg: leg.optional(),
  before: z.coerce.number().int().optional().meta({ description: 'Only those with a lower `seq`.' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'The last ones; default: 1,000.' }),
});
export const messages = z.object({ messages: z.array(message) });

/** `GET stats?…`: a sample a second, the newest last. */
export const stats = z.object({ samples: z.array(sample) });

export type ServerList = Readonly<z.output<typeof servers>>;
export type SessionList = Readonly<z.output<typeof sessions>>;
export type MessageList = Readonly<z.output<typeof messages>>;
export type StatsList = Readonly<z.output<typeof stats>>;
