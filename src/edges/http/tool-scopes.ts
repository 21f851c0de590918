/**
 * Calls of tools that need more of a token than it takes to come in: which scopes, and what is told of those that lack.
 *
 * Guarantees: looked at before anything is opened or sent; every name that may mean such a tool needs its scopes, also
 * where several servers are one and names are prefixed, rewritten or cut, and where tools were given other names. A name that could mean two tools needs the
 * scopes of both. It does not matter whether there is such a tool.
 * What some servers could take for another call needs the scopes of all tools.
 *
 * Source: MCP 2026-07-28, authorization, "Runtime Insufficient Scope Errors"; RFC 6750 section 3.1.
 */
import { fits, patternOf, type Pattern } from '../../engine/catalog/patterns.ts';
import type { OfferedNames } from '../../engine/catalog/view.ts';
import { isAmbiguous } from '../../engine/policy/passing.ts';
import type { Sink } from '../../engine/exchange.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse } from '../../protocol/errors.ts';
import { copySpan, type Message } from '../../protocol/message.ts';
import type { ServerVisit } from './front.ts';
import { refuse } from './replies.ts';

interface Rule {
  readonly server: Pattern;
  readonly tool: Pattern;
  /** The same as names are rewritten where servers are merged. */
  readonly rewritten: Pattern;
  readonly scopes: readonly string[];
}

/** Other names of the tools of a server, by their own names. */
type Renames = NonNullable<OfferedNames['rename']>;

export class ToolScopes {
  readonly #rules: readonly Rule[];
  /** The same rules for the other names of tools. */
  readonly #renamed = new WeakMap<Renames, readonly Rule[]>();
  /** What every token needs; told together with what a call needs. */
  readonly #always: readonly string[];

