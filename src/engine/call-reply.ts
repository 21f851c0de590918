/**
 * The answer to one POST of Streamable HTTP: a plain JSON body when everything asked is answered at once, else
 * a stream of events that can be taken up again.
 *
 * Source: MCP 2025-03-26 and later, transports, "Sending Messages to the Server".
 */
import type { TraceHead } from '../protocol/trace-context.ts';
import type { EngineContext } from './context.ts';
import { Timed } from './deadlines.ts';
import type { Sink } from './exchange.ts';
import { EMPTY_HEAD, JSON_HEAD, STREAM_HEAD } from './http-heads.ts';
import { joined } from './bytes.ts';
import type { Bytes, Connection, Dialect, Responder } from './ports.ts';
import type { Stream } from './stream.ts';
import { answerWithoutRoom } from './room.ts';
import type { UnreadAnswers } from './unread.ts';

/** The session behind a POST, as far as its answer needs it. */
export interface ReplySession {
  readonly dialect: Dialect;
  /** Headers for a whole answer of the session: its id, once it has one. */
  replyHeaders(): Readonly<Record<string, string>>;
  /** Headers for a stream: they leave before the answer to `initialize` is known, and must name the session. */
  streamHeaders(): Readonly<Record<string, string>>;
  /** Where events go that have no stream of their own. */
  readonly standing: Stream;
  readonly unread: UnreadAnswers;
  /** A fresh stream of this session; undefined when the cap is reached. */
  openStream(about?: () => Uint8Array): Stream | undefined;
}

export interface ReplyOptions {
  /** Requests in the POST. */
  readonly requests: number;
  /** The raw ids of its requests as a JSON array, for whoever has to answer in the place of this node. */
  readonly about?: () => Uint8Array;
  /** Where the POST came from. */
  readonly address?: string | undefined;
  /** What the head of the POST says of a trace. */
  readonly trace?: TraceHead | undefined;
  /** The POST held a batch: a JSON answer is an array. */
  readonly isBatch: boolean;
  /** The client prefers a stream: it is opened at once. */
  readonly prefersStream: boolean;
  /** The client takes no stream: it gets the answer alone, however late. Default false. */
  readonly isJsonOnly?: boolean;
  /** The client knows priming events (2025-11-25 and later); older ones crash on them. */
  readonly primes: boolean;
  /** Called before a connection follows its stream. Default: nobody wants to know. */
  readonly opened?: ((stream: Stream, connection: Connection) => void) | undefined;
  /** Called when the client went away before it could read anything of the answer. */
  readonly onUnread?: () => void;
}

const OPEN = 0x5b;
const COMMA = 0x2c;
const CLOSE = 0x5d;

export class CallReply extends Timed implements Sink {
  readonly #session: ReplySession;
  readonly #context: EngineContext;
  readonly #options: ReplyOptions;
  #responder: Responder | undefined;
  #stream: Stream | undefined;
  /** There was no stream for it: a whole answer is all it can give. */
  #isPlain = false;
  #waiting: number;
  /** Bytes of these that are counted. */
  #gathered = 0;
  #answers: { readonly data: Uint8Array; readonly id: Uint8Array | undefined }[] | undefined;

  constructor(session: ReplySession, responder: Responder, context: EngineContext, options: ReplyOptions) {
    super();
    this.#session = session;
    this.#responder = responder;
    this.#context = context;
    this.#options = options;
    this.#waiting = options.requests;
    this.#isPlain = options.isJsonOnly ?? false;
    responder.onAborted = () => this.#aborted();
    // The client may have gone away while its body was read.
    if (responder.isDone) this.#aborted();
  }

