/**
 * Standard error as a way for the log that holds up nobody: not the turn in which something is logged, not a thread of the
 * pool for as long as nobody reads, and not the end of the process.
 */
import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import process from 'node:process';
import type { LogWay } from './log-sink.ts';

const STDERR = 2;

export function standardError(): LogWay {
  const fd = unblocked();
  return {
    write: (bytes, done) => write(fd, bytes, (error, taken) => done(error, taken)),
    writeNow: (bytes) => writeSync(fd, bytes),
  };
}

/**
 * A terminal (which Ctrl-S stops) is opened anew, so that whoever shares it is not affected. Pipes and sockets do not block
 * once Node has looked at them. Files block by nature, in a thread of their own.
 */
function unblocked(): number {
  // Looking at it is what makes Node set it up.
  if (!process.stderr.isTTY) return STDERR;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    const fd = openSync('/dev/fd/2', O_WRONLY | O_NONBLOCK | O_NOCTTY);
    return fstatSync(fd).rdev === fstatSync(STDERR).rdev ? fd : STDERR;
  } catch {
    return STDERR;
  }
}
