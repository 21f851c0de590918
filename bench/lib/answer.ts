/** Reads what a server sent, so that every answer can be checked, at little cost. */
import { bigText } from '../targets/echo.ts';

/** What the bench needs to know of a message from the server. */
export interface Answer {
  readonly id: number | undefined;
  readonly method: string | undefined;
  /** The text of the first content of a tool's result; of a large result only its length, when it is right. */
  readonly text: string | undefined;
  readonly bigBytes: number;
}

const LARGE = 16 * 1024;
const TEXT = Buffer.from('"text":"');
let expected = Buffer.alloc(0);

/** Reads an answer, small ones in full. Of a large one the id is found at either end and all text compared. */
export function parseAnswer(bytes: Buffer, start: number, end: number): Answer {
  if (end - start > LARGE) return parseLarge(bytes, start, end);
  try {
    const message = JSON.parse(bytes.toString('latin1', start, end));
    return { id: message.id, method: message.method, text: message.result?.content?.[0]?.text, bigBytes: 0 };
  } catch {
    return { id: undefined, method: undefined, text: undefined, bigBytes: 0 };
  }
}

function parseLarge(bytes: Buffer, start: number, end: number): Answer {
  const from = bytes.indexOf(TEXT, start) + TEXT.length;
  const to = bytes.indexOf(34, from);
  const outside = bytes.toString('latin1', start, from) + bytes.toString('latin1', to, end);
  const id = /"id":\s*(\d+)/.exec(outside)?.[1];
  const length = to - from;
  if (expected.length !== length) expected = Buffer.from(bigText(length), 'latin1');
  const isRight = to > from && to < end && bytes.compare(expected, 0, length, from, to) === 0;
  return {
    id: id ? Number(id) : undefined,
    method: undefined,
    text: undefined,
    bigBytes: isRight ? length : -1,
  };
}
