/**
 * The trace in `params._meta` of a request: read, and written in, every other byte as it was sent.
 *
 * Source: MCP 2026-07-28, base protocol, `_meta` (`traceparent`, `tracestate`, `baggage`); SEP-414.
 */
import { type Cut, memberAt } from './cuts.ts';
import { decodeString } from './decode.ts';
import type { Message, Span } from './message.ts';
import { CLOSE_OBJECT, OPEN_OBJECT, QUOTE } from './text.ts';
import type { TraceHead, TraceTexts } from './trace-context.ts';

/** Where its members stand; an `end` of 0 where one is absent. */
interface Places {
  readonly meta: Span;
  readonly traceparent: Span;
  readonly tracestate: Span;
  readonly baggage: Span;
}

/** The texts as they stand there, not checked; undefined where `_meta` says nothing of a trace. */
export function traceIn(message: Message): TraceHead | undefined {
  const { traceparent, tracestate, baggage } = placesIn(message);
  if (traceparent.end === 0 && baggage.end === 0) return undefined;
  const { bytes } = message;
  return {
    traceparent: textAt(bytes, traceparent),
    tracestate: textAt(bytes, tracestate),
    baggage: textAt(bytes, baggage),
  };
}

/**
 * The cuts that write a trace into a request in place of the one that it has; none where that stands there already, or where
 * there is no place for it (`params` that are a list). They touch neither its id nor its progress token.
 */
export function traceCuts(message: Message, trace: TraceTexts): Cut[] {
  const { bytes, params } = message;
  if (params.end === 0) return [{ ...opening(bytes, 0), by: encode(`{"params":{"_meta":{${all(trace)}}},`) }];
  if (bytes[params.start] !== OPEN_OBJECT) return [];
  const places = placesIn(message);
  const { meta } = places;
  if (meta.end === 0) {
    const isOdd = message.meta === undefined && memberAt(bytes, params, '_meta').end > 0;
    return isOdd ? [] : [into(bytes, params, `"_meta":{${all(trace)}}`)];
  }
  const cuts: Cut[] = [];
  const missing: string[] = [];
  for (const name of NAMES) {
    const span = places[name];
    const text = trace[name];
    if (span.end > 0) {
      // One that belongs to another trace must not be taken for a part of this one.
      if (textAt(bytes, span) !== text) cuts.push({ ...span, by: encode(JSON.stringify(text ?? '')) });
    } else if (text !== undefined) missing.push(member(name, text));
  }
  if (missing.length > 0) cuts.push(into(bytes, meta, missing.join(',')));
  return cuts;
}

const NAMES = ['traceparent', 'tracestate', 'baggage'] as const;
const ABSENT: Span = { start: 0, end: 0 };
/** A text that is longer is not read: none may be. */
const LONGEST = 8_192;

/** Those of a message that was changed on its way are looked for; else they are known. */
function placesIn({ bytes, params, meta, claims }: Message): Places {
  if (meta) {
    const { traceparent = ABSENT, tracestate = ABSENT, baggage = ABSENT } = claims ?? {};
    return { meta, traceparent, tracestate, baggage };
  }
  const found = memberAt(bytes, params, '_meta');
  const isObject = found.end > 0 && bytes[found.start] === OPEN_OBJECT;
  const at = (name: string): Span => (isObject ? memberAt(bytes, found, name) : ABSENT);
  return {
    meta: isObject ? found : ABSENT,
    traceparent: at('traceparent'),
    tracestate: at('tracestate'),
    baggage: at('baggage'),
  };
}

function textAt(bytes: Uint8Array, { start, end }: Span): string | undefined {
  if (end === 0 || bytes[start] !== QUOTE || end - start > LONGEST + 2) return undefined;
  return decodeString(bytes, start + 1, end - 1);
}

function all(trace: TraceTexts): string {
  let text = member('traceparent', trace.traceparent);
  if (trace.tracestate !== undefined) text += `,${member('tracestate', trace.tracestate)}`;
  if (trace.baggage !== undefined) text += `,${member('baggage', trace.baggage)}`;
  return text;
}

function member(name: string, text: string): string {
  return `"${name}":${PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)}`;
}

/** What JSON writes as it is, and most texts of traces are. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Members that come first in an object: its brace is cut, so that what stands beside it may be, too. */
function into(bytes: Uint8Array, { start }: Span, members: string): Cut {
  const isEmpty = bytes[solid(bytes, start + 1)] === CLOSE_OBJECT;
  return { start, end: start + 1, by: encode(isEmpty ? `{${members}` : `{${members},`) };
}

function opening(bytes: Uint8Array, from: number): Span {
  const start = solid(bytes, from);
  return { start, end: start + 1 };
}

/** The first byte from there on that is no white space. */
function solid(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at++;
  return at;
}

/** All that is written is ASCII. For texts this short, quicker than an encoder. */
function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
