/** Rows of the audit trail. */
import { z } from 'zod';

export const auditRow = z.object({
  id: z.number().int(),
  at: z.number(),
  principal: z.string().nullable(),
  project: z.string().nullable(),
  server: z.string().nullable(),
  method: z.string().nullable(),
  target: z.string().nullable(),
  session: z.string().nullable(),
  address: z.string().nullable(),
  dialect: z.string().nullable(),
  era: z.string().nullable(),
  outcome: z.string(),
  code: z.number().nullable(),
  ms: z.number().nullable(),
  bytesIn: z.number().nullable(),
  bytesOut: z.number().nullable(),
  arguments: z.string().nullable(),
  count: z.number().int(),
});

export const auditQuery = z.object({
  since: z.coerce.number().optional().meta({ description: 'Milliseconds since the epoch.' }),
  caller: z.string().max(256).optional().meta({ description: 'The name of a key, or a whole principal.' }),
  server: z.string().max(256).optional(),
  tool: z.string().max(512).optional(),
  outcome: z.string().max(64).optional().meta({
    description:
      'A word like `ok`; `failed` is all but good ones, `denied` what was turned away at the door.',
  }),
  before: z.coerce.number().int().optional().meta({ description: 'Only rows with a lower `id`.' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** The newest first; `before` asks for what came before a row. */
export const auditPage = z.object({
  enabled: z.boolean(),
  rows: z.array(auditRow),
  before: z
    .number()
    .int()
    .optional()
    .meta({ description: 'To ask for older ones; missing where there are none.' }),
});

export type AuditRowView = Readonly<z.output<typeof auditRow>>;
export type AuditPage = Readonly<z.output<typeof auditPage>>;
