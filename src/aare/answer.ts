import type { CallToolResult } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { AareError } from './error.ts';
import type { Reading } from './polls.ts';

/** The terms of the API ask for a link back. */
export const attribution = 'https://aare.guru';

/** What every result says of its age: nothing while it is live. */
export const ageMembers = {
  stale: z
    .literal(true)
    .optional()
    .describe('Present when the API is unreachable and a remembered value is shown'),
  age_seconds: z.int().optional().describe('With stale: seconds since the value was received'),
};

/** The members of `ageMembers` for a result made of these readings: the oldest stale one counts. */
export function ageOf(...readings: readonly Reading<unknown>[]): { stale?: true; age_seconds?: number } {
  const stale = readings.filter((reading) => reading.stale);
  if (stale.length === 0) return {};
  return { stale: true, age_seconds: Math.max(...stale.map((reading) => reading.ageSeconds)) };
}

/**
 * A tool's result: JSON text for any client, `structuredContent` for those that know it.
 *
 * @param text what the text holds when it is not the structured content itself.
 */
export function answer(structured: Record<string, unknown>, text: unknown = structured): CallToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(text) }],
    structuredContent: structured,
    _meta: { source: attribution },
  };
}

/** Runs a tool. An `AareError` becomes a result with `isError`, its stable code in `_meta.code`. */
export async function answerOrError(run: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AareError)) throw error;
    return { content: [{ type: 'text', text: error.message }], isError: true, _meta: { code: error.code } };
  }
}