  constructor(rules: Readonly<Record<string, readonly string[]>>, always: readonly string[]) {
    this.#always = always;
    this.#rules = Object.entries(rules).map(([pattern, scopes]) => {
      const slash = pattern.indexOf('/');
      return ruleOf(patternOf(pattern.slice(0, slash)), pattern.slice(slash + 1), scopes);
    });
  }

  /**
   * All that a call needs; undefined where that is no more than what every call needs.
   * @param renamesOf the other names that tools of a server have; default: none has any
   */
  needed(
    servers: Iterable<string>,
    name: string,
    renamesOf?: (server: string) => Renames | undefined,
  ): readonly string[] | undefined {
    let found: Set<string> | undefined;
    for (const server of servers) {
      for (const rule of this.#rulesWith(renamesOf?.(server))) {
        if (!fits(server, rule.server) || !mayMean(name, server, rule)) continue;
        found ??= new Set(this.#always);
        for (const scope of rule.scopes) found.add(scope);
      }
    }
    return found && [...found];
  }

  /** What opens every tool. */
  get all(): readonly string[] {
    return [...new Set([...this.#always, ...this.#rules.flatMap(({ scopes }) => scopes)])];
  }

  #rulesWith(renames: Renames | undefined): readonly Rule[] {
    if (!renames) return this.#rules;
    let rules = this.#renamed.get(renames);
    if (!rules) this.#renamed.set(renames, (rules = [...this.#rules, ...this.#rulesOf(renames)]));
    return rules;
  }

  #rulesOf(renames: Renames): Rule[] {
    return Object.entries(renames).flatMap(([own, shown]) =>
      this.#rules
        .filter(({ tool }) => fits(own, tool))
        .map(({ server, scopes }) => ruleOf(server, shown, scopes)),
    );
  }
}

function ruleOf(server: Pattern, tool: string, scopes: readonly string[]): Rule {
  const rewritten = patternOf(tool.replaceAll(/[^A-Za-z0-9_*-]/g, '_'));
  return { server, tool: patternOf(tool), rewritten, scopes };
}

/** What names that were cut, or that two had, end with. */
const HASHED = /_[a-z2-7]{8}$/;
const HASH_LENGTH = 9;
/** Names of merged tools are no longer. */
const LONGEST = 64;
/** Of a server's name, where the whole would be too long. */
const PREFIX = 24;

function mayMean(name: string, server: string, rule: Rule): boolean {
  if (isNamed(name, rule) || (name.length === LONGEST && isCut(name, rule))) return true;
  const clean = server.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  for (const prefix of [server, clean, clean.slice(0, PREFIX)]) {
    if (!name.startsWith(`${prefix}__`)) continue;
    const rest = name.slice(prefix.length + 2);
    if (isNamed(rest, rule) || isCut(rest, rule)) return true;
  }
  return false;
}

function isNamed(name: string, { tool, rewritten }: Rule): boolean {
  return fits(name, tool) || fits(name, rewritten);
}

/** Whether a name may be the beginning of one that fits, with a hash behind it. */
function isCut(name: string, { rewritten }: Rule): boolean {
  if (!HASHED.test(name)) return false;
  const begin = name.slice(0, -HASH_LENGTH);
  const [literal = '', ...stars] = rewritten.parts;
  return literal.startsWith(begin) || (stars.length > 0 && begin.startsWith(literal));
}

/** The scopes that a message needs and the token of its caller has not got; undefined where it has all. */
function lackedBy(visit: ServerVisit, message: Message | Error): readonly string[] | undefined {
  const { front, caller } = visit;
  if (!front.toolScopes || !caller.scopes || message instanceof Error) return undefined;
  const needed = neededBy(visit, front.toolScopes, message);
  return needed?.every((scope) => caller.scopes?.has(scope)) === false ? needed : undefined;
}

function neededBy(
  { match, site }: ServerVisit,
  scopes: ToolScopes,
  message: Message,
): readonly string[] | undefined {
  if (isAmbiguous(message)) return scopes.all;
  if (message.method !== 'tools/call' || message.target === undefined) return undefined;
  const servers = match.server === undefined ? site.servers.keys() : [match.server];
  const renamesOf = (server: string) => site.servers.get(server)?.offer?.tools?.rename;
  return scopes.needed(servers, message.target, renamesOf);
}

/** Refuses a POST as a whole where one of its calls lacks scopes; false where none does. */
export function refuseLacking(visit: ServerVisit, messages: readonly (Message | Error)[]): boolean {
  if (!visit.front.toolScopes) return false;
  const lacking = messages.map((message) => lackedBy(visit, message));
  const scopes = [...new Set(lacking.flatMap((each) => each ?? []))];
  if (scopes.length === 0) return false;
  const { request, responder, match, site } = visit;
  const scope = scopes.join(' ');
  const at = { prefix: match.prefix, leg: match.row.leg };
  const challenge = site.door.challenge(request, at, { isRefused: true, error: 'insufficient_scope', scope });
  const [first] = messages;
  const id = messages.length === 1 && first && !(first instanceof Error) ? idOf(first) : undefined;
  note(visit, scope);
  refuse(responder, 'insufficient_scope', WORDS, { 'www-authenticate': challenge }, id, { scope });
  return true;
}

/** Hands a message over, but for a call that lacks scopes: it is answered so, and the session goes on. */
export function receiveUnlessLacking(
  visit: ServerVisit,
  session: Session,
  message: Message,
  sink: Sink = session.standing,
): void {
  const lacking = lackedBy(visit, message);
  if (!lacking) return session.receive(message, sink);
  const scope = lacking.join(' ');
  note(visit, scope);
  if (message.kind !== 'request') return;
  const id = idOf(message);
  sink.answer(errorResponse(id, 'insufficient_scope', WORDS, { scope }), id, true);
}

const WORDS = 'The token lacks a scope for this tool.';

function idOf(message: Message): Uint8Array | undefined {
  return message.kind === 'request' ? copySpan(message.bytes, message.id) : undefined;
}

function note({ front, mount, principal, address }: ServerVisit, scope: string): void {
  const message = `The token of ${principal} lacks a scope of "${scope}" for a tool.`;
  front.gateway.context.notes.tell({
    where: 'http',
    code: 'insufficient_scope',
    message,
    server: mount.name,
    principal,
    address,
  });
}
