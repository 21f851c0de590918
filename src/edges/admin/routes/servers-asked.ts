/** What a server has, and one call of it, in plain HTTP. The console itself speaks MCP. */
import { z } from 'zod';
import { callAnswer, callRequest, listAnswer, listQuery } from '../contract/call.ts';
import { acted, body, describeRoute, json, newGroup } from '../group.ts';
import { askServer } from '../own-request.ts';
import type { AdminPorts } from '../ports.ts';

const named = z.object({
  name: z.string().min(1).max(256).meta({ description: 'Of a project: `project%2Fserver`.' }),
});

const LIST_MS = 60_000;
const LISTS = ['tools', 'prompts', 'resources'] as const;

const CALL = describeRoute({
  method: 'post',
  path: '/servers/{name}/call',
  summary: 'Calls a tool.',
  request: { params: named, body: body(callRequest) },
  responses: { 200: { description: 'Its result, also where the tool failed.', content: json(callAnswer) } },
});

const listOf = (what: string) =>
  describeRoute({
    method: 'get',
    path: `/servers/{name}/${what}`,
    summary: `Lists the ${what} of a server.`,
    request: { params: named, query: listQuery },
    responses: { 200: { description: 'A page of them.', content: json(listAnswer) } },
  });

export function askedServerRoutes({ gateway, serve }: AdminPorts) {
  const group = newGroup();
  for (const what of LISTS) {
    group.openapi(listOf(what), async (c) => {
      const { cursor } = c.req.valid('query');
      const params = cursor === undefined ? {} : { cursor };
      const asking = { method: `${what}/list`, params, timeoutMs: LIST_MS };
      return c.json(await askServer(c.env.visit, serve, c.req.valid('param').name, asking), 200);
    });
  }
  return group.openapi(CALL, async (c) => {
    const { tool, arguments: given, timeoutMs } = c.req.valid('json');
    const { name } = c.req.valid('param');
    const { runtime } = gateway.context;
    const from = runtime.now();
    const asking = { method: 'tools/call', params: { name: tool, arguments: given }, timeoutMs };
    const result = await acted(c.env, 'servers.call', `${name}/${tool}`, () =>
      askServer(c.env.visit, serve, name, asking),
    );
    return c.json({ result, ms: runtime.now() - from }, 200);
  });
}
