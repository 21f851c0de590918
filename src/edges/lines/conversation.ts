/**
 * One client that speaks in lines, in the words of either era or of both: the same on every runtime.
 *
 * The first legacy request makes the carrier a session; a modern request stands for itself, whether there is a session
 * or not. Whatever is wrong with a line is told on the carrier, and the conversation goes on.
 *
 * Source: MCP 2024-11-05 … 2026-07-28, transports, stdio; 2026-07-28, versioning.
 */
import { lines } from '../../dialects/lines.ts';
import { type Gateway, isRefusal } from '../../engine/gateway.ts';
import type { Mount } from '../../engine/line.ts';
import { hasShortId, objectionTo } from '../../engine/objections.ts';
import type { Connection } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import type { Settings } from '../../engine/settings.ts';
import { claimedVersion, eraOf } from '../../protocol/era.ts';
import { errorResponse, ProtocolError } from '../../protocol/errors.ts';
import { idempotencyKeyOf } from '../../protocol/idempotency.ts';
import { lostRequestId } from '../../protocol/lost-id.ts';
import { copySpan, type Message, readBody } from '../../protocol/message.ts';
import { badMeta, badVersion, hasProperId, type MetaComplaint } from '../../protocol/meta.ts';
import { checkBatch } from '../http/body.ts';
import { LineCalls } from './line-calls.ts';

/** The version of a client that calls without `initialize`. */
const UNNAMED_VERSION = '2025-03-26';
/** 2025-06-18 took batches out. */
const LAST_WITH_BATCHES = '2025-03-26';

export interface ConversationOptions {
  readonly gateway: Gateway;
  readonly mount: Mount;
  readonly principal: string;
  /** Where everything goes that is said to the client: one write is one line. */
  readonly connection: Connection;
}

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #calls: LineCalls;
  #session: Session | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#calls = new LineCalls(options.connection);
  }

  /** Takes one line, without its end. Never throws. */
  take(line: Uint8Array): void {
    const { runtime, settings } = this.#options.gateway.context;
    try {
      if (isBlank(line)) return;
      if (!runtime.isUtf8(line))
        throw new ProtocolError('invalid_utf8', 'The line is not well-formed UTF-8.');
      const { batch, messages } = readBody(line, settings.read);
      if (batch) checkBatch(messages, this.#version, this.#version <= LAST_WITH_BATCHES);
      for (const message of messages) this.#takeOne(message, batch);
    } catch (error) {
      this.#refuse(error, line, line);
    }
  }

  /** A line was longer than a message may be, and was skipped. @param head its first bytes @param tail its last */
  skipped(head: Uint8Array, tail: Uint8Array): void {
    const { bytes } = this.#options.gateway.context.settings.read;
    this.#refuse(new ProtocolError('too_large', `The line is longer than ${bytes} bytes.`), head, tail);
  }

  /** The client went away: nothing more is said to it. What follows the connection learns so from that. */
  gone(): void {
    this.#calls.cancelAll();
    this.#session?.close('client-gone');
  }

  get #version(): string {
    return this.#session?.version ?? UNNAMED_VERSION;
  }

  #takeOne(message: Message | Error, isBatch: boolean): void {
    if (message instanceof Error) return this.#refuse(message, NOTHING, NOTHING);
    if (message.kind === 'request') {
      if (eraOf(message) === 'legacy') return this.#legacy(message);
      if (!isBatch) return this.#modern(message);
      return this.#answer(message, IN_BATCH);
    }
    if (message.method === 'notifications/cancelled' && this.#calls.cancel(message))
      return this.#options.gateway.context.observer.received?.(message.method, message.kind);
    if (this.#session) this.#session.receive(message);
    // What is no request needs no answer, and no server is started for it.
    else
      this.#note('no_session', 'A message that belongs to no request was dropped: there is no session yet.');
  }

  #modern(message: Message): void {
    const { gateway, mount, principal } = this.#options;
    const fault = complaintAbout(message, gateway.context.settings);
    if (fault) return this.#answer(message, fault);
    const key = idempotencyKeyOf(message);
    if (typeof key === 'object') return this.#answer(message, key);
    const call = this.#calls.begin({ message, mount, principal, idempotencyKey: key });
    if (call) gateway.desk.take(call);
    else this.#answer(message, SAME_ID);
  }

  #legacy(message: Message): void {
    const session = this.#session ?? this.#open(message);
    session?.receive(message);
  }

  /** Undefined when the request was refused, and its client told so. */
  #open(message: Message): Session | undefined {
    const { gateway, mount, principal, connection } = this.#options;
    const session = gateway.open({ mount, principal, dialect: lines, version: UNNAMED_VERSION });
    if (isRefusal(session)) return void this.#answer(message, session);
    this.#session = session;
    gateway.context.observer.streamOpened?.({
      session: session.id,
      server: mount.name,
      dialect: lines.name,
      resumed: false,
    });
    session.standing.follow(connection);
    return session;
  }

  #refuse(error: unknown, head: Uint8Array, tail: Uint8Array): void {
    const { connection } = this.#options;
    if (!(error instanceof ProtocolError)) {
      this.#note('internal_error', 'The gateway failed on a line.');
      const id = lostRequestId(head, tail);
      return void connection.write(errorResponse(id, 'internal_error', 'The gateway failed on it.'));
    }
    this.#note(error.word, error.message);
    const id = error.id ?? lostRequestId(head, tail);
    connection.write(errorResponse(id, error.word, error.message));
  }

  /** A request that goes nowhere. A long id is not given back. */
  #answer(message: Message, { word, message: why, data }: MetaComplaint): void {
    this.#note(word, why);
    const isShort = hasShortId(message, this.#options.gateway.context.settings);
    const id = isShort ? copySpan(message.bytes, message.id) : undefined;
    this.#options.connection.write(errorResponse(id, word, why, data));
  }

  #note(code: string, message: string): void {
    const { gateway, mount } = this.#options;
    gateway.context.notes.tell({ where: 'stdio', code, message, server: mount.name });
  }
}

/** The first thing that is wrong with a modern request. */
function complaintAbout(message: Message, settings: Settings): MetaComplaint | undefined {
  const objection = objectionTo(message, settings);
  if (objection) return objection;
  if (!hasProperId(message))
    return { word: 'invalid_request', message: 'The `id` must be a string or an integer.' };
  return badMeta(message) ?? badVersion(claimedVersion(message) ?? '');
}

const SAME_ID: MetaComplaint = {
  word: 'invalid_request',
  message: 'A request of this id is in flight already.',
};
const IN_BATCH: MetaComplaint = {
  word: 'wrong_era',
  message: 'A request of 2026-07-28 must not be part of a batch.',
};
const NOTHING = new Uint8Array(0);

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
