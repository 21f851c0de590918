/**
 * Whose resource a URI is, for one session: of the server that lists it, else of the one whose template makes it, else
 * of the one that was found to have it. What nobody names is looked for.
 */
import type { Message } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import type { Exchange } from '../exchange.ts';
import type { MemberLine } from './member-line.ts';
import type { Merge } from './merge.ts';
import type { MergedLine } from './merged-line.ts';
import { paramsText, Quest } from './quest.ts';
import { tellUnknown } from './unknown.ts';

export class Owners {
  readonly #line: MergedLine;
  readonly #merge: Merge;
  readonly #context: EngineContext;
  /** Servers that were found to have a URI, the one used longest ago first. */
  readonly #found = new Map<string, string>();
  readonly #quests = new Set<Quest>();

  constructor(line: MergedLine, merge: Merge, context: EngineContext) {
    this.#line = line;
    this.#merge = merge;
    this.#context = context;
  }

  /** Answers a `resources/read` from the server that has it. */
  read(exchange: Exchange, message: Message, now: number): void {
    this.#locate(exchange, message, {
      found: (member) => member.call(exchange, message, now),
      asked: (answer) => exchange.answer(answer),
    });
  }

  /** Calls back with who has what a request is about; where nobody does, the client is told. */
  find(exchange: Exchange, message: Message, found: (member: MemberLine) => void): void {
    this.#locate(exchange, message, { found });
  }

  close(): void {
    for (const quest of this.#quests) quest.stop();
    this.#quests.clear();
  }

  #locate(exchange: Exchange, message: Message, then: Then): void {
    const uri = message.target;
    if (uri === undefined)
      return exchange.fail('invalid_params', `"${message.method}" must say what it is about.`);
    const known = this.#known(uri);
    if (known) return then.found(known);
    const wait = (kind: 'resources' | 'templates', next: () => void): void =>
      this.#line.lists.await(kind, exchange, message, (isLast) => {
        const member = this.#known(uri);
        if (member) then.found(member);
        else if (isLast) next();
        return member !== undefined;
      });
    for (const { lists } of this.#line.members) lists.refresh('templates');
    wait('resources', () => wait('templates', () => this.#seek(exchange, message, uri, then)));
  }

  #known(uri: string): MemberLine | undefined {
    const entry =
      this.#line.lists.catalog('resources').find(uri) ?? this.#line.lists.catalog('templates').find(uri);
    const member = this.#line.member(entry?.server ?? this.#found.get(uri) ?? '');
    return member && member.view.resources.shown(uri) !== undefined ? member : undefined;
  }

  /** Asks those who may have it, and remembers who does. */
  #seek(exchange: Exchange, message: Message, uri: string, then: Then): void {
    // No server reads a template, and one that completes it lists it.
    if (message.method === 'completion/complete') return tellUnknown('templates', exchange, uri);
    const isRead = message.method === 'resources/read';
    const quest = new Quest({
      members: this.#line.members.filter(({ view }) => view.resources.shown(uri) !== undefined),
      params: isRead ? paramsText(message) : JSON.stringify({ uri }),
      waitMs: this.#merge.waitMs,
      context: this.#context,
      done: (owner, answer) => {
        this.#quests.delete(quest);
        if (owner) this.#remember(uri, owner);
        if (exchange.isOver) return;
        if (!owner || !answer) return tellUnknown('resources', exchange, uri);
        if (then.asked) then.asked(answer);
        else then.found(owner);
      },
    });
    this.#quests.add(quest);
    // Called off, it is looked for no longer.
    exchange.undo = () => this.#quests.delete(quest) && quest.stop();
    quest.start();
  }

  #remember(uri: string, { name }: MemberLine): void {
    if (uri.length > this.#context.settings.uriBytes) return;
    this.#found.delete(uri);
    this.#found.set(uri, name);
    const [oldest] = this.#found.keys();
    if (oldest !== undefined && this.#found.size > this.#merge.limits.owners) this.#found.delete(oldest);
  }
}

interface Then {
  found(member: MemberLine): void;
  /** The request itself was answered while its server was looked for. */
  asked?(answer: Message): void;
}
