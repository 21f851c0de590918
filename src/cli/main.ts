#!/usr/bin/env node
/** Where the command line begins, and where everything that went wrong ends as one clear sentence. */
import process from 'node:process';
import { ConfigError } from '../config/problems.ts';
import { CliError, EXIT } from './exit.ts';
import { harmless, processIo } from './io.ts';
import { runProgram } from './program.ts';

/** What is still open after a command has ended may hold the process no longer than this. */
const LINGER_MS = 1_000;

const io = processIo();
const argv = process.argv.slice(2);

// `sluice list | head` closes our output early: nobody reads any more, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.usage);
});

// Whoever reads our talk may go away before us: what is served goes on.
process.stderr.on('error', () => undefined);

process.exitCode = await runProgram(io, argv, loadGateway).catch(explain);
setTimeout(leave, LINGER_MS).unref();

async function loadGateway() {
  return (await import('../edges/node/start.ts')).startGateway;
}

function explain(error: unknown): number {
  const [code, message] =
    error instanceof CliError
      ? [error.code, error.message]
      : error instanceof ConfigError
        ? [EXIT.usage, error.message]
        : [EXIT.usage, `Something went wrong: ${error instanceof Error ? error.message : String(error)}`];
  io.err(`${harmless(message)}\n`);
  if (argv.includes('--verbose') && error instanceof Error) {
    io.err(`${error.stack ?? ''}\n`);
    if (error.cause instanceof Error) io.err(`Caused by: ${error.cause.stack ?? error.cause.message}\n`);
  }
  return code;
}

/** Ends the process once its output is out. */
function leave(): void {
  if (process.stdout.writableLength > 0) setTimeout(leave, LINGER_MS);
  else process.exit();
}
