/** A session, and the messages that pass in it. */
import { z } from 'zod';

export const session = z.object({
  id: z.string().meta({
    description:
      'The first characters of its id, as the log has them: enough to tell sessions apart, and too few to use one.',
  }),
  server: z.string(),
  project: z.string().optional(),
  principal: z.string(),
  dialect: z.string(),
  era: z.enum(['legacy', 'modern']),
  version: z.string().optional().meta({ description: 'The protocol version that was agreed on.' }),
  client: z.object({ name: z.string(), version: z.string() }).optional(),
  address: z.string(),
  origin: z.string().optional(),
  userAgent: z.string().optional(),
  openedAt: z.number(),
  lastSeenAt: z.number(),
  streams: z.number().int(),
  inFlight: z.number().int(),
  queuedBytes: z.number(),
  closedAt: z.number().optional(),
  reason: z.string().optional().meta({ description: 'Why it ended.' }),
});

/** `GET sessions/{id}`: with what is going on in it. */
export const sessionDetail = session.extend({
  calls: z
    .array(z.object({ method: z.string(), server: z.string(), ms: z.number() }))
    .meta({ description: 'Requests of the client in flight, the oldest first, and for how long they are.' }),
  followed: z
    .array(
      z.object({
        number: z
          .number()
          .int()
          .meta({ description: '0 is the stream of the session itself; others are of a POST.' }),
        isFollowed: z.boolean().meta({ description: 'Whether a connection reads it now.' }),
        events: z.number().int().meta({ description: 'That it was given.' }),
        queuedBytes: z.number(),
      }),
    )
    .meta({ description: 'Its streams, those included that wait to be taken up again.' }),
});

/** Where a message was seen: on its way from or to the client, to or from the server. */
export const leg = z.enum(['from-client', 'to-server', 'from-server', 'to-client']);

export const message = z.object({
  seq: z.number().int().meta({ description: 'In the order in which the gateway saw them.' }),
  at: z.number().meta({ description: 'Milliseconds since the epoch, with a fraction.' }),
  session: z.string().meta({ description: 'As in a session; empty for modern requests, which have none.' }),
  server: z.string(),
  leg,
  kind: z.enum(['request', 'notification', 'response', 'error']),
  method: z.string().optional().meta({ description: 'Of an answer: what it answers.' }),
  target: z.string().optional().meta({ description: 'The tool, prompt or resource.' }),
  id: z.string().optional().meta({ description: 'As JSON text, as it stands in the message.' }),
  call: z.number().int().optional().meta({
    description:
      'The `seq` of the client’s or server’s request that it belongs to; its own of such a request.',
  }),
  ms: z.number().optional().meta({ description: 'Of an answer: since its request passed the same side.' }),
  bytes: z.number().int(),
  payload: z
    .string()
    .optional()
    .meta({ description: 'The JSON text; kept only while somebody watches, and cut where it is long.' }),
  isCut: z.boolean().optional(),
});

export type SessionView = Readonly<z.output<typeof session>>;
export type SessionDetail = Readonly<z.output<typeof sessionDetail>>;
export type Leg = z.output<typeof leg>;
export type MessageView = Readonly<z.output<typeof message>>;
