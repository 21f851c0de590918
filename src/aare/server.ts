import { McpServer } from '@modelcontextprotocol/server';
import { AareApi, type AareApiOptions } from './api.ts';
import { addResources } from './resources.ts';
import { addCitiesTool } from './tools/cities.ts';
import { addCompareTool } from './tools/compare.ts';
import { addConditionsTool } from './tools/conditions.ts';
import { addDangerTool } from './tools/danger.ts';
import { addForecastTool } from './tools/forecast.ts';
import { addHistoryTool } from './tools/history.ts';
import { addTemperatureTool } from './tools/temperature.ts';

export type AareServerOptions = AareApiOptions;

const addTools = [
  addTemperatureTool,
  addConditionsTool,
  addHistoryTool,
  addCitiesTool,
  addDangerTool,
  addCompareTool,
  addForecastTool,
];

const instructions =
  'Water temperature and flow of the Swiss river Aare, from the public API of aare.guru (non-commercial use; name ' +
  'and link https://aare.guru when you show values). Values are renewed every 10 minutes. A result with "stale": ' +
  'true is a remembered one: say how old it is (age_seconds). Mention a warning whenever a result has one.';

/**
 * The Aare server: a factory that gives a fresh MCP server for each link. All of them share one `AareApi`, so
 * that a thousand sessions poll the API as seldom as one.
 *
 * Connect each with `server.connect(transport)`; it then speaks the legacy revisions (2024-11-05 … 2025-11-25).
 * Close the link and drop the server when done: the factory holds on to none of them.
 *
 * @throws TypeError when `baseUrl` is no URL.
 */
export function createAareServer(options: AareServerOptions): () => McpServer {
  const api = new AareApi(options);
  const { runtime, version = '0' } = options;
  const identity = { name: 'aare', title: 'Aare', version, websiteUrl: 'https://aare.guru' };
  return () => {
    const server = new McpServer(identity, { instructions });
    const context = { server, api, now: () => runtime.now() };
    for (const add of addTools) add(context);
    addResources(server, api);
    return server;
  };
}
