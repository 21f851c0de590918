/** Messages as bytes, and as far as tests look into them. */
import type { Bytes } from '../../../src/engine/ports.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function bytesOf(value: unknown): Uint8Array {
  return encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));
}

export function textOf(bytes: Bytes | undefined): string {
  if (bytes === undefined) return '';
  return bytes instanceof Uint8Array
    ? decoder.decode(bytes)
    : bytes.map((piece) => decoder.decode(piece)).join('');
}

/** A parsed message, as far as tests look into it. */
export interface Wire {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { code: number; message: string; data?: { code?: string } & Record<string, unknown> };
}
