/**
 * What nodes tell one another of a request that is run once: who runs it, and what came of it. Its bytes are a line of
 * JSON, and after it the answer as it is.
 */
import type { ErrorWord } from '../../protocol/errors.ts';
import { isObject } from '../bridge/canonical.ts';
import type { AnswerFacts } from '../modern/modern-call.ts';
import type { Outcome } from './outcome.ts';
import type { RequestName } from './request-name.ts';

export interface OnceRecord {
  /** Where it is run, or was. */
  readonly node: string;
  readonly base: string;
  readonly digest: string;
  /** Undefined while it runs. */
  readonly outcome: Outcome | undefined;
}

export function recordBytes(node: string, { base, digest }: RequestName, outcome?: Outcome): Uint8Array {
  if (outcome === undefined || !('bytes' in outcome)) return line({ node, base, digest, refusal: outcome });
  const { bytes, id, facts } = outcome;
  const head = line({ node, base, digest, id: [id.start, id.end], facts });
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

/** Undefined for what no gateway wrote. */
export function readRecord(bytes: Uint8Array): OnceRecord | undefined {
  const end = bytes.indexOf(LINE_END);
  if (end < 0) return undefined;
  try {
    const head: unknown = JSON.parse(decoder.decode(bytes.subarray(0, end)));
    if (!isObject(head)) return undefined;
    const { node, base, digest, refusal, id, facts } = head;
    if (typeof node !== 'string' || typeof base !== 'string' || typeof digest !== 'string') return undefined;
    const [from, to] = Array.isArray(id) ? (id as unknown[]) : [];
    if (typeof from !== 'number' || typeof to !== 'number')
      return { node, base, digest, outcome: refusalOf(refusal) };
    const span = { start: from, end: to };
    return {
      node,
      base,
      digest,
      outcome: { bytes: bytes.subarray(end + 1), id: span, facts: factsOf(facts) },
    };
  } catch {
    return undefined;
  }
}

function refusalOf(value: unknown): Outcome | undefined {
  if (!isObject(value)) return undefined;
  const { word, message, data } = value;
  return {
    word: word as ErrorWord,
    message: String(message),
    ...(isObject(data) ? { data } : {}),
  };
}

function factsOf(value: unknown): AnswerFacts {
  const { code, word, isOwnExcess } = isObject(value) ? value : {};
  return {
    code: typeof code === 'number' ? code : undefined,
    word: typeof word === 'string' ? (word as ErrorWord) : undefined,
    isOwnExcess: isOwnExcess === true,
  };
}

function line(value: object): Uint8Array {
  return encoder.encode(`${JSON.stringify(value)}\n`);
}

const LINE_END = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
