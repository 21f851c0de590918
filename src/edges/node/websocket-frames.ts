/**
 * Text frames as a server sends them: whole, not masked (RFC 6455 section 5). Small ones that wait are joined to one
 * buffer, so that they leave in one system call; the pieces of a large one are not copied.
 */
import type { Socket } from 'node:net';
import { sizeOf } from '../../engine/bytes.ts';
import type { Bytes } from '../../engine/ports.ts';

/** A final frame of text. */
const TEXT = 0x81;
/** Frames below this size are joined: copying is cheaper than one more buffer for the kernel. */
const JOIN_BELOW = 16 * 1024;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
const LONGEST_HEAD = 10;

/** Writes messages as frames of their own until the socket holds `fill` bytes. How many were written. */
export function writeFrames(socket: Socket, messages: readonly Bytes[], fill: number): number {
  let at = 0;
  socket.cork();
  while (at < messages.length && socket.writableLength < fill) at = writeSome(socket, messages, at);
  socket.uncork();
  return at;
}

/** Writes one large frame, or as many small ones as are joined; gives back where the next one is. */
function writeSome(socket: Socket, messages: readonly Bytes[], from: number): number {
  let to = from;
  let size = 0;
  for (; to < messages.length; to++) {
    const next = sizeOf(messages[to] as Bytes) + LONGEST_HEAD;
    if (size + next > JOIN_BELOW) break;
    size += next;
  }
  if (to > from) {
    socket.write(joined(messages, from, to, size));
    return to;
  }
  const message = messages[from] as Bytes;
  const head = Buffer.allocUnsafe(LONGEST_HEAD);
  socket.write(head.subarray(0, writeHead(head, 0, sizeOf(message))));
  if (message instanceof Uint8Array) socket.write(message);
  else for (const piece of message) socket.write(piece);
  return from + 1;
}

/** @param most as many bytes as they can have together */
function joined(messages: readonly Bytes[], from: number, to: number, most: number): Buffer {
  const frames = Buffer.allocUnsafe(most);
  let at = 0;
  for (let index = from; index < to; index++) {
    const message = messages[index] as Bytes;
    at = writeHead(frames, at, sizeOf(message));
    if (message instanceof Uint8Array) at = put(frames, at, message);
    else for (const piece of message) at = put(frames, at, piece);
  }
  return frames.subarray(0, at);
}

function put(frames: Buffer, at: number, piece: Uint8Array): number {
  frames.set(piece, at);
  return at + piece.length;
}

/** The first bytes of a frame (RFC 6455 section 5.2). Gives back where its text begins. */
function writeHead(frame: Buffer, at: number, length: number): number {
  frame[at] = TEXT;
  if (length < TWO_BYTES) {
    frame[at + 1] = length;
    return at + 2;
  }
  if (length <= 0xffff) {
    frame[at + 1] = TWO_BYTES;
    return frame.writeUInt16BE(length, at + 2);
  }
  frame[at + 1] = EIGHT_BYTES;
  return frame.writeUIntBE(length, frame.writeUInt16BE(0, at + 2), 6);
}
