/** One second of the gateway, in numbers. */
import { z } from 'zod';

export const sample = z.object({
  at: z.number().meta({ description: 'The end of the second, in ms since the epoch.' }),
  received: z.number().int().meta({ description: 'Messages of clients in it.' }),
  calls: z.number().int().meta({ description: 'Requests that ended in it.' }),
  errors: z.number().int().meta({ description: 'Those of them that failed.' }),
  refused: z.number().int(),
  p50: z.number().nullable().meta({ description: 'Milliseconds; null where nothing ended.' }),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  sessions: z.number().int(),
  streams: z.number().int(),
  inFlight: z.number().int(),
  queuedBytes: z.number(),
  loopDelayMs: z.number().meta({ description: 'The worst of the second.' }),
  memoryBytes: z.number(),
  cpu: z.number().meta({ description: 'Of one core: 1 is all of it.' }),
  servers: z
    .record(
      z.string(),
      z.object({ calls: z.number().int(), errors: z.number().int(), p95: z.number().nullable() }),
    )
    .meta({ description: 'Those that were called in it.' }),
  dialects: z.record(z.string(), z.number().int()).meta({ description: 'Open sessions.' }),
});

export type Sample = Readonly<z.output<typeof sample>>;
