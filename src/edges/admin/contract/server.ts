/** A server, as the admin API shows it. */
import { z } from 'zod';

export const fault = z.object({
  at: z.number().meta({ description: 'Milliseconds since the epoch.' }),
  code: z.string().meta({ description: 'A stable word.' }),
  message: z.string().meta({ description: 'One sentence, without secrets.' }),
  hint: z.string().optional().meta({ description: 'What to do about it.' }),
});

export const server = z.object({
  name: z.string().meta({ description: 'As it is configured; one of a project is called `project/server`.' }),
  project: z.string().optional(),
  description: z.string().optional(),
  kind: z.string().meta({ description: 'How it is reached: stdio, inprocess, http, sse, ws.' }),
  state: z.enum(['idle', 'up', 'backoff', 'failed', 'disabled']),
  reason: z.string().optional().meta({ description: 'Why it is not well.' }),
  era: z.string().meta({ description: 'In which words it is spoken to.' }),
  sharing: z.enum(['session', 'principal', 'shared']),
  lastFault: fault.optional(),
  links: z.number().int(),
  restarts: z.number().int(),
  processes: z.number().int().optional(),
  memoryBytes: z.number().optional(),
  sessions: z.number().int(),
  inFlight: z.number().int(),
  calls: z.number().int().meta({ description: 'Requests that are over, since the gateway started.' }),
  errors: z.number().int().meta({ description: 'Those of them that failed.' }),
  p50: z.number().optional().meta({ description: 'Of the last minute, in ms.' }),
  p95: z.number().optional().meta({ description: 'Of the last minute, in ms.' }),
  endpoints: z.object({ mcp: z.string(), sse: z.string().optional(), ws: z.string() }),
  isKeyed: z.boolean().meta({ description: 'Whether clients must show a key there.' }),
});

export type ServerView = Readonly<z.output<typeof server>>;
export type FaultView = Readonly<z.output<typeof fault>>;
