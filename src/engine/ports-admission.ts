/** Who may send a request to a server now. */

/** A request on its way to its server, in the server's own words. */
export interface Passing {
  /** The server's name in the gateway. */
  readonly server: string;
  readonly principal: string;
  /** The own name of the tool that it calls. */
  readonly tool: string | undefined;
  readonly bytes: number;
}

/** Why not: one sentence for the caller, and members of `error.data`. */
export interface NotNow {
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Counts what goes to servers.
 *
 * Guarantees: told at once, as requests must keep their order; what was refused counts nowhere. Asked once for each
 * request of a client, however it came and under whichever name it called; not for requests of the gateway's own, and
 * not again for one that is sent once more.
 */
export interface Admission {
  /** Undefined: it may go, and counts. */
  refusal(passing: Passing, now: number): NotNow | undefined;
  /** Whether tools of a server are counted by their names: what a call is about must then be beyond doubt. */
  countsTools(server: string): boolean;
}
