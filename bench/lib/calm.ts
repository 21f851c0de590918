/**
 * Waiting for quiet neighbours: on a machine that others use too, a window is opened only when both cores are
 * idle, and measured once more when it was disturbed. Bounded: once the patience of the run is used up,
 * figures are taken as they come, and say how busy the others were.
 */
import { LOAD_CORE, SERVER_CORE, sleep } from './launch.ts';
import { coreBusyNs } from './proc.ts';

const LOOK_MS = 60;
/** What counts as quiet before a window, and as undisturbed after it: the share of a core others used. */
const QUIET = 0.2;
const UNDISTURBED = 0.08;

export class Patience {
  #leftMs: number;
  constructor(ms: number) {
    this.#leftMs = ms;
  }

  /** Resolves when the cores are quiet, or when no patience is left. */
  async quiet(): Promise<void> {
    while (this.#leftMs > 0) {
      const before = coreBusyNs(SERVER_CORE) + coreBusyNs(LOAD_CORE);
      await sleep(LOOK_MS);
      const busy = coreBusyNs(SERVER_CORE) + coreBusyNs(LOAD_CORE) - before;
      if (busy / 1e6 / LOOK_MS < QUIET) return;
      this.#leftMs -= LOOK_MS;
    }
  }

  /** Measures, and once more when others disturbed it; gives the calmer of the two. */
  async measure<T extends { othersBusy: number }>(run: () => Promise<T>): Promise<T> {
    await this.quiet();
    const first = await run();
    if (first.othersBusy < UNDISTURBED || this.#leftMs <= 0) return first;
    const startedAt = performance.now();
    await this.quiet();
    const second = await run();
    this.#leftMs -= performance.now() - startedAt;
    return second.othersBusy < first.othersBusy ? second : first;
  }
}
