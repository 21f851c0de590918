/**
 * The admin API: groups of routes, each described, and the document that describes them all.
 *
 * Whoever comes here was let in, but for signing in. Answers are JSON; errors are those of `problem`.
 */
import { HTTPException } from 'hono/http-exception';
import { newGroup } from './group.ts';
import type { AdminEnv } from './group.ts';
import type { AdminPorts } from './ports.ts';
import { Problem, told } from './problem.ts';
import { auditRoutes } from './routes/audit.ts';
import { keyRoutes } from './routes/keys.ts';
import { documentOf } from './document.ts';
import { liveRoutes } from './routes/live.ts';
import { nodeRoutes } from './routes/nodes.ts';
import { overviewRoutes } from './routes/overview.ts';
import { serverRoutes } from './routes/servers.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { askedServerRoutes } from './routes/servers-asked.ts';
import { signInRoutes } from './routes/sign-in.ts';

export interface AdminApp {
  fetch(request: Request, env: AdminEnv['Bindings']): Response | Promise<Response>;
}

/** Each makes its routes below `/admin/api`. */
const GROUPS = [
  ...[overviewRoutes, signInRoutes, serverRoutes, sessionRoutes, liveRoutes],
  ...[keyRoutes, auditRoutes, askedServerRoutes, nodeRoutes],
] as const;

export function createAdminApp(ports: AdminPorts): AdminApp {
  const app = newGroup();
  for (const group of GROUPS) app.route('/admin/api', group(ports));
  app.get('/admin/api/openapi.json', (c) => c.json(documentOf(app, ports.version)));
  app.notFound((c) =>
    c.json(
      told(
        new Problem(
          'not_found',
          'There is nothing at this path.',
          '/admin/api/openapi.json says what there is.',
        ),
      ),
      404,
    ),
  );
  app.onError((error, c) => {
    if (error instanceof Problem) return c.json(told(error), error.status as 400);
    // The framework could not read what was sent.
    if (error instanceof HTTPException)
      return c.json(told(new Problem('invalid_request', `${error.message}.`)), 400);
    const { observer } = ports.gateway.context;
    observer.refused?.({ where: 'admin', code: 'request-failed', message: error.message });
    return c.json(told(new Problem('internal_error', 'The gateway failed on this request.')), 500);
  });
  return app;
}
