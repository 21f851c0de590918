/** Tells when a file may have changed. */
import { type FSWatcher, realpathSync, watch } from 'node:fs';
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
 * links beside them. So `changed` also comes for neighbours; whoever listens compares the contents. Where the file
 * is a link, the folder of what it leads to is watched, too.
 * @returns ends the watching; afterwards nothing is called
 */
export function watchFile(path: string, options: WatchOptions): () => void {
  const { changed, failed, quietMs = 100, mostMs = 1_000 } = options;
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;
  const end = () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
  const fire = () => {
    timer = undefined;
    since = undefined;
    follow();
    changed();
  };
  const stir = () => {
    const now = performance.now();
    since ??= now;
    clearTimeout(timer);
    timer = setTimeout(fire, Math.max(0, Math.min(quietMs, since + mostMs - now)));
    timer.unref();
  };
  /** A link may lead elsewhere by now. */
  const follow = () => {
    const wanted = foldersOf(path);
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, { persistent: false }, stir);
      watchers.set(folder, watcher);
      watcher.on('error', (error) => {
        end();
        failed(error);
      });
    }
  };
  follow();
  return end;
}

function foldersOf(path: string): Set<string> {
  const folders = new Set([dirname(path)]);
  try {
    folders.add(dirname(realpathSync(path)));
  } catch {
    // It is away at the moment; its own folder tells when it comes back.
  }
  return folders;
}
