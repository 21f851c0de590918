/** Frames of a stream that hold no message: made of words, an identity and a time. */
import { encodeComment, encodeEvent } from '../protocol/sse.ts';

const encoder = new TextEncoder();

/** An event whose data is a JSON value. */
export function valueEvent(event: string | undefined, value: unknown): Uint8Array {
  return textEvent(event, JSON.stringify(value));
}

/** An event whose data is a text without line breaks. */
export function textEvent(event: string | undefined, text: string): Uint8Array {
  return together([encodeEvent({ event, data: encoder.encode(text) })].flat());
}

export function comment(text: string): Uint8Array {
  return encodeComment(text);
}

/** Frames that follow each other, as one piece. */
export function together(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0] as Uint8Array;
  const whole = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    whole.set(frame, at);
    at += frame.length;
  }
  return whole;
}

/** A JSON value as the whole body of an answer. */
export function body(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** A time as a whole number of ms. */
export function millis(now: number): number {
  return Math.floor(now);
}

/** A time as ISO 8601 in UTC. */
export function iso(now: number): string {
  return new Date(now).toISOString();
}
