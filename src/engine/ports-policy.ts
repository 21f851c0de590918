/** What a caller may use of what there is. */

/**
 * What may be used: what fits one of `allow` (default: all; an empty list lets nothing through), and none of `deny`. A
 * list alone is short for `allow`. `*` is for any characters.
 */
export type Patterns =
  | readonly string[]
  | {
      readonly allow?: readonly string[] | undefined;
      readonly deny?: readonly string[] | undefined;
    };

/**
 * What is left out is not narrowed. What a policy does not let through is not there for its caller: it is listed nowhere,
 * and asked for it is unknown.
 */
export interface Policy {
  /** Servers, by the names that callers know. */
  readonly servers?: Patterns | undefined;
  /** Tools, as `server/tool`, by the names that callers know; `*` alone is for all of all servers. */
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
