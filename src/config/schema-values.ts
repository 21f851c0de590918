/** The values that settings share: times, lists of texts, names, keys. */
import { z } from 'zod';
import { parseInstant } from './instants.ts';
import { heldBy } from './schema-caps.ts';
import { ruleOfCaller } from './schema-limits.ts';
import { policy } from './schema-policy.ts';
import { DURATION, LONGEST_MS, parseDuration } from './units.ts';

/** A time with a default; milliseconds once read. */
export function duration(fallback: string, description: string) {
  return time().prefault(fallback).meta({ description });
}

/** A time; milliseconds once read. @param least 0 where there may be none */
export function time(least: 0 | 1 = 1) {
  const error = `must be a time from ${least} ms to 24 days, like 30000 (milliseconds), "30s" or "5m"`;
  return z
    .union(
      [
        z.int({ error }).min(least, { error }).max(LONGEST_MS, { error }),
        z.string({ error }).regex(DURATION, { error }),
      ],
      { error },
    )
    .transform((value, context) => {
      const ms = parseDuration(value);
      if (ms !== undefined && ms >= least && ms <= LONGEST_MS) return ms;
      context.issues.push({ code: 'custom', message: error, input: value });
      return z.NEVER;
    });
}

export const texts = (description: string) => z.array(z.string()).default([]).meta({ description });

/** The ways in which streams can be spoken; `superset` serves every client that can be served by one. */
export const DIALECTS = [
  'http-sse',
  'superset',
  'clg',
  'rails',
  'rare4n',
  'aareguru-json',
  'orch-data',
] as const;

export const dialectName = z.enum(DIALECTS);

/** What seals state that clients keep. */
export const stateKey = z.union(
  [
    z.strictObject({
      id: z.string().meta({ description: 'Tells the keys apart: 1 to 32 letters, digits, "-" and "_".' }),
      secret: z.string().meta({
        description:
          'Best as ${VAR}: 32 random bytes as `openssl rand -base64 32` prints them, or a passphrase of at least 24 characters.',
      }),
    }),
  ],
  { error: 'must be an object { "id": …, "secret": … }' },
);

const EXPIRY = 'must be a day like "2027-01-31", or an instant like "2027-01-31T18:00:00Z"';
/** Nothing that a log or a terminal would not show as it is. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u;

/** A key, as the gateway and its projects list it. */
const FINGERPRINT = 'must be the SHA-256 of a certificate, 64 hexadecimal digits';

export const apiKey = z.union(
  [
    z.string(),
    z.strictObject({
      name: z
        .string()
        .regex(NAME, { error: 'must be 1 to 64 visible characters' })
        .meta({ description: 'Who has the key; shown in logs.' }),
      key: z.string().meta({ description: 'The key, best as ${VAR}, or "sha256:" and its SHA-256 in hex.' }),
      policy: policy.optional().meta({ description: 'What its holder may use, within what everybody may.' }),
      limits: ruleOfCaller.optional().meta({
        description: 'How much its holder may do within a time, in place of what is said of callers.',
      }),
      holds: heldBy('its holder').optional().meta({
        description: 'What its holder may have at once, in place of what is said of callers.',
      }),
      certificate: z
        .string()
        .regex(/^[0-9a-fA-F:]{64,95}$/, { error: FINGERPRINT })
        .transform((print) => print.replaceAll(':', '').toLowerCase())
        .refine((print) => print.length === 64, { error: FINGERPRINT })
        .optional()
        .meta({
          description:
            'SHA-256 of the certificate of a client with which alone the key is good, in hex; needs `tls.ca`.',
        }),
      expires: z
        .string({ error: EXPIRY })
        .refine((text) => parseInstant(text) !== undefined, { error: EXPIRY })
        .transform((text) => parseInstant(text) as number)
        .optional()
        .meta({ description: 'When it ends: a day like "2027-01-31" (its beginning, UTC), or an instant.' }),
    }),
  ],
  { error: 'must be a text, or an object { "name": …, "key": … }' },
);
