/** One `tools/list` of the gateway's own, page by page, and what is read of each tool. */
import { readMessage } from '../../protocol/message.ts';
import { joined, sizeOf } from '../bytes.ts';
import type { Bytes } from '../ports.ts';
import { type CallCarrier, type CallFacts, ModernCall } from './modern-call.ts';

/** What is read of one list: more than that nobody offers to a model. */
const MOST_PAGES = 50;
const MOST_BYTES = 16 * 1024 * 1024;

interface Page {
  readonly tools?: unknown;
  readonly nextCursor?: unknown;
}

export class ToolsListing<Fact> implements CallCarrier {
  readonly isFollowed = false;
  readonly #facts: CallFacts;
  readonly #meta: string;
  readonly #read: (tool: object) => Fact;
  readonly #road: (call: ModernCall) => void;
  #ended: ((tools: ReadonlyMap<string, Fact> | undefined) => void) | undefined;
  readonly #tools = new Map<string, Fact>();
  #call: ModernCall | undefined;
  #pages = 0;
  #bytes = 0;

  /**
   * @param facts in whose name, and where
   * @param meta JSON text
   * @param read what is kept of a tool
   * @param ended called once: with the tools, or with nothing where they could not be listed
   */
  constructor(
    facts: CallFacts,
    meta: string,
    read: (tool: object) => Fact,
    road: (call: ModernCall) => void,
    ended: (tools: ReadonlyMap<string, Fact> | undefined) => void,
  ) {
    this.#facts = facts;
    this.#meta = meta;
    this.#read = read;
    this.#road = road;
    this.#ended = ended;
  }

  start(): void {
    this.#ask(undefined);
  }

  giveUp(): void {
    this.#call?.cancel('The gateway has waited long enough.');
    this.#end(undefined);
  }

  /** What is said beside the list is nobody's. */
  event(): void {}

  answer(data: Bytes, code: number | undefined): void {
    this.#bytes += sizeOf(data);
    if (code !== undefined || ++this.#pages > MOST_PAGES || this.#bytes > MOST_BYTES)
      return this.#end(undefined);
    const page = pageOf(joined(data));
    if (!Array.isArray(page?.tools)) return this.#end(undefined);
    for (const tool of page.tools as unknown[]) this.#add(tool);
    const { nextCursor } = page;
    if (typeof nextCursor === 'string') this.#ask(nextCursor);
    else this.#end(this.#tools);
  }

  #ask(cursor: string | undefined): void {
    const from = cursor === undefined ? '' : `"cursor":${JSON.stringify(cursor)},`;
    const text = `{"jsonrpc":"2.0","id":0,"method":"tools/list","params":{${from}"_meta":${this.#meta}}}`;
    const message = readMessage(encoder.encode(text));
    const { mount, principal, payers, forwarded } = this.#facts;
    this.#call = new ModernCall(
      { message, mount, principal, payers, ...(forwarded ? { forwarded } : {}) },
      this,
    );
    this.#road(this.#call);
  }

  #add(tool: unknown): void {
    if (typeof tool !== 'object' || tool === null) return;
    const { name } = tool as { readonly name?: unknown };
    if (typeof name === 'string') this.#tools.set(name, this.#read(tool));
  }

  #end(tools: ReadonlyMap<string, Fact> | undefined): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(tools);
  }
}

/** What a server sent is checked by its envelope only: it may still be broken. */
function pageOf(answer: Uint8Array): Page | undefined {
  try {
    return (JSON.parse(decoder.decode(answer)) as { result?: Page }).result;
  } catch {
    return undefined;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
