/** What a process holds, once its garbage is collected. */
export interface Facts {
  /** Bytes. */
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  /** What keeps its event loop busy, by kind (`process.getActiveResourcesInfo`). */
  readonly resources: Readonly<Record<string, number>>;
  /** Timers, sockets and answers that live, whether they keep it busy or not. */
  readonly objects: Readonly<Record<string, number>>;
  /** Listeners of the process itself. */
  readonly listeners: number;
}

/** What a phase found, and whether that is within its bound. */
export interface Figure {
  readonly text: string;
  readonly isGood: boolean;
}

export const MIB = 1024 * 1024;

export const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

/** A figure that may be so large and no larger. */
export function atMost(what: string, value: number, most: number, shown: (value: number) => string): Figure {
  return { text: `${what}: ${shown(value)} (at most ${shown(most)})`, isGood: value <= most };
}

export function exactly(what: string, value: unknown, wanted: unknown): Figure {
  const [is, must] = [JSON.stringify(value), JSON.stringify(wanted)];
  return { text: `${what}: ${is}${is === must ? '' : ` (must be ${must})`}`, isGood: is === must };
}
