/**
 * How each dialect of HTTP with SSE speaks: what says where to post, what carries messages, what a POST looks like.
 * The dialects differ in words, so each is a row of a table.
 */
import { ClientError } from './errors.ts';
import type { WireEvent } from './event-reader.ts';
import { isMessage, isObject, type Rpc } from './rpc.ts';

/** The dialects of one standing stream. */
export type StreamDialect =
  | 'http-sse'
  | 'superset'
  | 'clg'
  | 'rails'
  | 'rare4n'
  | 'aareguru-json'
  | 'orch-data';

/** What an event means. */
export type Heard =
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'message'; readonly message: Rpc }
  | { readonly kind: 'heartbeat' };

/** Where a session's POSTs go, and the members that name it in their bodies. */
export interface Place {
  readonly url: URL;
  readonly members: Readonly<Record<string, string>>;
}

export interface Speech {
  /** The events it knows, because an `EventSource` must be told each. */
  readonly events: readonly string[];
  /** Undefined for what means nothing. @throws ClientError `bad-answer` */
  hear(event: WireEvent, stream: URL): Heard | undefined;
}

/** The dialects whose stream names the place to post to, as text or as JSON. */
const standard: Speech = {
  events: ['endpoint', 'message', 'heartbeat'],
  hear(event, stream) {
    if (event.event === 'endpoint')
      return { kind: 'place', place: { url: endpointIn(event.data, stream), members: {} } };
    if (event.event === 'heartbeat') return { kind: 'heartbeat' };
    return event.event === 'message' ? messageIn(event) : undefined;
  },
};

/** The words of a dialect whose sessions are named in bodies. */
interface Words {
  readonly answers: readonly string[];
  /** The member of `connected` that names the session, and of each body. */
  readonly name: string;
  /** Where its POSTs go, given the path of the stream. */
  readonly path: (stream: string) => string;
  readonly members: Readonly<Record<string, string>>;
}

const clg: Words = {
  answers: ['mcp-response'],
  name: 'connectionId',
  path: (stream) => stream,
  members: { protocol: 'sse' },
};
const rails: Words = {
  answers: ['mcp_response', 'mcp_error'],
  name: 'connection_id',
  path: (stream) => `${stream.replace(/(\/mcp)?\/(sse|mcp)$/, '')}/mcp/sse/message`,
  members: {},
};

function named({ answers, name, path, members }: Words): Speech {
  return {
    events: ['connected', 'message', 'heartbeat', ...answers],
    hear(event, stream) {
      if (event.event === 'heartbeat') return { kind: 'heartbeat' };
      if (event.event !== 'connected') {
        return event.event === 'message' || answers.includes(event.event) ? messageIn(event) : undefined;
      }
      const id = objectIn(event)[name];
      if (typeof id !== 'string') throw new ClientError('bad-answer', `\`connected\` has no ${name}.`);
      const url = new URL(stream);
      url.search = '';
      url.pathname = path(stream.pathname.replace(/\/$/, ''));
      return { kind: 'place', place: { url, members: { [name]: id, ...members } } };
    },
  };
}

export const SPEECHES: Readonly<Record<StreamDialect, Speech>> = {
  'http-sse': standard,
  superset: standard,
  rare4n: standard,
  'aareguru-json': standard,
  'orch-data': standard,
  clg: named(clg),
  rails: named(rails),
};

/** A URI, or `{"uri": …}`; of the origin of the stream, because the key is sent there. */
function endpointIn(data: string, stream: URL): URL {
  const text = data.startsWith('{') ? objectIn({ data })['uri'] : data;
  const url = typeof text === 'string' && URL.canParse(text, stream) ? new URL(text, stream) : undefined;
  if (!url) throw new ClientError('bad-answer', 'The endpoint of the stream is no address.');
  if (url.origin === stream.origin) return url;
  throw new ClientError('bad-answer', `The endpoint of the stream is at another origin: ${url.origin}.`, {
    isFinal: true,
  });
}

function messageIn(event: Pick<WireEvent, 'data'>): Heard | undefined {
  const message = objectIn(event);
  return isMessage(message) ? { kind: 'message', message } : undefined;
}

function objectIn({ data }: Pick<WireEvent, 'data'>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data);
    if (isObject(value)) return value;
  } catch {
    // Told below, in the same words.
  }
  throw new ClientError('bad-answer', 'An event of the stream is not a JSON object.');
}
