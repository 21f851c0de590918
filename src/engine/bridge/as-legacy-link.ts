/**
 * A conversation with a modern server, as the engine holds one with a legacy server: the handshake is answered from
 * `server/discover`, each request says who its client is, questions come back as requests, what changes is listened to.
 *
 * Guarantees: each request of the engine is answered or failed exactly once, under the engine's own number; what the
 * server said is passed on byte for byte but for what a legacy client must not see. Numbers on the wire are its own.
 *
 * Source: MCP 2026-07-28; MCP 2025-11-25, lifecycle, ping, logging, resources.
 */
import { memberAt, recut } from '../../protocol/cuts.ts';
import { errorResponse, type ErrorWord } from '../../protocol/errors.ts';
import { outcomeOf } from '../../protocol/long.ts';
import { isLevel } from '../../protocol/levels.ts';
import { ANY_SIZE, copySpan, ownNumber, readMessage, type Message } from '../../protocol/message.ts';
import type { TraceTexts } from '../../protocol/trace-context.ts';
import { digits } from '../digits.ts';
import { notification, request, result } from '../notice.ts';
import type { LinkEvents, Runtime, UpstreamFault, UpstreamLink } from '../ports.ts';
import type { SendFacts } from '../ports-era.ts';
import { IS_ALIVE } from '../pulses.ts';
import { isAnnouncement } from '../subscriptions.ts';
import { AS_LEGACY_LIMITS, type AsLegacyLimits } from './as-legacy-limits.ts';
import { Calls, type Calling } from './as-legacy-calls.ts';
import { type Offered, readDiscovered } from './discovered.ts';
import { isUnknowing } from './probe.ts';
import { Listening } from './listening.ts';
import { ModernWire, type Waiter, type WireOwner } from './modern-wire.ts';
import { Stamp } from './stamp.ts';

export interface AsLegacyFacts {
  /** The name of the server, for people. */
  readonly name: string;
  readonly runtime: Runtime;
  /** The carrier has headers, which repeat arguments of tools. */
  readonly saysHeaders: boolean;
  readonly limits?: Partial<AsLegacyLimits>;
  /** Something was dropped or refused. */
  readonly note: (code: string, message: string) => void;
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

export class AsLegacyLink implements UpstreamLink, WireOwner, Calling {
  readonly events: LinkEvents;
  readonly wire: ModernWire;
  readonly runtime: Runtime;
  readonly limits: AsLegacyLimits;
  readonly saysHeaders: boolean;
  stamp = new Stamp(undefined);
  /** Called when it turned out to be a server of 2026-07-28, or not to be one. */
  onUnderstood: (() => void) | undefined;
  onUnfit: (() => void) | undefined;
  /** Asked when the server did not understand a request: whether it still understands modern words at all. */
  isStillModern: (() => Promise<boolean>) | undefined;
  readonly #facts: AsLegacyFacts;
  readonly #calls: Calls;
  readonly #listening: Listening;
  #offered: Offered | undefined;
  /** The server is asked whether it lives, and has not answered. */
  #isAsked = false;
  #isOver = false;

