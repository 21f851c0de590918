/** Ports that the eras brought: what a link that speaks the modern one is told, and what keeps state safe at clients. */
import type { TraceTexts } from '../protocol/trace-context.ts';

/** What a link may want to know of a request beside its bytes; a `Message` will do. */
export interface SendFacts {
  readonly method: string;
  /** What it is about: see `Message.target`. */
  readonly target: string | undefined;
  /** `Mcp-Param-*` headers by lower-case name, as they are to be sent. */
  readonly paramHeaders?: Readonly<Record<string, string>> | undefined;
  /** The trace that it belongs to, as its bytes say, too: for carriers with a head for each request. Default: nobody traces. */
  readonly trace?: TraceTexts | undefined;
}

/**
 * Seals state that clients keep for us.
 *
 * Guarantees: nobody without the key can read what was sealed, or make or change a text that opens; what was sealed
 * in another context does not open either.
 */
export interface Seal {
  /**
   * @param context what it belongs to; not in the text, but needed to open it
   * @throws RangeError when the state is larger than 64 KiB
   */
  seal(state: Uint8Array, context: string): string;
  /** Undefined for every text that `seal` did not give for this context, by a key that is still known. Never throws. */
  open(text: string, context: string): Uint8Array | undefined;
}
