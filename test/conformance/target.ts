/**
 * A server the suites are run against.
 */
export interface Target {
  /** Its Streamable HTTP endpoint, on `localhost`: the suites' check against DNS rebinding insists on it. */
  readonly url: string;
  close(): Promise<void>;
}
