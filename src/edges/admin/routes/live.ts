/** What happens, as it happens and as it happened lately: events, messages, numbers, lines of the log. */
import { z } from 'zod';
import { cleanMessage } from '../clean-message.ts';
import { messageQuery, messages, stats } from '../contract/lists.ts';
import { logLine, TOPICS, type Topic } from '../contract/live.ts';
import { type AdminEnv, describeRoute, json, newGroup } from '../group.ts';
import type { Operator } from '../operators.ts';
import type { AdminPorts } from '../ports.ts';
import { Problem } from '../problem.ts';
import { TAKEN } from '../serve-by.ts';

const DEFAULT_LIMIT = 1_000;
const RETRY = new TextEncoder().encode('retry: 2000\n\n');
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

const MESSAGES = describeRoute({
  method: 'get',
  path: '/messages',
  summary: 'The last messages. What they say is there while somebody watches messages, and only then.',
  request: {
    query: messageQuery.extend({
      format: z.enum(['json', 'ndjson']).optional().meta({ description: 'One message a line: to be kept.' }),
    }),
  },
  responses: { 200: { description: 'In the order in which they passed.', content: json(messages) } },
});

const STATS = describeRoute({
  method: 'get',
  path: '/stats',
  summary: 'The last quarter of an hour, a sample a second.',
  request: {
    query: z.object({
      seconds: z.coerce
        .number()
        .int()
        .min(1)
        .max(900)
        .optional()
        .meta({ description: 'Only the last ones.' }),
    }),
  },
  responses: { 200: { description: 'The newest last.', content: json(stats) } },
});

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const LOGS = describeRoute({
  method: 'get',
  path: '/logs',
  summary: 'The last lines of the log.',
  request: {
    query: z.object({
      level: z.enum(LEVELS).optional().meta({ description: 'This level and graver.' }),
      limit: z.coerce.number().int().min(1).max(10_000).optional(),
    }),
  },
  responses: {
    200: { description: 'The newest last.', content: json(z.object({ lines: z.array(logLine) })) },
  },
});

const EVENTS = describeRoute({
  method: 'get',
  path: '/events',
  summary: 'Live events, as server-sent events.',
  request: {
    query: z.object({
      topics: z
        .string()
        .max(200)
        .optional()
        .meta({ description: `Of ${TOPICS.join(', ')}; default: all.` }),
      session: z.string().max(8).optional().meta({ description: 'Only messages of this session.' }),
    }),
  },
  responses: {
    200: {
      description: '`hello`, then what was asked for; see the page on the console.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});

export function liveRoutes({ live, operators, logLines }: AdminPorts) {
  return newGroup()
    .openapi(MESSAGES, (c) => {
      const { limit = DEFAULT_LIMIT, before, format, ...wanted } = c.req.valid('query');
      const page = { limit, ...(before === undefined ? {} : { before }) };
      const found = live.recorder
        .read(wanted, page)
        .map((message) => cleanMessage(message, live.clean.bind(live)));
      if (format !== 'ndjson') return c.json({ messages: found }, 200);
      c.header('content-type', 'application/x-ndjson');
      c.header('content-disposition', 'attachment; filename="messages.ndjson"');
      // The types know of answers in JSON only; the document describes this one, too.
      return c.body(found.map((message) => `${JSON.stringify(message)}\n`).join('')) as never;
    })
    .openapi(STATS, (c) => {
      const { seconds = Infinity } = c.req.valid('query');
      return c.json(
        { samples: live.series.samples.slice(-Math.min(seconds, live.series.samples.length || 1)) },
        200,
      );
    })
    .openapi(LOGS, (c) => {
      const { level = 'trace', limit = DEFAULT_LIMIT } = c.req.valid('query');
      const least = LEVELS.indexOf(level);
      const lines = logLines().filter((line) => LEVELS.indexOf(line.level) >= least);
      return c.json({ lines: lines.slice(-limit) }, 200);
    })
    .openapi(EVENTS, (c) => {
      const { topics, session } = c.req.valid('query');
      const asked = topicsIn(topics);
      if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS);
      if (!live.feeds.hasRoom)
        throw new Problem(
          'too_many_streams',
          'As many watch as may.',
          'Close a console that is not looked at.',
        );
      watch(c.env, asked, session);
      return TAKEN;
    });

  function watch(
    { visit }: AdminEnv['Bindings'],
    topics: ReadonlySet<Topic>,
    session: string | undefined,
  ): void {
    const { responder, request, caller } = visit;
    const { principal, via } = caller as Operator;
    const connection = responder.stream(200, HEADERS, RETRY);
    live.feeds.open({
      ...{ connection, topics, session },
      // The node where a guest was let in ends it.
      isIn: () => via === 'node' || operators.recall(principal) !== undefined,
      lastId: request.header('last-event-id'),
    });
  }
}

function topicsIn(text: string | undefined): ReadonlySet<Topic> {
  if (text === undefined || text === '') return new Set(TOPICS);
  const named = text.split(',');
  const wrong = named.find((name) => !(TOPICS as readonly string[]).includes(name));
  if (wrong === undefined) return new Set(named as Topic[]);
  throw new Problem('invalid_params', `There is no topic "${wrong}".`, `Topics are ${TOPICS.join(', ')}.`);
}
