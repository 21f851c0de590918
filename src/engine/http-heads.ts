/** The heads of answers, shared so that no message builds its own. */

/** A stream: never cached, never buffered, never compressed (WHATWG HTML, server-sent events; nginx docs). */
export const STREAM_HEAD: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};

export const JSON_HEAD: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

export const EMPTY_HEAD: Readonly<Record<string, string>> = {};
