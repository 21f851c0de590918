/** Ctrl-C for commands that wait for a server: the first lets them end well, the second ends them at once. */
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** The reason of the signal that `work` gets. */
class Interrupted extends Error {
  constructor() {
    super('The call was cancelled by its user.');
    this.name = 'AbortError';
  }
}

/**
 * Runs `work` with a signal that Ctrl-C and SIGTERM abort.
 * @returns what `work` returns, or 130 when it was interrupted
 */
export async function interruptible(io: Io, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interrupt = new AbortController();
  const unlisten = io.onSignal(() => {
    if (interrupt.signal.aborted) io.exit(EXIT.interrupted);
    else interrupt.abort(new Interrupted());
  });
  try {
    const code = await work(interrupt.signal);
    return interrupt.signal.aborted ? EXIT.interrupted : code;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    unlisten();
  }
}
