import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { AareApi } from '../api.ts';
import { wellKnownCities } from '../cities.ts';

/** What a tool is given to work with. */
export interface ToolContext {
  readonly server: McpServer;
  readonly api: AareApi;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** All tools only read, from a source that is not ours and changes. */
export const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

const cityHelp = `City on the Aare, in lower case: ${wellKnownCities.join(', ')}`;

export const cityName = z.string().trim().min(1).max(40);
export const requiredCity = cityName.describe(cityHelp);
export const cityOrBern = cityName.default('bern').describe(cityHelp);

export const nullableText = z.string().nullable();
export const nullableNumber = z.number().nullable();
