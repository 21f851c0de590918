/** Servers: how they are, and what an operator may do to them while the gateway runs. None of it is written to the file. */
import { z } from 'zod';
import type { Server } from '../../../engine/server.ts';
import { servers } from '../contract/lists.ts';
import { server } from '../contract/server.ts';
import { acting, describeRoute, json, newGroup } from '../group.ts';
import type { AdminPorts } from '../ports.ts';
import { Problem } from '../problem.ts';

const params = z.object({
  name: z
    .string()
    .meta({ description: 'As it is listed; one of a project is `project%2Fserver` in the path.' }),
});

const LIST = describeRoute({
  method: 'get',
  path: '/servers',
  summary: 'The servers, how each is, and where its clients reach it.',
  responses: { 200: { description: 'In the order of the configuration.', content: json(servers) } },
});

const ONE = describeRoute({
  method: 'get',
  path: '/servers/{name}',
  summary: 'One server.',
  request: { params },
  responses: { 200: { description: 'How it is.', content: json(server) } },
});

/** @param summary what is done */
function doing<const Path extends string>(path: Path, summary: string) {
  return describeRoute({
    method: 'post',
    path,
    summary,
    request: { params },
    responses: {
      200: { description: 'How it is now. Done twice it is as done once.', content: json(server) },
    },
  });
}

const RESTART = doing(
  '/servers/{name}/restart',
  'Ends its connections or processes. Sessions go on: each opens another with its next call. What is in flight gets an error, or is sent again where that is safe.',
);
const DISABLE = doing(
  '/servers/{name}/disable',
  'Takes it out of service until it is enabled, its entry changes, or the gateway starts anew: its sessions end, and callers are told so. The configuration file stays as it is.',
);
const ENABLE = doing('/servers/{name}/enable', 'Puts it back into service.');

export function serverRoutes({ gateway, live }: AdminPorts) {
  const found = (name: string): Server => {
    const known = gateway.servers.get(name);
    if (known) return known;
    throw new Problem(
      'unknown_server',
      `There is no server "${name}".`,
      'Ask for the list: it names all there are.',
    );
  };
  const shown = (name: string) => {
    const view = live.servers.one(found(name).name);
    if (!view) throw new Problem('unknown_server', `There is no server "${name}" any more.`);
    live.feeds.serverChanged(name);
    return view;
  };
  return newGroup()
    .openapi(LIST, (c) => c.json({ servers: live.servers.all() }, 200))
    .openapi(ONE, (c) => c.json(shown(c.req.valid('param').name), 200))
    .openapi(RESTART, (c) => {
      const { name } = c.req.valid('param');
      acting(c.env, 'servers.restart', name, () => {
        const one = found(name);
        if (one.isDisabled)
          throw new Problem(
            'conflict',
            `The server "${name}" is out of service.`,
            'Enable it: it is started anew then.',
          );
        one.restart();
      });
      return c.json(shown(name), 200);
    })
    .openapi(DISABLE, (c) => {
      const { name } = c.req.valid('param');
      acting(c.env, 'servers.disable', name, () => gateway.disable(found(name).name, true));
      return c.json(shown(name), 200);
    })
    .openapi(ENABLE, (c) => {
      const { name } = c.req.valid('param');
      acting(c.env, 'servers.enable', name, () => gateway.disable(found(name).name, false));
      return c.json(shown(name), 200);
    });
}
