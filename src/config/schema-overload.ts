/** When the gateway counts as overloaded, and takes no new sessions. */
import { z } from 'zod';
import { duration } from './schema-values.ts';

export const overload = z
  .strictObject({
    enabled: z.boolean().default(true).meta({
      description:
        'Whether new sessions are refused with 503 (`overloaded`) while the process has more to do than it can; those that are open are served.',
    }),
    delay: duration('2s', 'How late its event loop must be, again and again.'),
    for: duration('5s', 'For how long; and how long it must be calm until sessions are taken again.'),
    memory: z.number().min(0.01).max(1).default(0.9).meta({
      description:
        'The share of its memory that may be used: of the heap (--max-old-space-size), and of what the container or the machine has.',
    }),
  })
  .prefault({})
  .meta({ description: 'When new sessions are refused to keep those that are open well.' });
