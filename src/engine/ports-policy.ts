/** What a caller may use of what there is. */

/** Names that may be used: those that fit one of `allow` (default: all), and none of `deny`. `*` is for any characters. */
export interface Patterns {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/**
 * What is left out is not narrowed. What a policy does not let through is not there for its caller: it is listed nowhere,
 * and asked for it is unknown.
 */
export interface Policy {
  /** Servers, by the names that callers know. */
  readonly servers?: Patterns | undefined;
  /** Tools, as `server/tool`, by the names that callers know. */
  readonly tools?: Patterns | undefined;
  /** Prompts, as `server/prompt`. */
  readonly prompts?: Patterns | undefined;
  /** Resources and templates, as `server/uri`. */
  readonly resources?: Patterns | undefined;
  /** Only tools that say of themselves that they change nothing (`annotations.readOnlyHint`). Default false. */
  readonly readOnly?: boolean | undefined;
  /** Arguments of a call are checked against the schema of its tool before it is sent. Default false. */
  readonly checkArguments?: boolean | undefined;
}
