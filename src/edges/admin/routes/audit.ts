/** Who called what, page by page. */
import { auditPage, auditQuery } from '../contract/audit.ts';
import { describeRoute, json, newGroup } from '../group.ts';
import type { AdminPorts } from '../ports.ts';

const AUDIT = describeRoute({
  method: 'get',
  path: '/audit',
  summary: 'Rows of the audit trail, the newest first.',
  request: { query: auditQuery },
  responses: { 200: { description: 'A page of it.', content: json(auditPage) } },
});

export function auditRoutes({ audit }: AdminPorts) {
  return newGroup().openapi(AUDIT, async (c) => {
    const page = await audit.page(c.req.valid('query'));
    if (!page) return c.json({ enabled: false, rows: [] }, 200);
    const { rows, before } = page;
    return c.json({ enabled: true, rows: [...rows], ...(before === undefined ? {} : { before }) }, 200);
  });
}
