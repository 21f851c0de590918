/**
 * What a modern server wants to know before it goes on, and each of it as a question that a legacy client understands.
 *
 * Source: MCP 2026-07-28, multi round-trip requests; MCP 2025-11-25, elicitation, sampling, roots.
 */
import { memberAt, membersOf } from '../../protocol/cuts.ts';
import { decodeString } from '../../protocol/decode.ts';
import type { Span } from '../../protocol/message.ts';
import { OPEN_OBJECT, QUOTE } from '../../protocol/text.ts';
import { asText, knowsContent } from './older-content.ts';
import { asObject, isObject, type Question, type Stamp } from './stamp.ts';

export interface Wanted {
  /** The server's name for it, as JSON text. */
  readonly key: string;
  readonly method: Question;
  /** JSON text. */
  readonly params: string;
}

export interface InputRequired {
  readonly questions: readonly Wanted[];
  /** As JSON text, byte for byte as it was said. */
  readonly state: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads such a result. @param result checked JSON @returns a text that says what is wrong with it */
export function readInputRequired(result: Uint8Array): InputRequired | string {
  const whole = { start: 0, end: result.length };
  const state = memberAt(result, whole, 'requestState');
  if (state.end > 0 && result[state.start] !== QUOTE) return 'its state is no text';
  const requests = memberAt(result, whole, 'inputRequests');
  const questions: Wanted[] = [];
  const members = requests.end > 0 ? membersOf(result, requests) : [];
  if (!members) return 'what it asks is no object';
  for (const { start, value, end } of members) {
    const method = textIn(result, memberAt(result, { start: value, end }, 'method'));
    if (!isQuestion(method)) return 'it asks what no client can be asked';
    const params = memberAt(result, { start: value, end }, 'params');
    if (params.end > 0 && result[params.start] !== OPEN_OBJECT)
      return 'what it asks has params that are no object';
    const before = text(result, { start, end: value });
    // Behind the name there is nothing but the colon and white space.
    const key = before.slice(0, before.lastIndexOf(':')).trimEnd();
    questions.push({ key, method, params: params.end > 0 ? text(result, params) : '{}' });
  }
  if (questions.length === 0 && state.end === 0) return 'it neither asks anything nor has a state';
  return { questions, state: state.end > 0 ? text(result, state) : undefined };
}

/** A question fit for a client, or the capabilities that the client would have to declare. */
export type Asking = { readonly params: string } | { readonly missing: Json };

/** @param id made for a page that is to be opened: 2025-11-25 wants one */
export function askingOf({ method, params }: Wanted, stamp: Stamp, id: () => string): Asking {
  const fields = asObject(JSON.parse(params));
  const missing = stamp.missing(method, fields);
  if (missing) return { missing };
  if (method === 'elicitation/create' && fields['mode'] === 'url' && fields['elicitationId'] === undefined)
    return { params: JSON.stringify({ ...fields, elicitationId: id() }) };
  return method === 'sampling/createMessage' ? samplingOf(fields, params, stamp) : { params };
}

/** Before 2025-11-25 a message had one block: one of several becomes several messages. */
function samplingOf(fields: Json, params: string, stamp: Stamp): Asking {
  const messages = Array.isArray(fields['messages']) ? fields['messages'].map(asObject) : [];
  const blocks = messages.flatMap(({ role, content }) =>
    (Array.isArray(content) ? content : [content]).map((block) => ({ role, block: asObject(block) })),
  );
  const usesTools = blocks.some(
    ({ block }) => block['type'] === 'tool_use' || block['type'] === 'tool_result',
  );
  const missing = usesTools ? stamp.missing('sampling/createMessage', { tools: [] }) : undefined;
  if (missing) return { missing };
  const { version } = stamp;
  const isFit = blocks.every(({ block }) => knowsContent(version, block['type']));
  if (version >= '2025-11-25' || (isFit && blocks.length === messages.length && !hasLists(messages)))
    return { params };
  const older = blocks.map(({ role, block }) => ({
    role,
    content: knowsContent(version, block['type']) ? block : (JSON.parse(asText(block)) as Json),
  }));
  return { params: JSON.stringify({ ...fields, messages: older }) };
}

function hasLists(messages: readonly Json[]): boolean {
  return messages.some(({ content }) => !isObject(content));
}

function isQuestion(method: string | undefined): method is Question {
  return method === 'elicitation/create' || method === 'sampling/createMessage' || method === 'roots/list';
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array, { start, end }: Span): string {
  return decoder.decode(bytes.subarray(start, end));
}

function textIn(bytes: Uint8Array, { start, end }: Span): string | undefined {
  return end > 0 && bytes[start] === QUOTE ? decodeString(bytes, start + 1, end - 1) : undefined;
}
