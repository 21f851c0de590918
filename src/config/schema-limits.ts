/** The shape of what is limited within a time: of callers, addresses, servers and tools. */
import { z } from 'zod';
import { parseRate } from '../access/rate-rules.ts';

const MOST = 1_000_000_000;

/** Requests within a time. */
function calls(description: string) {
  const error = 'must be a rate like "60/min", "10/s" or "1000/h", or a number for a minute';
  return rate(error).meta({ description });
}

function bytes(description: string) {
  return rate('must be a rate like "10MiB/min" or "1GiB/h"').meta({ description });
}

function rate(error: string) {
  return z
    .union([z.int({ error }).min(1, { error }).max(MOST, { error }), z.string({ error })], { error })
    .refine((value) => parseRate(value) !== undefined, { error });
}

const burst = z
  .int()
  .min(1)
  .max(MOST)
  .optional()
  .meta({ description: 'How many of the requests may come at once; by default all of one such time.' });

/** What one of many may do, or all together. */
function rule() {
  return z.strictObject({
    calls: calls('Requests, like "60/min", "10/s" or a number for a minute.').optional(),
    burst,
    bytes: bytes('Bytes of what is sent to the gateway, like "10MiB/min".').optional(),
    opens: calls(
      'Streams and sockets that are opened, and tickets for them; by default as `calls`.',
    ).optional(),
  });
}

export const ruleOfCaller = rule();

const byWhom = {
  caller: ruleOfCaller.optional().meta({ description: 'Each caller (each key) for itself.' }),
  address: rule().optional().meta({ description: 'Each client address for itself; IPv6 by its /64.' }),
  total: rule().optional().meta({ description: 'All callers together.' }),
};

/** At the gateway. */
export const rates = z
  .strictObject({
    ...byWhom,
    failures: calls(
      'Wrong keys and tokens from one address; more are not looked at. By default "60/min", but for addresses of this machine, which may stand for all behind a proxy.',
    ).optional(),
  })
  .optional()
  .meta({ description: 'How much within a time: requests, bytes, and streams that are opened.' });

/** In a project. */
export const projectRates = z.strictObject(byWhom).optional().meta({
  description:
    'How much within a time. Callers have what is said here in place of what the gateway says; what that says of addresses and of all together holds, too.',
});

/** Of one server, whoever calls it. */
export const serverLimits = z
  .strictObject({
    calls: calls('Requests that go to the server, like "600/min".').optional(),
    burst,
    bytes: bytes('Bytes of the requests that go to it, like "100MiB/min".').optional(),
  })
  .optional()
  .meta({ description: 'How much the server is sent within a time, by all callers together.' });

export const toolLimits = z
  .record(
    z.string().min(1).max(256),
    z.union(
      [
        z.strictObject({
          calls: calls('Calls of the tools, like "5/min".'),
          burst,
          per: z.enum(['all', 'caller']).optional().meta({
            description: 'Whether all callers share it (all, the default) or each has its own (caller).',
          }),
        }),
        calls('Calls of the tools, like "5/min".'),
      ],
      { error: 'must be a rate like "5/min", or an object { "calls", "burst", "per" }' },
    ),
  )
  .refine((tools) => Object.keys(tools).length <= 1_000, { error: 'must have at most 1,000 patterns' })
  .optional()
  .meta({
    description:
      'How often tools are called within a time, by patterns of the own names of the server ("*" stands for any characters). All tools that fit a pattern share it, and all patterns that a tool fits count.',
  });
