/**
 * A session's way to several servers, seen as one.
 *
 * A request is handed to the line of the server it is about, under the name it has there: one exchange, no second
 * hop. What concerns all of them (`initialize`, lists, log levels) is answered here. Requests to one server keep
 * their order but for those whose server has to be found first.
 */
import { isLevel } from '../../protocol/levels.ts';
import { copySpan, retarget, type Message } from '../../protocol/message.ts';
import type { Entry } from '../catalog/catalog.ts';
import type { Kind } from '../catalog/kinds.ts';
import type { EngineContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import { helloOf, requestedVersion } from '../handshake.ts';
import type { Line, LineOwner } from '../line.ts';
import type { LineMemory } from '../line-terms.ts';
import { emptyResult, result } from '../notice.ts';
import type { UpstreamSession } from '../upstream-session.ts';
import { paramsOf } from './answers.ts';
import { greetingOf, versionFor } from './greeting.ts';
import { MemberLine, type MemberHost } from './member-line.ts';
import type { Merge } from './merge.ts';
import { MergedLists } from './merged-lists.ts';
import { kindOfCall, kindOfList } from './methods.ts';
import { Owners } from './owners.ts';
import { tellUnknown } from './unknown.ts';

export class MergedLine implements Line, MemberHost {
  readonly owner: LineOwner;
  readonly lists: MergedLists;
  readonly #merge: Merge;
  readonly #context: EngineContext;
  readonly #owners: Owners;
  #members: readonly MemberLine[] = [];
  #byName: ReadonlyMap<string, MemberLine> = new Map();
  #hello: Uint8Array | undefined;
  #version: string;
  #logLevel: string | undefined;
  #isClosed = false;

  constructor(owner: LineOwner, merge: Merge, version: string, context: EngineContext) {
    this.owner = owner;
    this.#merge = merge;
    this.#version = version;
    this.#context = context;
    this.lists = new MergedLists(owner, merge, () => this.#members, context);
    this.#owners = new Owners(this, merge, context);
    this.reload();
  }

  // ------------------------------------------------------------------------------------ what it is made of

  get members(): readonly MemberLine[] {
    return this.#members;
  }

  member(server: string): MemberLine | undefined {
    return this.#byName.get(server);
  }

  get hello(): Uint8Array | undefined {
    return this.#hello;
  }

  get version(): string {
    return this.#version;
  }

  get wasInitialized(): boolean {
    return this.#hello !== undefined;
  }

  /** Whether any of its servers is shared: such a one goes on while this client does not read. */
  get isShared(): boolean {
    return this.#members.some(({ isShared }) => isShared);
  }

  /** A `ping` is for the merge itself, which is there. */
  get isOpen(): boolean {
    return false;
  }

  get subscriptions(): ReadonlySet<string> {
    return new Set(this.#members.flatMap(({ subscriptions }) => [...subscriptions]));
  }

  get memory(): LineMemory {
    const subscriptions = Object.fromEntries(
      this.#members.map(({ name, subscriptions }) => [name, [...subscriptions]]),
    );
    const hello = this.#hello && new TextDecoder().decode(this.#hello);
    return { hello, version: this.#version, level: this.#logLevel, subscriptions };
  }

  recall({ hello = '{}', version, level, subscriptions }: LineMemory): void {
    this.#hello = new TextEncoder().encode(hello);
    this.#version = version;
    this.#logLevel = level;
    for (const member of this.#members) {
      if (level !== undefined) member.tellLevel(level);
      member.recall(subscriptions[member.name] ?? []);
    }
  }

  /** Takes over which servers the merge has now. */
  reload(): void {
    const before = new Set(this.#members);
    this.#members = this.#merge.members.map((one) => {
      const same = [...before].find(({ server, name }) => server === one.server && name === one.name);
      const member = same ?? this.#newMember(one);
      before.delete(member);
      member.offering = one.offering;
      return member;
    });
    this.#byName = new Map(this.#members.map((member) => [member.name, member]));
    for (const gone of before) {
      this.#merge.recovery.left(gone);
      gone.close({ code: 'closed', message: `The server "${gone.name}" was taken out.` });
    }
    this.lists.reloaded();
  }

  #newMember(one: Merge['members'][number]): MemberLine {
    const { limits } = this.#merge;
    const member = new MemberLine({ ...one, host: this, limits, context: this.#context });
    if (this.#logLevel !== undefined) member.tellLevel(this.#logLevel);
    return member;
  }

  // --------------------------------------------------------------------------------------- from the client

  /** Answered at once, and again should it come again: no server has to be started for it. */
  initialize(exchange: Exchange, message: Message): void {
    const hello = helloOf(message);
    const version = requestedVersion(hello);
    this.#hello ??= hello;
    this.#version = versionFor(version);
    const hasLogs = this.#members.some(({ isShared }) => !isShared);
    const instructions = this.#members.flatMap(({ name, server, scope }) => {
      const text = scope === undefined ? undefined : server.lists.instructionsOf(scope);
      return text === undefined ? [] : [[name, text] as const];
    });
    const greeting = greetingOf({ name: this.#merge.title, version, hasLogs, instructions });
    exchange.answerWith(result(exchange.clientId, greeting));
  }

  setLevel(exchange: Exchange, message: Message): void {
    if (this.#members.every(({ isShared }) => isShared))
      return exchange.fail('method_not_found', 'Shared servers cannot tell whose log lines are whose.');
    if (!isLevel(paramsOf(message)['level']))
      return exchange.fail('invalid_params', 'There is no such log level.');
    this.#logLevel = new TextDecoder().decode(copySpan(message.bytes, message.params));
    for (const member of this.#members) member.tellLevel(this.#logLevel);
    exchange.answerWith(emptyResult(exchange.clientId));
  }

  subscribe(exchange: Exchange, message: Message): void {
    if (this.subscriptions.size >= this.#context.settings.subscriptionsPerSession)
      return exchange.fail('too_many_calls', 'This session has too many subscriptions.');
    this.#owners.find(exchange, message, (member) => member.subscribe(exchange, message));
  }

  unsubscribe(exchange: Exchange, message: Message): void {
    const uri = message.target ?? '';
    const member = this.#members.find(({ subscriptions }) => subscriptions.has(uri));
    if (member) member.unsubscribe(exchange, message);
    else exchange.answerWith(emptyResult(exchange.clientId));
  }

  call(exchange: Exchange, message: Message, now: number): void {
    const kind = kindOfCall(message);
    if (kind === 'tools' || kind === 'prompts') return this.#callNamed(kind, exchange, message, now);
    if (kind === 'resources') return this.#owners.read(exchange, message, now);
    if (kind) return this.#owners.find(exchange, message, (member) => member.call(exchange, message, now));
    const list = kindOfList(message);
    if (list) return this.lists.answer(list, exchange, message);
    if (message.method === 'completion/complete')
      return exchange.fail('invalid_params', 'A completion needs a `ref` to a prompt or a resource.');
    exchange.fail(
      'method_not_found',
      `Which of several servers "${message.method}" is for, nobody can tell.`,
    );
  }

  notify(message: Message): void {
    // Every conversation has a handshake of its own.
    if (message.method === 'notifications/initialized') return;
    for (const member of this.#members) member.notify(message);
  }

  pause(): void {
    for (const member of this.#members) member.pause();
  }

  resume(): void {
    for (const member of this.#members) member.resume();
  }

  lost(upstream: UpstreamSession): void {
    for (const { opened } of this.#members) opened?.lost(upstream);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.lists.close();
    this.#owners.close();
    for (const member of this.#members) {
      this.#merge.recovery.left(member);
      member.close();
    }
    this.#merge.left(this);
  }

  // ------------------------------------------------------------------------------------------- by name

  #callNamed(kind: Kind, exchange: Exchange, message: Message, now: number): void {
    const name = message.target;
    if (name === undefined)
      return exchange.fail('invalid_params', `"${message.method}" must name what it is about.`);
    const entry = this.lists.catalog(kind).find(name);
    if (entry) return this.#send(entry, exchange, message, now);
    const direct = this.#merge.direct(kind, name, (server) => !this.member(server)?.lists.hasList(kind));
    if (direct) return this.#sendAs(direct.server, direct.own, exchange, message);
    this.lists.await(kind, exchange, message, (isLast) => {
      const found = this.lists.catalog(kind).find(name);
      if (found) this.#send(found, exchange, message, this.#context.runtime.now());
      else if (isLast) tellUnknown(kind, exchange, name);
      return found !== undefined;
    });
  }

  /** To the server that has it, under the name it has there. */
  #send({ server, item, ownJson }: Entry, exchange: Exchange, message: Message, now: number): void {
    const told = item.key === message.target ? message : retarget(message, item.key, ownJson);
    this.#callAt(server, exchange, told, now);
  }

  /** The same where the server was not asked for its list yet. */
  #sendAs(server: string, own: string, exchange: Exchange, message: Message): void {
    const told = retarget(message, own, new TextEncoder().encode(JSON.stringify(own)));
    this.#callAt(server, exchange, told, exchange.startedAt);
  }

  #callAt(server: string, exchange: Exchange, message: Message, now: number): void {
    const member = this.#byName.get(server);
    if (member) member.call(exchange, message, now);
    else exchange.fail('upstream_failed', `The server "${server}" was taken out.`);
  }

  // ------------------------------------------------------------------------------------- from the servers

  settled(member: MemberLine, kind: Kind): void {
    if (member.lists.hasFailed(kind)) this.#merge.recovery.failed(member);
    else this.#merge.recovery.succeeded(member);
    this.lists.settled(kind);
  }

  changed(kinds: readonly Kind[]): void {
    this.lists.changed(kinds);
  }

  memberLost(): void {
    this.lists.memberLost();
  }
}
