/** What callers may use: servers, tools, prompts and resources by patterns; only what reads; arguments by schema. */
import { z } from 'zod';

/** Patterns of one list, and characters of one pattern. */
const MOST = 1_000;
const LONGEST = 2_048;

/** `*` is one pattern, `files/read_*` has two: of the server, and of what it has. */
const IN_SERVER = /^(?:\*|[^/]+\/[^]+)$/;

function patterns(pattern: z.ZodString, description: string) {
  return z.array(pattern).max(MOST).optional().meta({ description });
}

/** A list is short for `allow`; what is left out is not narrowed, and an empty `allow` lets nothing through. */
function narrowing(what: string, pattern: z.ZodString, example: string) {
  const whole = z.strictObject({
    allow: patterns(pattern, `Only ${what} that fit one of these; by default all.`),
    deny: patterns(pattern, `No ${what} that fit one of these, even where \`allow\` has them.`),
  });
  const error = `must be a list of patterns like ["${example}"], or an object { "allow", "deny" }`;
  return z
    .union([whole, z.array(pattern).max(MOST)], { error })
    .optional()
    .meta({
      description: `Which ${what} may be used, like "${example}", where "*" stands for any characters; a list is short for \`allow\`.`,
    });
}

const ofServers = z.string().min(1).max(LONGEST);
const inServers = (example: string) =>
  z
    .string()
    .max(LONGEST)
    .regex(IN_SERVER, { error: `must name the server, too, like "${example}"; "*" is all of all servers` });

/** Whether only what reads is offered. */
export const readOnly = z.boolean();
/** Whether arguments are checked. */
export const checkArguments = z.boolean();

export const policy = z
  .strictObject({
    servers: narrowing('servers', ofServers, 'files'),
    tools: narrowing('tools', inServers('files/read_*'), 'files/read_*'),
    prompts: narrowing('prompts', inServers('files/*'), 'files/*'),
    resources: narrowing(
      'resources and templates',
      inServers('files/file:///docs/*'),
      'files/file:///docs/*',
    ),
    readOnly: readOnly.default(false).meta({
      description:
        'Whether only tools may be used that say of themselves that they change nothing (`readOnlyHint`).',
    }),
    checkArguments: checkArguments.default(false).meta({
      description: 'Whether the arguments of a call must fit the schema of its tool before it is sent.',
    }),
  })
  .meta({ description: 'What callers may use; what they may not is not there for them.' });
