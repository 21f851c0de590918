/** One call of a server, and one list of what it has, for programs that do not speak MCP. */
import { z } from 'zod';

export const callRequest = z.object({
  tool: z.string().min(1).max(512).meta({ description: 'As the server lists it.' }),
  arguments: z.record(z.string(), z.unknown()).default({}),
  timeoutMs: z.number().int().min(1).max(300_000).default(60_000),
});

export const callAnswer = z.object({
  result: z
    .looseObject({})
    .meta({ description: 'As the server gave it; `isError` says that the tool failed.' }),
  ms: z.number(),
});

export const listQuery = z.object({
  cursor: z.string().max(4_096).optional().meta({ description: 'Of the page before.' }),
});

/** A page, with the items under the name of what was asked for. */
export const listAnswer = z.looseObject({ nextCursor: z.string().optional() });
