/** What a command borrows from the process it runs in, so that tests can stand in for it. */
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { LogSink } from '../edges/node/log-sink.ts';
import { standardError } from '../edges/node/log-way.ts';
import type { Environment } from '../config/interpolate.ts';

export type Signal = 'SIGINT' | 'SIGTERM';

export interface Io {
  /** The result: standard output. */
  out(text: string): void;
  /** The talk: standard error. */
  err(text: string): void;
  /**
   * Standard error as a log takes it: nobody who reads it slowly, or not at all, holds up anything. Default: `err`.
   * @param onFlow told how many lines were lost, once lines flow again
   */
  openLog?(onFlow: (lost: number) => void): LogSink;
  /** Whether people look at it. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Characters of a line of standard error. */
  readonly columns: number;
  readonly env: Environment;
  readonly cwd: string;
  /** Milliseconds since the process began. */
  sinceStart(): number;
  /** Listens for Ctrl-C and SIGTERM until the returned function is called. */
  onSignal(listener: (signal: Signal) => void): () => void;
  /**
   * Listens for SIGHUP, which asks to look at files again, until the returned function is called. Not on a terminal,
   * where it says that the terminal is gone.
   */
  onHangup(listener: () => void): () => void;
  /**
   * Standard input and output as streams, for whoever needs them alone: their errors are the taker's, and what others
   * write to standard output from now on goes to standard error.
   */
  pipes(): { readonly input: Readable; readonly output: Writable };
  /** Ends the process at once. */
  exit(code: number): void;
}

export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    openLog: (onFlow) => {
      const sink = new LogSink(standardError(), onFlow);
      process.once('exit', () => sink.flushNow());
      return sink;
    },
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    env: process.env,
    cwd: process.cwd(),
    sinceStart: () => performance.now(),
    onSignal(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    onHangup(listener) {
      if (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY) return () => {};
      process.on('SIGHUP', listener);
      return () => void process.off('SIGHUP', listener);
    },
    pipes: takePipes,
    exit: (code) => process.exit(code),
  };
}

function takePipes(): { readonly input: Readable; readonly output: Writable } {
  const { stdin: input, stdout: output, stderr } = process;
  output.removeAllListeners('error');
  // Whoever reads our talk may go away before us, and the end must still be a good one.
  stderr.on('error', () => undefined);
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr });
  return { input, output };
}

export type Paint = (style: Style, text: string) => string;
export type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'red' | 'yellow';

/** Colours for standard output, where people look at it and did not forbid them (no-color.org). */
export function painter(io: Pick<Io, 'outIsTerminal' | 'env'>): Paint {
  const isPlain = !io.outIsTerminal || (io.env['NO_COLOR'] ?? '') !== '' || io.env['TERM'] === 'dumb';
  return (style, text) => (isPlain ? text : styleText(style, text, { validateStream: false }));
}

/** A text from elsewhere, safe for a terminal: no control characters but line breaks and tabs. */
export function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}
