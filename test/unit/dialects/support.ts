/** What the tests of the codecs share. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Bytes, RequestHead } from '../../../src/engine/ports.ts';

const encoder = new TextEncoder();

export const SESSION = { id: 's1', endpoint: '/messages?sessionId=s1' };
/** 2026-11-20T09:00:00.250Z, and a bit. */
export const NOW = 1_795_165_200_250.75;
export const ISO = '2026-11-20T09:00:00.250Z';
export const MS = 1_795_165_200_250;

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function text(data: Bytes | undefined): string {
  if (data === undefined) return '';
  return (data instanceof Uint8Array ? [data] : data).map((piece) => Buffer.from(piece).toString()).join('');
}

/** What a standard reader makes of frames. */
export function parsed(frames: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(frames);
  return events;
}

export function head(query = '', headers: Record<string, string> = {}): RequestHead {
  return { method: 'POST', path: '/messages', query, header: (name) => headers[name] };
}
