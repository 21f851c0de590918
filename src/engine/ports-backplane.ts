/**
 * What nodes share: four ports. In memory for a node that is alone, and for several in one process; in Redis for nodes
 * that find each other there.
 *
 * Of all of them holds: nothing throws or blocks on the way of a message; what is kept is bounded in number, bytes and
 * time; where what is shared cannot be reached, that is told, and heals by itself.
 */

// ---------------------------------------------------------------------------------------------- event log

/** An event as the log keeps it: JSON-RPC bytes, not frames, so any dialect can replay it. */
export interface LoggedEvent {
  /** Counts from 1 within its stream, without gaps. */
  readonly offset: number;
  readonly data: Uint8Array;
  /** The raw id of the request that it answers; default: it answers none, or that is not known. */
  readonly answers?: Uint8Array | undefined;
}

/** Thrown by `EventLog.read` when events after the asked offset were dropped: never a partial answer. */
export class HistoryLost extends Error {
  constructor(stream: string) {
    super(`Events of stream ${stream} after the given id are no longer kept.`);
    this.name = 'HistoryLost';
  }
}

/** What goes with an event. */
export interface EventFacts {
  /** How often the session had been claimed when it was said: see `SessionRecord.generation`. */
  readonly generation: number;
  /** See `LoggedEvent.answers`. */
  readonly answers?: Uint8Array | undefined;
}

/** The offset of the last event that was said in a generation. */
export interface Run {
  readonly generation: number;
  readonly last: number;
}

/** A stream as its last writer left it. */
export interface KeptStream {
  /** As it was given to `begin`; empty where it never was. */
  readonly about: Uint8Array;
  /** The offset of the last event; 0 where there was none. */
  readonly published: number;
  /** In order; the last is that of `published`. */
  readonly runs: readonly Run[];
  /** Those of its events that answer a request. */
  readonly answers: readonly { readonly offset: number; readonly id: Uint8Array }[];
  readonly isEnded: boolean;
}

/**
 * What was said on resumable streams.
 *
 * Guarantees: events come back in the order and with the offsets they were appended with; `read` yields every event
 * after `offset` that was appended before the call, or throws `HistoryLost` before the first of them; streams never see
 * each other's events; memory (or disk) is bounded in events and bytes per stream and in all, and in time after the last
 * event. Of one generation there is one writer; once a stream was adopted for a generation, what is appended in an
 * earlier one goes nowhere. An event is on its way into what is shared before anything that is written to a client
 * after `append` leaves.
 */
export interface EventLog {
  /** How much of it this node has in memory; default: that is not known. */
  readonly near?: { readonly bytes: number; readonly streams: number };
  /** The owner numbers the events. Never awaited on the hot path; a failed write drops history, not the call. */
  append(stream: string, offset: number, data: Uint8Array, facts?: EventFacts): void;
  read(stream: string, after: number): AsyncIterable<LoggedEvent>;
  drop(stream: string): void;
  /** Says what a stream is for, before its first event, for whoever may adopt it. */
  begin(stream: string, about: Uint8Array, generation: number): void;
  /** No more events. */
  end(stream: string, generation: number): void;
  /** Becomes the writer, in a generation of its own; undefined where nothing is kept of the stream. */
  adopt(stream: string, generation: number): Promise<KeptStream | undefined>;
}

// ---------------------------------------------------------------------------------------------------- bus

/** What a bus tells its node. Set once. */
export interface BusListener {
  /** Another node sent this. */
  received(from: string, data: Uint8Array): void;
  /**
   * Whatever was under way between this node and that one, in either direction, may be lost. Both are told (that one as
   * soon as it can be); what is sent afterwards is not mixed up with what was sent before.
   */
  broken(node: string): void;
  /** Some node announced this, perhaps this one. */
  announced(topic: string, text: string, from: string): void;
}

/**
 * Messages from node to node.
 *
 * Guarantees: what one node sends to another arrives in order and once, or both are told `broken`; what waits for a node
 * that does not take it is bounded in bytes. No delivery is promised of announcements.
 */
export interface Bus {
  listen(listener: BusListener): void;
  /** False where there is no way now (nothing is reached, too much waits, no such node): nothing was sent. */
  send(node: string, data: Uint8Array): boolean;
  /**
   * Whether all that was sent to a node so far is certainly kept for it by now: it gets it, unless it is gone or told
   * `broken`. In the order in which that was asked. Never rejects.
   */
  kept(node: string): Promise<boolean>;
  /** Tells all nodes, as a wake-up: whoever misses it must not be wrong for ever. */
  announce(topic: string, text: string): void;
}

// ---------------------------------------------------------------------------------------------- directory

/** A session as the directory keeps it. */
export interface SessionRecord {
  readonly session: string;
  /** The node that owns it; empty where that let go of it. */
  readonly owner: string;
  /** Counts from 1 and goes up with each claim: who acts in an earlier one is not its owner any more. */
  readonly generation: number;
  /** What another node needs to go on with it. */
  readonly facts: Uint8Array;
}

/** Another node, as it was last seen. */
export interface Peer {
  readonly node: string;
  /** Where its `/readyz` can be reached by other nodes; default: nowhere. */
  readonly url?: string | undefined;
}