  /** Starts the waiting time, after the requests were handed on (many are answered by then). */
  start(): void {
    if (this.#waiting === 0 || !this.#responder) return;
    if (this.#options.prefersStream) this.commit();
    else this.#context.graces.add(this);
  }

  get address(): string | undefined {
    return this.#options.address;
  }

  get trace(): TraceHead | undefined {
    return this.#options.trace;
  }

  get isFollowed(): boolean {
    return this.#stream ? this.#stream.isFollowed : this.#responder !== undefined && !this.#isPlain;
  }

  opens(): boolean {
    this.commit();
    return this.#stream !== undefined || this.#session.standing.isFollowed;
  }

  event(data: Bytes): void {
    this.commit();
    (this.#stream ?? this.#session.standing).publish(data);
  }

  answer(data: Bytes, id?: Uint8Array): void {
    this.#waiting--;
    if (this.#options.prefersStream) this.commit();
    if (this.#stream) this.#stream.answer(data, id);
    else if (this.#options.isBatch) this.#gather(data, id);
    else this.#reply(200, this.#fitting(data, id));
    if (this.#waiting === 0) this.#finish();
  }

  cancelled(): void {
    this.#waiting--;
    if (this.#waiting === 0) this.#finish();
  }

  /** The waiting time is over: from now on this is a stream. */
  commit(): void {
    const responder = this.#responder;
    if (!responder || this.#stream || this.#options.isJsonOnly) return;
    const stream = this.#session.openStream(this.#options.about);
    // Over the cap the plain answer still works, and events go to the standing stream.
    this.#isPlain = !stream;
    if (!stream) return;
    this.#stream = stream;
    this.#settle();
    const first = this.#options.primes ? this.#priming(stream) : undefined;
    const head = { ...STREAM_HEAD, ...this.#session.streamHeaders() };
    const connection = responder.stream(200, head, first);
    stream.mayRotate = this.#options.primes;
    this.#options.opened?.(stream, connection);
    stream.follow(connection);
    for (const { data, id } of this.#answers ?? []) stream.answer(data, id);
    this.#answers = undefined;
  }

  /** An answer that has no room is one error. */
  #fitting(data: Bytes, id: Uint8Array | undefined): Bytes {
    const refusal = this.#session.unread.refusal(data);
    return refusal ? answerWithoutRoom(id, refusal) : data;
  }

  /** Kept until the others are there: counts as if it waited for its reader. */
  #gather(data: Bytes, id: Uint8Array | undefined): void {
    const answer = joined(this.#fitting(data, id));
    this.#gathered += this.#session.unread.keep(answer.length);
    (this.#answers ??= []).push({ data: answer, id });
  }

  #priming(stream: Stream): Uint8Array | undefined {
    return this.#session.dialect.priming?.(stream.history.eventId(0), this.#context.settings.retryMs);
  }

  #finish(): void {
    if (this.#stream) return this.#stream.end();
    if (this.#answers) this.#reply(200, asArray(this.#answers.map(({ data }) => data)));
    else this.#reply(202);
  }

  #reply(status: number, body?: Bytes): void {
    const responder = this.#responder;
    this.#settle();
    if (!responder) return;
    const extra = this.#session.replyHeaders();
    const base = body ? JSON_HEAD : EMPTY_HEAD;
    responder.reply(status, extra === EMPTY_HEAD ? base : { ...base, ...extra }, body);
    this.#session.unread.add(responder);
  }

  #aborted(): void {
    this.#settle();
    this.#options.onUnread?.();
  }

  #settle(): void {
    if (this.#responder) this.#responder.onAborted = undefined;
    this.#responder = undefined;
    this.#context.graces.remove(this);
    this.#session.unread.letGo(this.#gathered);
    this.#gathered = 0;
  }
}

function asArray(answers: readonly Uint8Array[]): Uint8Array {
  let length = answers.length + 1;
  for (const answer of answers) length += answer.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const answer of answers) {
    bytes[at] = at === 0 ? OPEN : COMMA;
    bytes.set(answer, at + 1);
    at += answer.length + 1;
  }
  bytes[at] = CLOSE;
  return bytes;
}
