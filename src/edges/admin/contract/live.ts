/**
 * What `/admin/api/events` sends, as server-sent events: the name of the event says what `data` is, in JSON.
 *
 * Topics are asked for by name (`?topics=stats,sessions,servers,log,messages`). Messages come in batches, of one session
 * (`&session=<id>`) or of all; whoever cannot keep up, or watches more than is shown in a second, is told how many it
 * missed, and nobody is slowed down by it.
 */
import { z } from 'zod';
import { message, session } from './session.ts';
import { sample } from './stats.ts';
import { server } from './server.ts';

export const TOPICS = ['stats', 'sessions', 'servers', 'log', 'messages'] as const;
export type Topic = (typeof TOPICS)[number];

export const logLine = z.object({
  seq: z.number().int(),
  at: z.number(),
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
  message: z.string(),
  fields: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What else the line says, without secrets.' }),
});

export const LIVE = {
  /** First of all: what follows is of this run of the gateway. */
  hello: z.object({ startedAt: z.number(), version: z.string(), node: z.string() }),
  sample,
  /** It was opened, closed, or is known better now. */
  session: z.object({ change: z.enum(['opened', 'closed', 'changed']), session }),
  server,
  /** It is in the configuration no more. */
  serverGone: z.object({ name: z.string() }),
  log: z.array(logLine),
  messages: z.array(message),
  /** So many of a topic are not shown. */
  missed: z.object({ topic: z.enum(TOPICS), count: z.number().int() }),
} as const;

export type LiveEvent = {
  readonly [Name in keyof typeof LIVE]: {
    readonly event: Name;
    readonly data: z.output<(typeof LIVE)[Name]>;
  };
}[keyof typeof LIVE];
export type LogLine = Readonly<z.output<typeof logLine>>;
