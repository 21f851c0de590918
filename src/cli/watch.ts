/** Tells when a file may have changed. */
import { watch } from 'node:fs';
import { dirname } from 'node:path';

export interface WatchOptions {
  /** Called once things have been quiet for `quietMs`, at the latest `mostMs` after the first stir. */
  readonly changed: () => void;
  /** The folder cannot be watched (any more). */
  readonly failed: (error: Error) => void;
  /** Editors write in several steps. Default 100 ms. */
  readonly quietMs?: number;
  /** A folder that is never quiet must not hide a change. Default 1,000 ms. */
  readonly mostMs?: number;
}

/**
 * Watches the folder of a file, not the file: editors replace files by renaming, and container platforms swap
 * links beside them. So `changed` also comes for neighbours; whoever listens compares the contents.
 * @returns ends the watching; afterwards nothing is called
 */
export function watchFile(path: string, options: WatchOptions): () => void {
  const { changed, failed, quietMs = 100, mostMs = 1_000 } = options;
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;
  const fire = () => {
    timer = undefined;
    since = undefined;
    changed();
  };
  const stir = () => {
    const now = performance.now();
    since ??= now;
    clearTimeout(timer);
    timer = setTimeout(fire, Math.max(0, Math.min(quietMs, since + mostMs - now)));
    timer.unref();
  };
  const end = () => {
    clearTimeout(timer);
    watcher.close();
  };
  const watcher = watch(dirname(path), { persistent: false }, stir);
  watcher.on('error', (error) => {
    end();
    failed(error);
  });
  return end;
}
