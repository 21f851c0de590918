/** The audit trail: whether one is kept, what of the arguments, for how long, and how large it may grow. */
import { z } from 'zod';
import { size } from './schema-amounts.ts';
import { DURATION, parseDuration } from './units.ts';

/** What is kept of the arguments of a call. */
const ARGUMENTS = ['none', 'hash', 'redacted', 'full'] as const;

const HOUR_MS = 3_600_000;
/** Ten years. */
const LONGEST_MS = 3_650 * 24 * HOUR_MS;

const RETENTION_FAULT = 'must be a time from one hour to ten years, like "30d" or "12h"';

const retention = z
  .string({ error: RETENTION_FAULT })
  .regex(DURATION, { error: RETENTION_FAULT })
  .transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined && ms >= HOUR_MS && ms <= LONGEST_MS) return ms;
    context.issues.push({ code: 'custom', message: RETENTION_FAULT, input: value });
    return z.NEVER;
  })
  .prefault('30d')
  .meta({ description: 'Rows that are older are deleted.' });

export const audit = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether each call is written down in `audit.db` of dataDir.' }),
  arguments: z.enum(ARGUMENTS).default('hash').meta({
    description:
      'What is kept of the arguments of a call: nothing; an HMAC-SHA-256 by a key of this installation; the JSON without members of telling names, cut short; or the JSON.',
  }),
  methods: z.array(z.string().min(1).max(128)).max(100).default(['*']).meta({
    description: 'The methods that are written down, like "tools/call"; "*" stands for any characters.',
  }),
  retention,
  maxSize: size('1GiB', 'Bytes of rows; over it the oldest are deleted.'),
});
