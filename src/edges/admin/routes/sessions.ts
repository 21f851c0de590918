/** Sessions: those that are open, those that have ended lately, and the end of one. */
import { z } from 'zod';
import { sessionQuery, sessions } from '../contract/lists.ts';
import { sessionDetail } from '../contract/session.ts';
import { acting, describeRoute, json, newGroup } from '../group.ts';
import type { AdminPorts } from '../ports.ts';
import { Problem } from '../problem.ts';

const params = z.object({ id: z.string().min(1).max(8).meta({ description: 'As it is listed.' }) });

const LIST = describeRoute({
  method: 'get',
  path: '/sessions',
  summary: 'Sessions that are open, and the last 200 that have ended.',
  request: { query: sessionQuery },
  responses: { 200: { description: 'The newest first.', content: json(sessions) } },
});

const ONE = describeRoute({
  method: 'get',
  path: '/sessions/{id}',
  summary: 'One session, with its streams and the calls in flight.',
  request: { params },
  responses: { 200: { description: 'As it is now, or as it ended.', content: json(sessionDetail) } },
});

const CLOSE = describeRoute({
  method: 'delete',
  path: '/sessions/{id}',
  summary: 'Ends a session: its calls in flight get an error, and its client has to begin anew.',
  request: { params },
  responses: { 204: { description: 'It is over, or was so already.' } },
});

export function sessionRoutes({ gateway, live }: AdminPorts) {
  const unknown = (id: string) =>
    new Problem('unknown_session', `No session "${id}" is open or remembered.`, 'Ask for the list again.');
  return newGroup()
    .openapi(LIST, (c) => {
      const query = c.req.valid('query');
      return c.json({ sessions: live.sessions.list(gateway, query), open: gateway.openSessions.length }, 200);
    })
    .openapi(ONE, (c) => {
      const { id } = c.req.valid('param');
      const view = live.sessions.one(gateway, id);
      if (!view) throw unknown(id);
      return c.json(view, 200);
    })
    .openapi(CLOSE, (c) => {
      const { id } = c.req.valid('param');
      acting(c.env, 'sessions.close', id, () => {
        const session = live.sessions.find(gateway, id);
        if (session) session.close('operator');
        else if (!live.sessions.one(gateway, id)) throw unknown(id);
      });
      return c.body(null, 204);
    });
}
