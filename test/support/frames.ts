/** WebSocket frames byte by byte (RFC 6455 section 5.2), for what no WebSocket library would send. */
import { randomBytes } from 'node:crypto';
import { Wire } from './raw.ts';

export const TEXT = 0x1;
export const BINARY = 0x2;
export const CONTINUATION = 0x0;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

export interface FrameOptions {
  /** Default true. */
  readonly fin?: boolean;
  /** Default true, as clients must. */
  readonly masked?: boolean;
  /** The three reserved bits. */
  readonly rsv?: number;
  /** What the head says of the length; default the truth. */
  readonly length?: number;
}

/** A frame as a client sends it. */
export function frame(opcode: number, payload: string | Uint8Array = '', options: FrameOptions = {}): Buffer {
  const { fin = true, masked = true, rsv = 0 } = options;
  const bytes = Buffer.from(payload as string);
  const length = options.length ?? bytes.length;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (length < 126) head.push(mask | length);
  else if (length <= 0xffff) head.push(mask | 126, length >> 8, length & 0xff);
  else {
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64BE(BigInt(length));
    head.push(mask | 127, ...eight);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), bytes]);
  const key = randomBytes(4);
  return Buffer.concat([Buffer.from(head), key, bytes.map((byte, at) => byte ^ (key[at % 4] as number))]);
}

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The frames in what a server sent behind the head of its answer. What is not complete is left out. */
export function framesIn(received: string): Frame[] {
  const bytes = Buffer.from(received.slice(received.indexOf('\r\n\r\n') + 4), 'latin1');
  const frames: Frame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] as number) & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 2 + extra > bytes.length) break;
    const length =
      extra === 2 ? bytes.readUInt16BE(at + 2) : extra === 8 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    const start = at + 2 + extra;
    if (start + length > bytes.length) break;
    frames.push({ opcode: (bytes[at] as number) & 0x0f, payload: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
}

/** The code of the last frame that closes; undefined when there is none. */
export function closeCode(received: string): number | undefined {
  const last = framesIn(received).findLast(({ opcode }) => opcode === CLOSE);
  return last && last.payload.length >= 2 ? last.payload.readUInt16BE(0) : undefined;
}

/** A WebSocket by hand: the handshake is done, the rest is the test's. @param also goes with the handshake */
export async function openByHand(port: number, path = '/ws', also: Uint8Array = Buffer.alloc(0)) {
  const wire = await Wire.open(port);
  const head = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '',
    '',
  ].join('\r\n');
  wire.write(Buffer.concat([Buffer.from(head), also]));
  await wire.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
  return wire;
}
