/**
 * What an operator asks, on its way to another node: sealed piece by piece for that node alone, in the order of a number
 * that only goes up, and good for a short time.
 *
 * Guarantees: whoever may write to what nodes share, and has no key of theirs, can neither make such a letter, nor change
 * one, nor deliver it twice, later, or to another node; whoever may read there learns nothing of it.
 */
import type { Runtime } from '../../engine/ports.ts';
import type { Seal } from '../../engine/ports-era.ts';
import { wallTime } from '../../engine/wall.ts';
import type { OperatorAsk } from '../http/carried-operator.ts';
import type { Visit } from '../http/front.ts';
import { CarriedRequest } from './carried-request.ts';

/** What routes may want to know of a request. */
const HEADERS = ['accept', 'content-type', 'last-event-id', 'if-none-match', 'host'] as const;
/** A seal takes 64 KiB. */
const PIECE = 48 * 1024;
/** Of which a letter has so many: what operators send is 1 MiB at most. */
const MOST_PIECES = 24;
/** How old it may be; clocks of nodes may differ by as much. */
const FRESH_MS = 60_000;
/** Nodes whose last number is known; names of nodes are new with each start. */
const MOST_SENDERS = 1_000;

interface Head {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly scheme: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly operator: string;
  readonly address: string;
}

export interface LetterPorts {
  /** What this node is called. */
  readonly node: string;
  readonly seal?: Seal | undefined;
  readonly runtime: Pick<Runtime, 'now' | 'wall'>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Letters {
  readonly #ports: LetterPorts;
  /** By sender, the one that was heard of last at the end. */
  readonly #latest = new Map<string, number>();
  #number = 0;

  constructor(ports: LetterPorts) {
    this.#ports = ports;
  }

  /** To be sent at once: what is written later and comes earlier makes it void. */
  write(to: string, visit: Visit, body: Uint8Array): string[] {
    const { node, seal, runtime } = this.#ports;
    const whole = wholeOf(headOf(visit, wallTime(runtime)), body);
    const number = String(++this.#number);
    const count = Math.ceil(whole.length / PIECE);
    const pieces = Array.from({ length: count }, (_, at) => {
      const piece = whole.subarray(at * PIECE, (at + 1) * PIECE);
      return seal?.seal(piece, contextOf({ from: node, to, number, at, count })) ?? '';
    });
    return [number, ...pieces];
  }

  /** Undefined for what that node did not write for this one, or what was read before, or is old. Never throws. */
  read(from: string, [number = '', ...pieces]: readonly string[]): OperatorAsk | undefined {
    const whole = this.#opened(from, number, pieces);
    if (!whole || !this.#isNext(from, Number(number))) return undefined;
    const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
    const head = JSON.parse(decoder.decode(whole.subarray(4, 4 + length))) as Head;
    if (Math.abs(wallTime(this.#ports.runtime) - head.at) > FRESH_MS) return undefined;
    const { operator, address } = head;
    const request = new CarriedRequest({ ...head, forwarded: [] }, whole.subarray(4 + length));
    return { request, operator, address, from };
  }

  #opened(from: string, number: string, pieces: readonly string[]): Uint8Array | undefined {
    const { node: to, seal } = this.#ports;
    const count = pieces.length;
    if (count === 0 || count > MOST_PIECES) return undefined;
    const whole = new Uint8Array(count * PIECE);
    let size = 0;
    for (const [at, piece] of pieces.entries()) {
      const opened = seal?.open(piece, contextOf({ from, to, number, at, count }));
      if (!opened) return undefined;
      whole.set(opened, size);
      size += opened.length;
    }
    return whole.subarray(0, size);
  }

  #isNext(from: string, number: number): boolean {
    if (number <= (this.#latest.get(from) ?? 0)) return false;
    this.#latest.delete(from);
    const [oldest] = this.#latest.keys();
    if (oldest !== undefined && this.#latest.size >= MOST_SENDERS) this.#latest.delete(oldest);
    this.#latest.set(from, number);
    return true;
  }
}

interface Place {
  readonly from: string;
  readonly to: string;
  readonly number: string;
  readonly at: number;
  readonly count: number;
}

function contextOf({ from, to, number, at, count }: Place): string {
  return `operator ${from} ${to} ${number} ${at} ${count}`;
}

function headOf({ request, caller, address }: Visit, at: number): Head {
  const headers: [string, string][] = [];
  for (const name of HEADERS) {
    const value = request.header(name);
    if (value !== undefined) headers.push([name, value]);
  }
  const { method, path, query, scheme = '' } = request;
  return { at, method, path, query, scheme, headers, operator: caller?.principal ?? '', address };
}

function wholeOf(head: Head, body: Uint8Array): Uint8Array {
  const text = encoder.encode(JSON.stringify(head));
  const whole = new Uint8Array(4 + text.length + body.length);
  new DataView(whole.buffer).setUint32(0, text.length);
  whole.set(text, 4);
  whole.set(body, 4 + text.length);
  return whole;
}
