/**
 * The checks of the arguments of one server's tools: each made once, when it is first needed.
 *
 * Guarantees: bounded in number and in bytes of the schemas they are made of, the one used longest ago gives way.
 */
import { memberAt } from '../../protocol/cuts.ts';
import type { Message } from '../../protocol/message.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import { memberOf } from './annotations.ts';
import { ArgumentCheck, type Misfit, SchemaError, type SchemaLibrary } from './argument-check.ts';
import type { BookedTool } from './tool-books.ts';

const MOST_CHECKS = 500;
const MOST_BYTES = 4 * 1024 * 1024;

/** Why a call is not sent. */
export interface Objection {
  readonly word: ErrorWord;
  readonly message: string;
  readonly data?: Record<string, unknown>;
}

interface Made {
  readonly check: ArgumentCheck | SchemaError;
  readonly bytes: number;
}

let library: SchemaLibrary | undefined;

/** Loaded only where arguments are checked: it costs every start its time otherwise. */
export async function loadChecks(): Promise<void> {
  library ??= await import('@cfworker/json-schema');
}

export function canCheck(): boolean {
  return library !== undefined;
}

export class ArgumentChecks {
  readonly #made = new Map<BookedTool, Made>();
  #bytes = 0;

  get size(): number {
    return this.#made.size;
  }

  /** What speaks against a call of a tool; undefined when its arguments fit. `canCheck()` must hold. */
  objection(tool: BookedTool, message: Message): Objection | undefined {
    const check = this.#of(tool);
    if (check instanceof SchemaError) return unfit(check);
    try {
      const misfits = check.misfits(argumentsOf(message));
      return misfits.length === 0 ? undefined : misfitting(misfits);
    } catch (error) {
      if (error instanceof SchemaError) return unfit(error);
      throw error;
    }
  }

  #of(tool: BookedTool): ArgumentCheck | SchemaError {
    const known = this.#made.get(tool);
    this.#made.delete(tool);
    const made = known ?? make(tool);
    this.#made.set(tool, made);
    if (known) return known.check;
    this.#bytes += made.bytes;
    for (const [oldest, { bytes }] of this.#made) {
      if (oldest === tool || (this.#made.size <= MOST_CHECKS && this.#bytes <= MOST_BYTES)) break;
      this.#made.delete(oldest);
      this.#bytes -= bytes;
    }
    return made.check;
  }
}

function make({ item }: BookedTool): Made {
  const text = memberOf(item, 'inputSchema');
  try {
    if (!library || text === undefined) throw new SchemaError('is missing');
    return { check: new ArgumentCheck(text, library), bytes: text.length };
  } catch (error) {
    if (error instanceof SchemaError) return { check: error, bytes: 0 };
    throw error;
  }
}

function unfit({ message }: SchemaError): Objection {
  return {
    word: 'upstream_bad_answer',
    message: `The call was not sent, because its arguments cannot be checked: the schema of the tool ${message}.`,
  };
}

function misfitting(misfits: readonly Misfit[]): Objection {
  const places = misfits.map(({ at, rule }) => `${at === '' ? 'the whole' : at} (${rule})`).join(', ');
  return {
    word: 'invalid_params',
    message: `The arguments do not fit the schema of the tool: ${places}.`,
    data: { misfits },
  };
}

const decoder = new TextDecoder();

/** Of the bytes that are sent. They were read in full: they are JSON, and nothing in them is written twice. */
function argumentsOf({ bytes, params }: Message): unknown {
  const { start, end } = memberAt(bytes, params, 'arguments');
  return end === 0 ? {} : (JSON.parse(decoder.decode(bytes.subarray(start, end))) as unknown);
}
