/** The backplane of a node without others: nobody to be told, nobody to ask. */
import type { Backplane, Bus, Counters, Directory, EventLog } from '../engine/ports-backplane.ts';

const NOBODY: Bus = {
  listen: () => {},
  send: () => false,
  kept: async () => false,
  announce: () => {},
};

const NO_OTHERS: Directory = {
  isReached: true,
  heldUntil: Infinity,
  term: 1,
  peers: new Map(),
  listen: () => {},
  join: async () => {},
  leave: async () => {},
  stateOf: async () => 'gone',
  keep: () => {},
  letGo: () => {},
  touch: () => {},
  forget: () => {},
  find: async () => undefined,
  claim: async () => undefined,
  agree: async (_name, proposed) => proposed,
  put: async () => true,
  set: async () => {},
  get: async () => undefined,
  take: async () => undefined,
};

/** Nobody else takes anything. */
const OWN_COUNTS: Counters = { exchange: async (spent) => spent.map(() => 0) };

export function alone(log: EventLog, close: () => Promise<void> = async () => {}): Backplane {
  return {
    node: 'alone',
    isShared: false,
    log,
    bus: NOBODY,
    directory: NO_OTHERS,
    counters: OWN_COUNTS,
    close,
  };
}
