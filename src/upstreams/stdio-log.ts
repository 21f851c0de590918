/** What a child writes to stderr: told line by line, and the last line kept for the case that it dies. */
import type { Readable } from 'node:stream';
import type { Observer } from '../engine/ports-observer.ts';
import { PerSecond } from './reports.ts';
import type { Child } from './stdio-child.ts';
import type { Redact } from './stdio-secrets.ts';

/** A longer line is cut: enough for a stack frame with its path, too little to hurt a log. */
const MAX_LINE_BYTES = 4 * 1024;
/** Lines told a second; what is beyond is counted. The child is never held up for its talk. */
const LINES_PER_SECOND = 200;
/** The same for all children of a server together, so that many cannot fill a disk. */
export const SERVER_LINES_PER_SECOND = 1_000;
/** Of the last line, what fits a sentence. */
const LAST_LINE_CHARS = 300;
const LETTER_N = 0x4e;

export interface LogOptions {
  readonly server: string;
  readonly observer: Observer;
  readonly now: () => number;
  /** What all children of the server share. */
  readonly total: PerSecond;
  /** Takes secrets out of a line. */
  readonly redact: Redact;
}

/** A child, and where its stderr goes from its first line on. */
export interface LoggedChild {
  readonly child: Child;
  readonly log: ServerLog;
}

export class ServerLog {
  readonly #options: LogOptions;
  readonly #rate: PerSecond;
  readonly #decoder = new TextDecoder();
  /** The beginning of a line whose end has not come yet; never more than `MAX_LINE_BYTES`. */
  #part = Buffer.alloc(0);
  #last: Buffer | undefined;

  constructor(stream: Readable, options: LogOptions) {
    this.#options = options;
    this.#rate = new PerSecond(LINES_PER_SECOND, options.now);
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('end', () => this.#take(Buffer.from('\n')));
  }

  /** The last line that tells something, without secrets and control characters, cut to 300 characters. */
  get lastLine(): string | undefined {
    if (!this.#last) return undefined;
    const text = this.#text(this.#last);
    return text.length > LAST_LINE_CHARS ? `${text.slice(0, LAST_LINE_CHARS - 1)}…` : text;
  }

  #take(chunk: Buffer): void {
    let last: Buffer | undefined;
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      const room = MAX_LINE_BYTES - this.#part.length;
      const line =
        this.#part.length === 0
          ? piece.subarray(0, room)
          : Buffer.concat([this.#part, piece.subarray(0, room)]);
      if (end < 0) {
        // Copies: a few bytes must not keep a whole chunk.
        this.#part = Buffer.from(line);
        if (last) this.#last = Buffer.from(last);
        return;
      }
      if (this.#part.length > 0) this.#part = Buffer.alloc(0);
      if (!isBlank(line)) {
        if (isTelling(line)) last = line;
        this.#tell(line);
      }
      start = end + 1;
    }
  }

  #tell(line: Buffer): void {
    const { observer, server, total } = this.#options;
    if (!observer.serverLog || !this.#rate.allow() || !total.allow()) return;
    const silent = this.#rate.takeDenied() + total.takeDenied();
    if (silent > 0) observer.serverLog({ server, line: `… ${silent} lines were left out` });
    observer.serverLog({ server, line: this.#text(line) });
  }

  #text(line: Buffer): string {
    return this.#options.redact(plain(this.#decoder.decode(line)), line.length >= MAX_LINE_BYTES);
  }
}

/** Not the tail of a stack trace: indented, a lone bracket, or Node's own last word after an uncaught error. */
function isTelling(line: Buffer): boolean {
  if (line.length < 2 || line[0] === 0x20 || line[0] === 0x09) return false;
  return line[0] !== LETTER_N || line.toString('latin1', 0, 9) !== 'Node.js v';
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte > 0x20) return false;
  return true;
}

/** Without colours and other control characters, which could forge lines in a terminal or a log. */
function plain(text: string): string {
  return text
    .replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .trim();
}
