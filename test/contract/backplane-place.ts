/** Nodes under test, and what they are told. */
import type { Backplane, BusListener, DirectoryListener } from '../../src/engine/ports-backplane.ts';

/** Some nodes that share something of their own. */
export interface Place {
  /** The length of a lease. */
  readonly leaseMs: number;
  /** One more, that has joined. */
  node(): Promise<Backplane>;
  /** Its process stands still: it renews nothing. */
  pause(node: Backplane): void;
  resume(node: Backplane): void;
  /** It hears nothing, and nobody is told. Gives what mends it. */
  stall(node: Backplane): () => void;
  /** Time passes until the condition holds. */
  until(check: () => boolean | Promise<boolean>): Promise<void>;
  /** By the clock of the nodes. */
  now(): number;
  /** Time passes. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type Leases = 'usual' | 'short';

export type WithPlace = (check: (place: Place) => Promise<void>, leases?: Leases) => () => Promise<void>;

/** What a node was told, in order. */
export interface Told {
  readonly letters: { readonly from: string; readonly text: string }[];
  readonly broken: string[];
  readonly announced: string[];
  readonly gone: string[];
  readonly claimed: string[];
  readonly reached: boolean[];
  missing: number;
  lapsed: number;
  away: number;
}

/** Listens to everything that a node is told. */
export function listening({ bus, directory }: Backplane): Told {
  const told: Told = {
    letters: [],
    broken: [],
    announced: [],
    gone: [],
    claimed: [],
    reached: [],
    missing: 0,
    lapsed: 0,
    away: 0,
  };
  const onBus: BusListener = {
    received: (from, data) => void told.letters.push({ from, text: new TextDecoder().decode(data) }),
    broken: (node) => void told.broken.push(node),
    announced: (topic, text, from) => void told.announced.push(`${from} ${topic} ${text}`),
  };
  const onDirectory: DirectoryListener = {
    reached: (isLost) => void told.reached.push(isLost),
    missing: () => void told.missing++,
    lapsed: () => void told.lapsed++,
    away: () => void told.away++,
    gone: (node) => void told.gone.push(node),
    claimed: (session) => void told.claimed.push(session),
  };
  bus.listen(onBus);
  directory.listen(onDirectory);
  return told;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(data: Uint8Array | undefined): string | undefined {
  return data && new TextDecoder().decode(data);
}
