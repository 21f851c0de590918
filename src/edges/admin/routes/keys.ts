/** Keys of callers: listed, made, revoked. */
import { z } from 'zod';
import { key, madeKey, newKey } from '../contract/keys.ts';
import { acting, body, describeRoute, json, newGroup } from '../group.ts';
import type { AdminPorts } from '../ports.ts';

const LIST = describeRoute({
  method: 'get',
  path: '/keys',
  summary: 'The keys of callers, those of the configuration and revoked ones included; never a key itself.',
  responses: { 200: { description: 'All of them.', content: json(z.object({ keys: z.array(key) })) } },
});

const MAKE = describeRoute({
  method: 'post',
  path: '/keys',
  summary: 'Makes a key. It is told this once, and good at once.',
  request: { body: body(newKey) },
  responses: { 201: { description: 'The key, and how it is listed.', content: json(madeKey) } },
});

const REVOKE = describeRoute({
  method: 'delete',
  path: '/keys/{id}',
  summary: 'Takes a key back, and ends all that it opened.',
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: {
    204: { description: 'It opens nothing any more.' },
    409: { description: 'Somebody did so before, or it stands in the configuration.' },
  },
});

export function keyRoutes({ keys }: AdminPorts) {
  return newGroup()
    .openapi(LIST, (c) => c.json({ keys: [...keys.list()] }, 200))
    .openapi(MAKE, (c) => {
      const wanted = c.req.valid('json');
      return c.json(
        acting(c.env, 'keys.add', wanted.name, () => keys.make(wanted)),
        201,
      );
    })
    .openapi(REVOKE, (c) => {
      const { id } = c.req.valid('param');
      acting(c.env, 'keys.revoke', id, () => keys.revoke(id));
      return c.body(null, 204);
    });
}
