/**
 * What a legacy server asks while a call runs, as a modern client is asked the same.
 *
 * Source: MCP 2025-11-25, elicitation, sampling, roots; MCP 2026-07-28, multi round-trip requests.
 */
import { cut, memberAt, membersOf, type Cut } from '../../protocol/cuts.ts';
import { errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { copySpan, sameScalar, type Message, type Span } from '../../protocol/message.ts';
import { result } from '../notice.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import { isObject } from './canonical.ts';
import { withoutMeta } from './bridged-request.ts';
import type { Askable } from './terms.ts';

/** The conversation in which it was asked, and the server's raw id. */
interface Asker {
  readonly upstream: UpstreamSession;
  readonly id: Uint8Array;
}

/** A question as its client is to be asked. */
export interface Question {
  /** JSON text of an `InputRequest`. */
  readonly text: string;
  /** Undefined where the server does not wait for the answer: it wants to be called again. */
  readonly asker: Asker | undefined;
}

/** What belongs to tasks and to notifications that there are no more. */
const DROP: ReadonlySet<string> = new Set(['task', 'elicitationId']);
const DROP_WITH_META: ReadonlySet<string> = new Set([...DROP, '_meta']);
const META: ReadonlySet<string> = new Set(['progressToken', 'io.modelcontextprotocol/related-task']);

const decoder = new TextDecoder();

/** The same question for a modern client; undefined when it cannot be asked that. */
export function questionIn(
  upstream: UpstreamSession,
  message: Message,
  askable: Askable,
): Question | undefined {
  if (!mayAsk(message, askable)) return undefined;
  const { bytes, params, method } = message;
  const told = params.end === 0 ? '{}' : inNewWords(bytes, params);
  const text = `{"method":${JSON.stringify(method)},"params":${told}}`;
  return { text, asker: { upstream, id: copySpan(bytes, message.id) } };
}

/** What a client would have to declare to be asked this; undefined when it did, or nobody can be. */
export function lackingFor(message: Message, askable: Askable): Record<string, unknown> | undefined {
  if (mayAsk(message, askable)) return undefined;
  const { bytes, params, method } = message;
  switch (method) {
    case 'elicitation/create':
      return { elicitation: isUrl(bytes, params) ? { url: {} } : { form: {} } };
    case 'sampling/createMessage':
      return { sampling: askable.sampling ? { tools: {} } : {} };
    case 'roots/list':
      return { roots: {} };
    default:
      return undefined;
  }
}

function mayAsk({ bytes, method, params }: Message, askable: Askable): boolean {
  const has = (name: string): boolean => memberAt(bytes, params, name).end > 0;
  switch (method) {
    case 'elicitation/create':
      return isUrl(bytes, params) ? askable.url : askable.form;
    case 'sampling/createMessage':
      return askable.sampling && (askable.samplingTools || !(has('tools') || has('toolChoice')));
    case 'roots/list':
      return askable.roots;
    default:
      return false;
  }
}

function isUrl(bytes: Uint8Array, params: Span): boolean {
  const { start, end } = memberAt(bytes, params, 'mode');
  return decoder.decode(bytes.subarray(start, end)) === '"url"';
}

/** Params without what only the old words have. */
function inNewWords(bytes: Uint8Array, params: Span): string {
  const own = bytes.subarray(params.start, params.end);
  const whole = { start: 0, end: own.length };
  const cuts: Cut[] = withoutMeta(own, whole, DROP, DROP_WITH_META, META);
  return decoder.decode(cut(own, cuts));
}

/** The questions in an error that wants a URL to be visited first (-32042, `data.elicitations`). */
export function elicitationsIn({ bytes, outcome }: Message): Question[] {
  const data = memberAt(bytes, outcome, 'data');
  const { start, end } = memberAt(bytes, data, 'elicitations');
  const list: unknown = end === 0 ? [] : parsed(bytes.subarray(start, end));
  if (!Array.isArray(list)) return [];
  return list.filter(isUrlElicitation).map(({ message, url }) => {
    const params = { mode: 'url', message, url };
    return { text: JSON.stringify({ method: 'elicitation/create', params }), asker: undefined };
  });
}

function isUrlElicitation(one: unknown): one is { message: string; url: string } {
  return isObject(one) && typeof one['url'] === 'string' && typeof one['message'] === 'string';
}

function parsed(json: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(json));
  } catch {
    return undefined;
  }
}

/** Tells the server that nobody will answer. */
export function refuse({ upstream, id }: Asker, word: ErrorWord, message: string): void {
  upstream.reply(errorResponse(id, word, message));
}

/** @param json the client's result, as it was sent */
export function reply({ upstream, id }: Asker, json: Uint8Array): void {
  upstream.reply(result(id, decoder.decode(json)));
}

/** Whether a `notifications/cancelled` of the server is about this question. */
export function isCalledOff({ asker }: Question, upstream: UpstreamSession, message: Message): boolean {
  if (asker?.upstream !== upstream) return false;
  return sameScalar(asker.id, { start: 0, end: asker.id.length }, message.bytes, message.requestId);
}

/** The raw values that a client gave, by the keys under which it was asked; undefined when one of them is no object. */
export function answersIn(
  { bytes }: Message,
  inputResponses: Span,
  keys: Iterable<string>,
): ReadonlyMap<string, Uint8Array> | undefined {
  const answers = new Map<string, Uint8Array>();
  if (inputResponses.end === 0) return answers;
  const members = membersOf(bytes, inputResponses);
  if (!members) return undefined;
  const asked = new Set(keys);
  for (const { name, value, end } of members) {
    if (!asked.has(name)) continue;
    if (bytes[value] !== OPEN_OBJECT) return undefined;
    answers.set(name, copySpan(bytes, { start: value, end }));
  }
  return answers;
}

/** Whether the person did what was asked for. */
export function isAccepted(answer: Uint8Array): boolean {
  return (JSON.parse(decoder.decode(answer)) as { action?: unknown }).action === 'accept';
}

/** The result that asks a client, as JSON text. */
export function inputRequired(questions: ReadonlyMap<string, Question>, state: string): string {
  const requests = [...questions].map(([key, { text }]) => `${JSON.stringify(key)}:${text}`).join(',');
  return `{"resultType":"input_required","inputRequests":{${requests}},"requestState":${JSON.stringify(state)}}`;
}

const OPEN_OBJECT = 0x7b;
