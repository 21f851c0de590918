/** The gateway as a whole, and who looks at it. */
import { z } from 'zod';

export const me = z.object({
  via: z
    .enum(['key', 'session'])
    .meta({ description: 'By the admin key, or signed in with it or with a one-time token.' }),
  expiresAt: z.number().optional(),
});

export const overview = z.object({
  version: z.string(),
  node: z.string(),
  startedAt: z.number(),
  url: z.string().meta({ description: 'As clients reach it.' }),
  status: z.enum(['healthy', 'degraded', 'draining']),
  troubles: z.array(z.object({ code: z.string(), message: z.string(), since: z.number() })),
  sessions: z.number().int(),
  streams: z.number().int(),
  inFlight: z.number().int(),
  servers: z.number().int(),
  nodes: z
    .array(z.string())
    .meta({ description: 'The other nodes of a cluster: `nodes` says more of them.' }),
  audit: z.boolean(),
  pageReports: z.number().int().optional().meta({
    description: 'How often a browser said that the console was kept from something by its policy.',
  }),
});

/** A value of the configuration, and where it came from; secrets are masked. */
export const setting = z.object({
  path: z.string(),
  value: z.unknown(),
  source: z.object({ kind: z.enum(['flag', 'environment', 'file', 'default']), where: z.string() }),
});

/** What went wrong. */
export const problem = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }),
});

export type Me = Readonly<z.output<typeof me>>;
export type Overview = Readonly<z.output<typeof overview>>;
export type Setting = Readonly<z.output<typeof setting>>;
