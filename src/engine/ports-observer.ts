/** What happened, as it leaves the engine. */
import type { Trouble } from './ports-degraded.ts';

/** What happened, for logs, metrics, audit and the console. Every method is optional and must not throw. */
export interface Observer {
  sessionOpened?(e: SessionOpened): void;
  /** Its client said who it is, and a version was agreed on. Once a session, and again on a node that goes on with it. */
  clientKnown?(e: ClientKnown): void;
  sessionClosed?(e: SessionClosed): void;
  streamOpened?(e: { session: string; server: string; dialect: string; resumed: boolean }): void;
  streamClosed?(e: { session: string; server: string; reason: string }): void;
  exchangeEnded?(e: ExchangeEnded): void;
  linkOpened?(e: { server: string; ms: number }): void;
  linkClosed?(e: { server: string; code: string; message: string }): void;
  /** A request of a client is over. Asked for, what is told of each is gathered on its way. */
  callEnded?(e: CallEnded): void;
  /**
   * What is to be told with `callEnded` of the arguments of a call. Called when it comes; without it nothing is read of
   * them.
   * @param bytes raw JSON as it is sent to the server; not to be kept
   */
  keepArguments?(bytes: Uint8Array): string | undefined;
  /**
   * A client sent a message, on whatever carrier. Told with each of them, so nothing is made for it.
   * @param method as it was sent, and so any text; empty for an answer
   */
  received?(method: string, kind: 'request' | 'notification' | 'response' | 'error'): void;
  /**
   * A request over HTTP was answered: in full, or with the head of a stream. Told with each of them, so nothing is made for
   * it. One whose client went away before that is not told.
   * @param endpoint the leg of the route, or `other` where there is none
   * @param word the stable word of a refusal; empty for anything else
   */
  requestAnswered?(endpoint: string, status: number, ms: number, word: string): void;
  /** A message, line or request that was refused or dropped, and why (a stable code). */
  refused?(e: Refused): void;
  /**
   * A request that landed here was served by another node, or lost there. Told when that is first known.
   * @param e.method of HTTP
   */
  carried?(e: { node: string; server: string; method: string; outcome: 'served' | 'lost' }): void;
  /** Somebody who runs the gateway changed something, or tried to. */
  operated?(e: OperatorAct): void;
  /** What whoever may know everything is told on `/health` beside the rest. */
  health?(): Readonly<Record<string, unknown>>;
  /** Something goes worse than it should from now on, though the gateway serves. */
  degraded?(e: { code: string; message: string }): void;
  /** That is over. */
  recovered?(e: { code: string; ms: number }): void;
  /** What is wrong with whoever watches; asked for whenever somebody wants to know how the gateway is. */
  troubles?(): readonly Trouble[];
  /** What a child wrote to stderr, line by line. */
  serverLog?(e: { server: string; line: string }): void;
}

export interface SessionOpened {
  readonly session: string;
  readonly server: string;
  /** Undefined at the gateway itself. */
  readonly project: string | undefined;
  readonly dialect: string;
  readonly era: 'legacy';
  readonly principal: string;
  /** Empty where nobody can tell. */
  readonly address: string;
  /** As its client sent them: of a stranger, and so any text; cut where they are long. */
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
}

/** What a client calls itself: of a stranger, and so any text; cut where it is long, empty where it said nothing. */
export interface Client {
  readonly name: string;
  readonly version: string;
}

export interface ClientKnown {
  readonly session: string;
  readonly server: string;
  readonly project: string | undefined;
  readonly client: Client;
  /** The protocol version that was agreed on. */
  readonly version: string;
}

export interface SessionClosed {
  readonly session: string;
  readonly server: string;
  readonly project: string | undefined;
  readonly dialect: string;
  readonly reason: string;
  readonly ms: number;
  /** Requests of its client; messages from and to it, and the bytes of those that it sent. */
  readonly requests: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
}

export interface ExchangeEnded {
  /** Empty in modern words, which have none. */
  readonly session: string;
  readonly era: 'legacy' | 'modern';
  readonly server: string;
  readonly project: string | undefined;
  readonly method: string;
  /** The raw JSON of the client's id. Not to be kept. */
  readonly id: Uint8Array;
  readonly outcome: string;
  /** Its result says of itself that the tool failed. Known only where somebody asked for `callEnded`. */
  readonly isToolError?: boolean;
  readonly ms: number;
  /** Of one in modern words whose client is still there: texts of a stranger, not cut. Its session says so of any other. */
  readonly who?: Asker | undefined;
}

export interface Asker {
  readonly principal: string;
  /** It came over HTTP. */
  readonly hasHeaders?: boolean;
  readonly address?: string | undefined;
  readonly origin?: string | undefined;
  readonly userAgent?: string | undefined;
}

export interface Refused {
  readonly where: string;
  readonly code: string;
  readonly message: string;
  readonly server?: string | undefined;
  readonly session?: string | undefined;
  /** Who it was, where that is known. */
  readonly principal?: string | undefined;
  /** Where it came from. */
  readonly address?: string | undefined;
  /** Method and path of an HTTP request, without its query; of a stranger, and so any text. */
  readonly asked?: string | undefined;
  /** The raw JSON of the id of the request that it is about, where that is known. Not to be kept. */
  readonly exchange?: Uint8Array | undefined;
  /** For how many of its kind it stands; default one. */
  readonly count?: number | undefined;
  /** What was shown, or what would have to be listed for it to pass. */
  readonly fact?: string | undefined;
}

/** One request of a client, from its coming to its end. */
export interface CallEnded {
  readonly principal: string;
  /** Undefined at the gateway itself. */
  readonly project: string | undefined;
  /** The one that had it; what its path leads to where none did. */
  readonly server: string;
  readonly method: string;
  /** The tool, prompt or resource, as the server calls it; of a request that reached none, as the client does. */
  readonly target: string | undefined;
  /** Empty in modern words, which have none. */
  readonly session: string;
  /**
   * Where it came from; for a message of HTTP+SSE or of a WebSocket, where its session was opened from. Empty where
   * nobody can tell.
   */
  readonly address: string;
  readonly dialect: string;
  readonly era: 'legacy' | 'modern';
  /**
   * `ok`; `error`: the server's; `tool_error`: a result that says so of itself; `asked`: a round that ended with
   * questions; `repeated`: it was given the answer to an earlier one with its key; `cancelled`: by the client; else the stable word of the gateway's error.
   */
  readonly outcome: string;
  /** The JSON-RPC number of an error. */
  readonly code: number | undefined;
  readonly ms: number;
  /** The protocol version of the conversation, as far as it is known. */
  readonly version: string;
  /** How long its server took, in ms; undefined where none had it. */
  readonly upstreamMs: number | undefined;
  /** Bytes of the request, and of its answer without what came before it. An error of the gateway's has none. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Equal for the rounds of one call. */
  readonly tie: string | undefined;
  /** What `keepArguments` gave. */
  readonly arguments: string | undefined;
}

/** One thing that an operator did. */
export interface OperatorAct {
  /** Who, as far as operators are told apart. */
  readonly operator: string;
  readonly address: string;
  /** What was done, like `keys.revoke`. */
  readonly action: string;
  /** To what; empty where there is but one. */
  readonly target: string;
  /** `ok`, or the stable word of why it was not done. */
  readonly outcome: string;
}
