/** What happened, as it leaves the engine. */

/** What happened, for logs, metrics, audit and the console. Every method is optional and must not throw. */
export interface Observer {
  sessionOpened?(e: { session: string; server: string; dialect: string; principal: string }): void;
  sessionClosed?(e: { session: string; server: string; reason: string; ms: number }): void;
  streamOpened?(e: { session: string; server: string; dialect: string; resumed: boolean }): void;
  streamClosed?(e: { session: string; server: string; reason: string }): void;
  exchangeEnded?(e: { session: string; server: string; method: string; outcome: string; ms: number }): void;
  linkOpened?(e: { server: string; ms: number }): void;
  linkClosed?(e: { server: string; code: string; message: string }): void;
  /** A message, line or request that was refused or dropped, and why (a stable code). */
  refused?(e: { where: string; code: string; message: string; server?: string; session?: string }): void;
  /** What a child wrote to stderr, line by line. */
  serverLog?(e: { server: string; line: string }): void;
}
