/**
 * A session's way to one server of which not everything is offered, or not as it is. Everything else passes as it
 * would without.
 */
import { ProtocolError } from '../../protocol/errors.ts';
import { readListing, type ListedItem } from '../../protocol/listing.ts';
import { outcomeOf } from '../../protocol/long.ts';
import { retarget, type Message } from '../../protocol/message.ts';
import { joined } from '../bytes.ts';
import { KINDS, type Kind } from '../catalog/kinds.ts';
import { writeItem } from '../catalog/page.ts';
import type { KindView, View } from '../catalog/view.ts';
import type { EngineContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import type { Line, LineOwner, Mount } from '../line.ts';
import type { LineMemory } from '../line-terms.ts';
import { resultParts } from '../notice.ts';
import { ClientsCall, isFailure } from '../own-call.ts';
import { Judge, type JudgeHost } from '../policy/judge.ts';
import type { Offering } from '../policy/offering.ts';
import { objectionTo } from '../policy/passing.ts';
import type { Server } from '../server.ts';
import type { UpstreamLine } from '../upstream-line.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import { paramsOf } from './answers.ts';
import { kindOfCall, kindOfList } from './methods.ts';
import { paramsText } from './quest.ts';
import { tellUnknown } from './unknown.ts';
import { ViewedOwner } from './viewed-owner.ts';

/** One server, and what of it is offered. */
export class ViewedServer implements Mount {
  readonly server: Server;
  readonly key: string | undefined;
  readonly #offering: Offering;
  readonly #context: EngineContext;
  #isClosed = false;

  /** @param key what tells it from other views of the same server; default: nothing */
  constructor(server: Server, offering: Offering, context: EngineContext, key?: string) {
    this.server = server;
    this.key = key;
    this.#offering = offering;
    this.#context = context;
  }

  /** As the server's, in whose place it stands. */
  get name(): string {
    return this.server.name;
  }

  get forwardHeaders(): readonly string[] {
    return this.server.forwardHeaders;
  }

  get isClosed(): boolean {
    return this.#isClosed || this.server.isClosed;
  }

  get isDisabled(): boolean {
    return this.server.isDisabled;
  }

  /** No new session may be opened. */
  close(): void {
    this.#isClosed = true;
  }

  get toolChanges(): number {
    return this.server.toolChanges;
  }

  line(owner: LineOwner, version: string): Line {
    return new ViewedLine(owner, version, this.server, this.#offering, this.#context);
  }
}

class ViewedLine implements Line, JudgeHost {
  readonly server: Server;
  readonly offering: Offering;
  readonly line: UpstreamLine;
  readonly #view: View;
  /** Where calls are judged, where they are. */
  readonly #judge: Judge | undefined;

  constructor(owner: LineOwner, version: string, server: Server, offering: Offering, context: EngineContext) {
    this.server = server;
    this.offering = offering;
    this.#view = offering.view;
    this.#judge = offering.calls && new Judge(this, context);
    const seen = new ViewedOwner(owner, offering.view, () => this.#judge?.forget());
    this.line = server.line(seen, version);
  }

  get version(): string {
    return this.line.version;
  }

  get wasInitialized(): boolean {
    return this.line.wasInitialized;
  }

  get isShared(): boolean {
    return this.line.isShared;
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  get subscriptions(): ReadonlySet<string> {
    return this.line.subscriptions;
  }

  get memory(): LineMemory {
    return this.line.memory;
  }

  recall(memory: LineMemory): void {
    this.line.recall(memory);
  }

  initialize(exchange: Exchange, message: Message): void {
    if (this.#objects(exchange, message)) return;
    this.line.initialize(exchange, message);
  }

  setLevel(exchange: Exchange, message: Message): void {
    if (this.#objects(exchange, message)) return;
    this.#inOrder(exchange, message, () => this.line.setLevel(exchange, message));
  }

  subscribe(exchange: Exchange, message: Message): void {
    if (!this.#objects(exchange, message) && this.#offers('resources', exchange, message))
      this.#inOrder(exchange, message, () => this.line.subscribe(exchange, message));
  }

  unsubscribe(exchange: Exchange, message: Message): void {
    if (!this.#objects(exchange, message) && this.#offers('resources', exchange, message))
      this.#inOrder(exchange, message, () => this.line.unsubscribe(exchange, message));
  }

  call(exchange: Exchange, message: Message, now: number): void {
    if (this.#objects(exchange, message)) return;
    const list = kindOfList(message);
    if (list) return this.#inOrder(exchange, message, () => this.#list(list, exchange, message, now));
    const kind = kindOfCall(message);
    if (!kind || message.target === undefined) return this.#callOther(kind, exchange, message, now);
    const own = this.#view[kind].own(message.target);
    if (own === undefined) return this.#refuse(kind, exchange, message, now);
    const json = encoder.encode(JSON.stringify(own));
    this.#send(exchange, own === message.target ? message : retarget(message, own, json), now);
  }

  /** What names nothing that could be looked at. */
  #callOther(kind: Kind | undefined, exchange: Exchange, message: Message, now: number): void {
    const { method } = message;
    const isAboutSomething = kind !== undefined || method === 'completion/complete';
    if (this.offering.isStrict && isAboutSomething)
      exchange.fail('invalid_params', `"${method}" must name what it is about.`);
    else this.#send(exchange, message, now);
  }

  /** A hidden tool is refused when one that the server does not have would be. */
  #refuse(kind: Kind, exchange: Exchange, message: Message, now: number): void {
    if (kind === 'tools' && this.#judge && message.method === 'tools/call')
      this.#judge.call(exchange, message, now, true);
    else tellUnknown(kind, exchange, message.target ?? '');
  }

  #send(exchange: Exchange, message: Message, now: number): void {
    if (this.#judge) this.#judge.call(exchange, message, now);
    else this.line.call(exchange, message, now);
  }

  /** Whether a message does not pass; who asked is told. */
  #objects(exchange: Exchange | undefined, message: Message): boolean {
    const objection = objectionTo(this.offering, message);
    if (objection) exchange?.fail(...objection);
    return objection !== undefined;
  }

  #inOrder(exchange: Exchange | undefined, message: Message, go: () => void): void {
    if (this.#judge) this.#judge.pass(exchange, message, go);
    else go();
  }

  notify(message: Message): void {
    if (this.#objects(undefined, message)) return;
    this.#inOrder(undefined, message, () => this.line.notify(message));
  }

  pause(): void {
    this.line.pause();
  }

  resume(): void {
    this.line.resume();
  }

  lost(upstream: UpstreamSession): void {
    this.line.lost(upstream);
  }

  close(): void {
    this.#judge?.close();
    this.line.close();
  }

  #offers(kind: Kind, exchange: Exchange, { target }: Message): boolean {
    if (target === undefined || this.#view[kind].own(target) !== undefined) return true;
    tellUnknown(kind, exchange, target);
    return false;
  }

  /** Page by page, as the server gives them. */
  #list(kind: Kind, exchange: Exchange, message: Message, now: number): void {
    const params = paramsOf(message)['_meta'] === undefined ? paramsText(message) : withoutMeta(message);
    const call = new ClientsCall(KINDS[kind].method, params, now, (answer) => {
      if (isFailure(answer)) return exchange.fail(answer.word, answer.message, answer.data);
      if (answer.kind === 'error') return exchange.answer(answer);
      const page = offered(outcomeOf(answer), kind, this.#view[kind]);
      if (page) exchange.answerWith(resultParts(exchange.clientId, page));
      else
        exchange.fail(
          'upstream_bad_answer',
          `The server answered "${call.method}" with something that is no list.`,
        );
    });
    this.line.call(call, call.message, now);
  }
}

const encoder = new TextEncoder();

/** Progress of the list is told to nobody, so it is not asked for. */
function withoutMeta(message: Message): string {
  const { _meta: _, ...rest } = paramsOf(message);
  return JSON.stringify(rest);
}

/** A page with what is offered of it; undefined when it is none. Everything beside the items keeps its bytes. */
function offered(result: Uint8Array, kind: Kind, view: KindView): Uint8Array | undefined {
  const { list, key } = KINDS[kind];
  try {
    const { items, listSpan } = readListing(result, list, key);
    const pieces = [result.subarray(0, listSpan.start + 1)];
    for (const item of items) writeOffered(item, view, pieces);
    pieces.push(result.subarray(listSpan.end - 1));
    return joined(pieces);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function writeOffered(item: ListedItem, view: KindView, pieces: Uint8Array[]): void {
  const shown = view.offers(item);
  if (shown === undefined) return;
  if (pieces.length > 1) pieces.push(COMMA);
  const nameJson = shown === item.key ? undefined : encoder.encode(JSON.stringify(shown));
  writeItem({ item, nameJson, descriptionJson: view.description(item.key) }, pieces);
}

const COMMA = encoder.encode(',');
