/** Groups of routes of the admin API: what all of them have in common. */
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Visit } from '../http/front.ts';
import { problem } from './contract/overview.ts';
import { Problem, told } from './problem.ts';

/** What a route can ask of the request beside what is checked: `c.env.visit`, with its operator as `caller`. */
export interface AdminEnv {
  Bindings: { readonly visit: Visit };
}

/** A group; what is asked of it in a way that it does not know is refused with the first thing that is wrong. */
export function newGroup(): OpenAPIHono<AdminEnv> {
  return new OpenAPIHono<AdminEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const [issue] = result.error.issues;
      const place = issue?.path.map(String).join('.') ?? '';
      const message = `${place === '' ? 'The request' : place}: ${issue?.message ?? 'is wrong'}.`;
      return c.json(told(new Problem('invalid_params', message)), 400);
    },
  });
}

/** A route, and what all of them may answer. */
export function describeRoute<const Route extends RouteConfig>(route: Route) {
  return createRoute({
    ...route,
    responses: { ...route.responses, default: { description: 'What went wrong.', content: json(problem) } },
  });
}

export function json<Schema>(schema: Schema) {
  return { 'application/json': { schema } };
}

/** What an operator sent. */
export function body<Schema>(schema: Schema) {
  return { required: true, content: json(schema) };
}

/**
 * Tells the log and the audit trail what an operator changed, or tried to.
 * @param action like `keys.revoke` @param outcome the stable word of why it was not done
 */
export function tellAct(
  { visit }: AdminEnv['Bindings'],
  action: string,
  target: string,
  outcome = 'ok',
): void {
  const { caller, address, front } = visit;
  const operator = caller?.principal ?? 'operator';
  front.gateway.context.observer.operated?.({ operator, address, action, target, outcome });
}

/** Does what an operator asked for, and tells the log and the audit trail what became of it. */
export function acting<T>(env: AdminEnv['Bindings'], action: string, target: string, act: () => T): T {
  try {
    const done = act();
    tellAct(env, action, target);
    return done;
  } catch (error) {
    tellAct(env, action, target, error instanceof Problem ? error.word : 'internal_error');
    throw error;
  }
}

/** The same for what takes its time. */
export async function acted<T>(
  env: AdminEnv['Bindings'],
  action: string,
  target: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    const done = await act();
    tellAct(env, action, target);
    return done;
  } catch (error) {
    tellAct(env, action, target, error instanceof Problem ? error.word : 'internal_error');
    throw error;
  }
}
