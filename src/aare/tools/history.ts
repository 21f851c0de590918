import type { CallToolResult } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { ageOf, answer, answerOrError, attribution } from '../answer.ts';
import { knownCity } from '../cities.ts';
import { timeRange } from '../time.ts';
import { readOnly, requiredCity, type ToolContext } from './common.ts';

const time = z.union([z.string().max(64), z.number().int()]);

const output = z.looseObject({}).meta({
  description: "The API's own answer; a list is wrapped in `data`",
  // Said as `true`: SDK 1.22 refuses a whole list of tools in which the equivalent `{}` occurs here.
  additionalProperties: true,
});

export function addHistoryTool(context: ToolContext): void {
  context.server.registerTool(
    'get_historical_data',
    {
      title: 'Historical data',
      description:
        'Past water temperature and flow of the river Aare in one Swiss city between two points in time (UTC), ' +
        'exactly as the aare.guru API tells them. Points in time: ISO 8601 (2026-07-01T12:00:00Z), Unix seconds, ' +
        '"now", or a while ago such as "-7 days". Ask for the one range you need: ranges per city are limited.',
      inputSchema: z.object({
        city: requiredCity,
        start: time.describe('Begin of the range, e.g. "-7 days"'),
        end: time.describe('End of the range, e.g. "now"'),
      }),
      outputSchema: output,
      annotations: readOnly,
    },
    (args) => answerOrError(() => history(context, args)),
  );
}

/**
 * The text is the API's answer and nothing else. Its age, when it is not live, goes into a second text and
 * into `_meta`, because a member of ours in the answer could not be told from theirs.
 */
async function history(
  { api, now }: ToolContext,
  args: { city: string; start: string | number; end: string | number },
): Promise<CallToolResult> {
  const { start, end } = timeRange(args.start, args.end, now());
  const city = await knownCity(api, args.city);
  const reading = await api.history(city, start, end);
  const { raw, read } = reading.value;
  const result = answer(Array.isArray(read) ? { data: read } : read, raw);
  if (!reading.stale) return result;
  const note = `The API is unreachable; this answer was received ${reading.ageSeconds} seconds ago.`;
  return {
    ...result,
    content: [...result.content, { type: 'text', text: note }],
    _meta: { source: attribution, ...ageOf(reading) },
  };
}