/** `unsure`: it says nothing, but what is shared has not been there for long enough to be sure. */
export type NodeState = 'alive' | 'gone' | 'unsure';

export interface DirectoryListener {
  /**
   * What is shared is reached again. @param isLost nothing (or not all) of what was kept is there any more: this node's
   * own records are to be kept again
   */
  reached(isLost: boolean): void;
  /** Some record of this node could not be written, or is gone, and nothing else was lost: its own are to be kept again. */
  missing?(): void;
  /** What is shared cannot be reached. @param why one sentence, without secrets */
  away(why?: string): void;
  /** It still cannot be, and now for another reason. */
  stillAway?(why: string): void;
  /** The lease had lapsed and is held again, in a new term: what this node owned may have been claimed. */
  lapsed?(): void;
  /** A node left, or its lease ran out. */
  gone(node: string): void;
  /** A record that was kept turned out to be claimed by another node. */
  claimed(session: string): void;
}

/**
 * Which nodes there are, who owns which session, and small things that are kept for all.
 *
 * A node holds a lease, renewed several times within its length. While `now < heldUntil` nobody can have claimed what it
 * owns. When the lease lapsed, `term` goes up with the next one: what it owned before must be claimed anew before it acts
 * on it.
 *
 * Guarantees: of several claims of one generation one wins; a session is not claimed from a node whose lease is good, nor
 * from one whose lease may only be missing because what is shared was away.
 */
export interface Directory {
  readonly isReached: boolean;
  /** By `Runtime.now`; counted from before the lease was asked for. Infinity where no other node can be. */
  readonly heldUntil: number;
  /** Counts from 1. */
  readonly term: number;
  /** Other nodes, as last seen. Bounded. */
  readonly peers: ReadonlyMap<string, Peer>;
  listen(listener: DirectoryListener): void;
  /** Takes a lease. @throws Error with one sentence where what is shared cannot be reached at first. */
  join(url: string | undefined): Promise<void>;
  /** Gives the lease back: what this node owns may be claimed at once. Never rejects. */
  leave(): Promise<void>;
  /** Rejects where it cannot be asked. */
  stateOf(node: string): Promise<NodeState>;
  /** Writes a record of one's own; not awaited. @param ms how long it is kept unless it is written again */
  keep(record: SessionRecord, ms: number): void;
  /** The same, and lets go of it: its owner is nobody (empty) from then on, and whoever comes first may claim it. */
  letGo(record: SessionRecord, ms: number): void;
  /** Keeps it for longer, as it is. */
  touch(session: string, ms: number): void;
  forget(session: string, generation: number): void;
  /** Rejects where it cannot be asked. */
  find(session: string): Promise<SessionRecord | undefined>;
  /**
   * Makes this node the owner, in the next generation; undefined when the record is another by now, or gone. To be called
   * when `stateOf(owner)` was `gone`, for what nobody owns, or for what this node owned in an earlier term. Rejects where it cannot be asked.
   */
  claim(record: SessionRecord, ms: number): Promise<SessionRecord | undefined>;
  /** The text that all nodes use under this name: that of whoever came first. Kept without end. Rejects as above. */
  agree(name: string, proposed: string): Promise<string>;
  /** Puts a small value for `ms`; false where there is one of that name already. Rejects as above. */
  put(name: string, value: Uint8Array, ms: number): Promise<boolean>;
  /** The same in place of whatever there is. */
  set(name: string, value: Uint8Array, ms: number): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  /** Gets and takes away: of several that take, one gets it. */
  take(name: string): Promise<Uint8Array | undefined>;
}

// ----------------------------------------------------------------------------------------------- counters

/** What this node took from a bucket since it last said so. A bucket is a level that sinks with time. */
export interface Spent {
  /** The bucket. */
  readonly key: string;
  /** It sinks by so much within `perMs`. */
  readonly amount: number;
  readonly perMs: number;
  /** It rises no higher. */
  readonly most: number;
  /** How much was taken; 0 asks for the level. */
  readonly cost: number;
}

/**
 * Levels of buckets that all nodes take from. Nodes decide by what they know and say afterwards what they took, so that no
 * call waits for it.
 *
 * Guarantees: what is said is counted once, or that is not promised of it; a bucket that has run dry is forgotten.
 */
export interface Counters {
  /**
   * Adds, and tells the levels, of all nodes together, in the same order: undefined for one that perhaps was not counted. Rejects
   * where it cannot be asked.
   */
  exchange(spent: readonly Spent[]): Promise<readonly (number | undefined)[]>;
}

// ----------------------------------------------------------------------------------------------- together

/** What nodes share. One node keeps it in memory. */
export interface Backplane {
  /** What this node is called: new with each start; at most 22 of `A-Z a-z 0-9 _ -`. */
  readonly node: string;
  /** Whether other nodes may be there. Where not, nothing is asked of the bus and the directory. */
  readonly isShared: boolean;
  readonly log: EventLog;
  readonly bus: Bus;
  readonly directory: Directory;
  readonly counters: Counters;
  close(): Promise<void>;
}
