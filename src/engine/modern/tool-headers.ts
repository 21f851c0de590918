/**
 * Which arguments of its tools a mount wants to see in headers, too (`x-mcp-header`): asked for once, by a `tools/list`
 * like any other, and kept until the tools change. With it the headers of a call are compared with its arguments where
 * no server does that, or made where its client has none to send.
 *
 * Guarantees: one list serves all who wait; a list that fails, or takes too long, holds up no call for longer than
 * `WAIT_MS`; what is kept is bounded in callers, pages and bytes.
 *
 * Source: MCP 2026-07-28, Streamable HTTP, "Server Behavior for Custom Headers".
 */
import { memberAt } from '../../protocol/cuts.ts';
import { META_KEYS, MODERN_VERSION } from '../../protocol/era.ts';
import { headersOf, mismatchOf, type ParamHeader, paramHeadersOf } from '../../protocol/param-headers.ts';
import type { Message, Span } from '../../protocol/message.ts';
import type { EngineContext } from '../context.ts';
import { callerKey } from '../forwarded.ts';
import type { Mount } from '../line.ts';
import type { ModernCall } from './modern-call.ts';
import { ToolsListing } from './tools-listing.ts';

/** What each tool wants; most want nothing. */
type Tools = ReadonlyMap<string, readonly ParamHeader[]>;

/** How long a list holds where no change is told. */
const HOLDS_MS = 60_000;
/** The same for one that could not be had. */
const RETRY_MS = 10_000;
/** A list that is older is asked for again before it is held against a call. */
const FRESH_MS = 1_000;
/** How long calls wait for a list. */
const WAIT_MS = 5_000;
/** Callers of one mount whose lists are kept: those that came first go first. */
const MOST_CALLERS = 1_000;

/** What one caller was listed at one mount. */
interface Known {
  tools: Tools | undefined;
  /** When it was listed, and after how many changes. */
  at: number;
  changes: number;
  /** Those who wait for it; undefined while nothing is asked. */
  waiting: Set<() => void> | undefined;
}

export class ToolHeaders {
  readonly #context: EngineContext;
  readonly #road: (call: ModernCall) => void;
  readonly #known = new WeakMap<Mount, Map<string, Known>>();

  /** @param road takes a `tools/list` of the gateway's own to where its mount leads */
  constructor(context: EngineContext, road: (call: ModernCall) => void) {
    this.#context = context;
    this.#road = road;
  }

  /** Lets a `tools/call` pass if its headers say what its arguments do; else it is refused. */
  compare(call: ModernCall, pass: () => void): void {
    this.#listed(call, (tools) => {
      const wrong = contradicts(call, tools);
      if (wrong) call.fail('header_mismatch', wrong);
      else pass();
    });
  }

  /** Gives a `tools/call` the headers that its tool wants, and lets it pass. */
  stamp(call: ModernCall, pass: () => void): void {
    this.#listed(call, (tools) => {
      const params = tools?.get(call.message.target ?? '') ?? [];
      if (params.length > 0) call.paramHeaders = headersOf(params, argumentsOf(call.message));
      pass();
    });
  }

  /** What is known is asked for again where it speaks against the call, or does not have its tool: it may be old. */
  #listed(call: ModernCall, go: (tools: Tools | undefined) => void): void {
    const known = this.#of(call);
    this.#when(known, call, this.#holds(known, call.facts.mount), () => {
      const { tools } = known;
      const isDoubtful =
        tools !== undefined && (!isIn(call, tools) || contradicts(call, tools) !== undefined);
      this.#when(known, call, !isDoubtful || this.#isFresh(known), () => go(known.tools));
    });
  }

  #of({ facts: { mount, principal, forwarded } }: ModernCall): Known {
    const callers = this.#known.get(mount) ?? new Map<string, Known>();
    this.#known.set(mount, callers);
    const key = callerKey(mount.whole?.sharing === 'shared' ? '' : principal, forwarded);
    const known = callers.get(key);
    if (known) return known;
    for (const oldest of callers.size >= MOST_CALLERS ? callers.keys() : []) {
      callers.delete(oldest);
      break;
    }
    const fresh = { tools: undefined, at: -Infinity, changes: 0, waiting: undefined };
    callers.set(key, fresh);
    return fresh;
  }

  #holds({ at, changes, tools }: Known, mount: Mount): boolean {
    const age = this.#context.runtime.now() - at;
    return age < (tools ? HOLDS_MS : RETRY_MS) && changes === (mount.toolChanges ?? 0);
  }

  #isFresh({ at }: Known): boolean {
    return this.#context.runtime.now() - at < FRESH_MS;
  }

  /** Goes on at once, or when the tools are listed anew; not for a call that is over by then. */
  #when(known: Known, call: ModernCall, isKnown: boolean, go: () => void): void {
    if (isKnown) return go();
    const waiting = known.waiting ?? new Set();
    waiting.add(go);
    call.onCancel = () => waiting.delete(go);
    if (known.waiting) return;
    known.waiting = waiting;
    this.#list(known, call);
  }

  #list(known: Known, call: ModernCall): void {
    const { runtime } = this.#context;
    const changes = call.facts.mount.toolChanges ?? 0;
    const listing = new ToolsListing(call.facts, metaOf(call.message), headersIn, this.#road, (tools) => {
      timer.cancel();
      Object.assign(known, { tools, changes, at: runtime.now() });
      const waiting = known.waiting ?? [];
      known.waiting = undefined;
      for (const go of waiting) go();
    });
    const timer = runtime.after(WAIT_MS, () => listing.giveUp());
    listing.start();
  }
}

/** One with broken annotations is none over HTTP: its clients leave it away. */
function headersIn(tool: { readonly inputSchema?: unknown }): readonly ParamHeader[] {
  const params = paramHeadersOf(tool.inputSchema);
  return typeof params === 'string' ? NOTHING : params;
}

const NOTHING: readonly ParamHeader[] = [];

function isIn({ message }: ModernCall, tools: Tools): boolean {
  return tools.has(message.target ?? '');
}

/** What is wrong with the headers of a call; undefined when all is well, or it came without, or its tool is unknown. */
function contradicts({ facts, message }: ModernCall, tools: Tools | undefined): string | undefined {
  const params: readonly ParamHeader[] = tools?.get(message.target ?? '') ?? [];
  if (params.length === 0 || facts.hasHeaders !== true) return undefined;
  return mismatchOf(params, argumentsOf(message), (name) => facts.paramHeaders?.[name]);
}

const decoder = new TextDecoder();

/** They were read in full: they are JSON, if they are there. */
function argumentsOf({ bytes, params }: Message): unknown {
  const span = memberAt(bytes, params, 'arguments');
  return span.end > 0 ? (JSON.parse(textAt(bytes, span)) as unknown) : undefined;
}

/** The `_meta` of a request in the name of the caller: as able as it is, since it may be listed other tools for that. */
export function metaOf({ bytes, claims }: Message): string {
  const parts = [`"${META_KEYS.version}":"${MODERN_VERSION}"`];
  if (claims && claims.info.end > 0) parts.push(`"${META_KEYS.info}":${textAt(bytes, claims.info)}`);
  const capabilities = claims && claims.capabilities.end > 0 ? textAt(bytes, claims.capabilities) : '{}';
  parts.push(`"${META_KEYS.capabilities}":${capabilities}`);
  return `{${parts.join(',')}}`;
}

function textAt(bytes: Uint8Array, { start, end }: Span): string {
  return decoder.decode(bytes.subarray(start, end));
}