  /** The raw link is to be put into `wire.raw`, and told `wire` as its events. */
  constructor(events: LinkEvents, facts: AsLegacyFacts) {
    this.events = events;
    this.#facts = facts;
    this.runtime = facts.runtime;
    this.saysHeaders = facts.saysHeaders;
    this.limits = { ...AS_LEGACY_LIMITS, ...facts.limits };
    this.wire = new ModernWire(this);
    this.#calls = new Calls(this);
    const { wire, runtime, limits } = this;
    this.#listening = new Listening({
      runtime,
      limits,
      get nextNumber() {
        return wire.nextNumber;
      },
      listen: (number, filter) => this.#listen(number, filter),
      unlisten: (number) => wire.callOff(number, 'Something else is listened to.'),
      announce: (method, params) => this.#say(notification(method, params)),
    });
  }

  get queued(): number {
    return this.wire.raw?.queued ?? 0;
  }

  pause(): void {
    this.wire.raw?.pause();
  }

  resume(): void {
    this.wire.raw?.resume();
  }

  async close(): Promise<void> {
    this.#listening.close();
    await this.wire.raw?.close();
  }

  async giveUp(fault: UpstreamFault): Promise<void> {
    this.#listening.close();
    await (this.wire.raw?.giveUp?.(fault) ?? this.wire.raw?.close());
  }

  note(code: string, message: string): void {
    this.#facts.note(code, message);
  }

  // ------------------------------------------------------------------------------------- from the engine

  send(bytes: Uint8Array, number?: number, about?: SendFacts): void {
    if (this.#isOver) return;
    if (about === IS_ALIVE && number !== undefined) return this.#isAlive(number);
    const message = readMessage(bytes, ANY_SIZE);
    if (message.kind === 'request') return this.#asked(message, ownNumber(bytes, message.id), about?.trace);
    if (message.kind === 'notification') return this.#toldBy(message);
    if (!this.#calls.replied(message)) this.note('unknown_answer', 'A client answered what nobody asked.');
  }

  abandon(number: number): void {
    this.#calls.callOff(number, 'Nobody waits for it any more.');
  }

  #asked(message: Message, number: number, trace?: TraceTexts): void {
    switch (message.method) {
      case 'initialize':
        return this.#initialize(message, number);
      case 'ping':
        return this.#answer(number, '{}');
      case 'logging/setLevel':
        return this.#setLevel(message, number);
      case 'resources/subscribe':
        return this.#subscribe(message, number);
      case 'resources/unsubscribe':
        if (message.target !== undefined) this.#listening.unsubscribe(message.target);
        return this.#answer(number, '{}');
      default:
        return this.#calls.take(message, number, trace);
    }
  }

  #toldBy({ method, bytes, requestId }: Message): void {
    // All others have no meaning for a server of 2026-07-28.
    if (method === 'notifications/initialized' && this.#offered) this.#listening.start(this.#offered);
    if (method === 'notifications/cancelled')
      this.#calls.callOff(ownNumber(bytes, requestId), 'The client called it off.');
  }

  #initialize({ bytes, params }: Message, number: number): void {
    if (this.#offered) return this.#refuse(number, 'invalid_request', 'The session is initialised already.');
    const hello: unknown = params.end === 0 ? {} : JSON.parse(decoder.decode(copySpan(bytes, params)));
    this.stamp = new Stamp(hello);
    this.#own('server/discover', '', this.wire.nextNumber, {
      number,
      answered: (answer) => this.#discovered(number, answer),
      failed: (fault, isUnsent) => {
        if (fault.isRefusal === true) this.onUnfit?.();
        this.events.failed(number, fault, isUnsent);
      },
    });
  }

  #discovered(number: number, answer: Message): void {
    const { name } = this.#facts;
    if (answer.kind === 'error') {
      this.onUnfit?.();
      if (!isUnknowing(answer))
        return this.events.message(recut(answer, [{ ...answer.id, by: digits(number) }]));
      const why = `The server "${name}" does not speak 2026-07-28; if its entry says \`"era": "modern"\`, remove that.`;
      return this.#refuse(number, 'upstream_start_failed', why);
    }
    const discovered = readDiscovered(decoder.decode(outcomeOf(answer)), name, this.stamp.version);
    if (!discovered) {
      this.onUnfit?.();
      const why = `The server "${name}" did not answer \`server/discover\` as one of 2026-07-28.`;
      return this.#refuse(number, 'upstream_bad_answer', why);
    }
    this.#offered = discovered.offered;
    this.onUnderstood?.();
    this.#say(result(digits(number), discovered.handshake));
  }

  /** There is no `ping` in modern words. One question at a time: an answer to the first says all. */
  #isAlive(number: number): void {
    if (this.#isAsked) return;
    const over = (): void => {
      this.#isAsked = false;
      this.#answer(number, '{}');
    };
    this.#isAsked = true;
    this.#own('server/discover', '', this.wire.nextNumber, { answered: over, failed: over });
  }

  #setLevel({ bytes, params }: Message, number: number): void {
    const { start, end } = memberAt(bytes, params, 'level');
    const level: unknown = end > 0 ? JSON.parse(decoder.decode(bytes.subarray(start, end))) : undefined;
    if (typeof level !== 'string' || !isLevel(level))
      return this.#refuse(number, 'invalid_params', 'The log level is not known.');
    this.stamp.level = level;
    this.#answer(number, '{}');
  }

  #subscribe({ target }: Message, number: number): void {
    if (this.#offered?.subscribe !== true)
      return this.#refuse(number, 'method_not_found', 'The server does not tell of changes of resources.');
    if (target === undefined) return this.#refuse(number, 'invalid_params', 'The `uri` is missing.');
    this.#listening.subscribe(target, (why) => {
      if (why === undefined) this.#answer(number, '{}');
      else this.#refuse(number, 'invalid_params', why);
    });
  }

  // ------------------------------------------------------------------------------------- from the server

  /** @internal */
  notified(message: Message, about: Waiter | undefined, number: number): void {
    const { method } = message;
    if (method === ACKNOWLEDGED) return this.#listening.acknowledged(number, message);
    if (isAnnouncement(method)) {
      const told = this.#listening.told(number, message);
      if (typeof told === 'object') this.events.message(told);
      else if (told === undefined)
        this.note('unasked', 'A change was announced that nobody asked to hear of.');
      return;
    }
    if (method === 'notifications/cancelled') {
      const ended = ownNumber(message.bytes, message.requestId);
      if (this.wire.forget(ended)) this.#listening.ended(ended);
      return;
    }
    // Only who asks for log lines gets them.
    if (method === 'notifications/message' && this.stamp.level === undefined) return;
    this.events.message(message, about?.number);
  }

  /** @internal */
  closed(fault: UpstreamFault, unsent: ReadonlySet<number>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listening.close();
    this.#calls.clear();
    this.events.closed({ ...fault, unsent });
  }

  /** @internal */
  misread(tell: () => void): void {
    const asked = this.isStillModern?.() ?? Promise.resolve(true);
    // What cannot be found out changes nothing.
    void asked.then(
      (isModern) => (isModern ? tell() : this.#turned()),
      () => tell(),
    );
  }

  /** The server was replaced by one that speaks otherwise: with it, a new conversation is to be had. */
  #turned(): void {
    const message = `The server "${this.#facts.name}" does not understand what it did before.`;
    this.closed({ code: 'session-lost', message, isRecoverable: true }, new Set(this.#calls.misread));
  }

  // ------------------------------------------------------------------------------------------------ own

  #listen(number: number, filter: string): void {
    const ended = (why?: string): void => this.#listening.ended(number, why);
    this.#own('subscriptions/listen', `"notifications":${filter},`, number, {
      answered: ({ kind }) => ended(kind === 'error' ? 'The server refused to be listened to.' : undefined),
      failed: () => ended(),
    });
  }

  /** @param params members of it, JSON text, each with a comma behind it */
  #own(method: string, params: string, number: number, waiter: Waiter): void {
    const bytes = request(number, method, `{${params}"_meta":{${this.stamp.text}}}`);
    this.wire.send(number, bytes, { method, target: undefined }, waiter);
  }

  #answer(number: number, json: string): void {
    this.#say(result(digits(number), json));
  }

  #refuse(number: number, word: ErrorWord, message: string): void {
    this.#say(errorResponse(digits(number), word, message));
  }

  /** Not at once: who sent a request must know of it before it is answered. */
  #say(bytes: Uint8Array): void {
    const message = readMessage(bytes, ANY_SIZE);
    void Promise.resolve().then(() => {
      if (!this.#isOver) this.events.message(message);
    });
  }
}

const decoder = new TextDecoder();
