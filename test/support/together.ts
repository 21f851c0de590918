/** Every kind of client on one `superset` route at the same time, many of each. */
import { expect } from 'vitest';
import { CLIENTS } from '../matrix/clients.ts';
import { Peer } from '../matrix/peer.ts';
import { ClgClient, CustomClient, RailsClient } from './dialect-clients.ts';
import type { TestGateway } from './gateway.ts';
import { SseClient, textOf, toolCall } from './raw-clients.ts';

export const CLIENTS_A_KIND = 20;
const KINDS = ['sdk 1.0.4', 'sdk 1.32.2', 'client 2.4.0', 'clg', 'rails', 'page'] as const;
/** 1,000 in all, of which each client has its share. */
const CALLS = 1_000;

export type Kind = (typeof KINDS)[number];

/** A client of any kind, as far as these tests have use for it. */
export interface Caller {
  readonly kind: Kind;
  /** Asks with an id that every other client uses, too. */
  call(id: number, text: string): Promise<string>;
  /** What came that it should not have: in another's shape, or twice. */
  strays(): string[] | Promise<string[]>;
  close(): Promise<void>;
}

/** Where they connect. */
type Routes = Pick<TestGateway, 'sse' | 'mcp'>;
type Openers = Readonly<Record<Kind, (gateway: Routes, index: number) => Promise<Caller>>>;

const OPENERS: Openers = {
  'sdk 1.0.4': (gateway) => sdk(gateway, 'sdk 1.0.4'),
  'sdk 1.32.2': (gateway) => sdk(gateway, 'sdk 1.32.2'),
  'client 2.4.0': (gateway) => sdk(gateway, 'client 2.4.0'),
  clg: async (gateway) => custom('clg', await ClgClient.open(gateway.sse()), 'mcp-response'),
  rails: async (gateway) => custom('rails', await RailsClient.open(gateway.sse()), 'mcp_response'),
  page,
};

async function sdk(gateway: Routes, kind: Kind): Promise<Caller> {
  const found = CLIENTS.find(({ name, leg }) => name === kind && leg === 'sse');
  if (!found || !('call' in found.load)) throw new Error(`No ${kind}.`);
  const make = await found.load();
  const peer = await Peer.connect((ears) => make(gateway.sse(), ears));
  return {
    kind,
    call: (_id, text) => peer.text('echo', { text }),
    strays: () => peer.errors.map(({ message }) => message),
    close: () => peer.close(),
  };
}

function custom(kind: Kind, client: ClgClient | RailsClient, event: string): Caller {
  return {
    kind,
    call: async (id, text) => textOf(await client.ask(toolCall(id, 'echo', { text }))),
    strays: () => straysOf(client, event),
    close: async () => client.close(),
  };
}

/** What a page does: an `EventSource` for the stream, `fetch` for the POSTs. */
async function page(gateway: Routes): Promise<Caller> {
  const client = await SseClient.open(gateway.sse(), { 'user-agent': 'page' });
  const watcher = new CustomClient(gateway.sse(), client.stream);
  return {
    kind: 'page',
    call: async (id, text) => textOf(await client.ask(toolCall(id, 'echo', { text }))),
    strays: () => straysOf(watcher, 'message'),
    close: async () => client.close(),
  };
}

/** Answers in a shape that is not the client's own, and ids that were answered twice. */
function straysOf({ feed }: CustomClient, own: string): string[] {
  return straysIn(feed.events, own);
}

/** The same of events, wherever they were read. */
export function straysIn(events: readonly { event: string; data: string }[], own: string): string[] {
  const replies = events.filter(({ data }) => data.includes('"jsonrpc"'));
  const others = replies.filter(({ event }) => event !== own).map(({ event, data }) => `${event} ${data}`);
  const ids = replies.map(({ data }) => (JSON.parse(data) as { id: number }).id);
  return [...others, ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice ${id}`)];
}

/** 20 of each kind make 1,000 calls: every answer must reach its asker, in the asker's own shape. */
export async function callTogether(
  gateway: Routes,
  own: Partial<Openers> = {},
  { each = CLIENTS_A_KIND, calls = CALLS } = {},
): Promise<void> {
  const openers = { ...OPENERS, ...own };
  const callers = await Promise.all(
    KINDS.flatMap((kind) => Array.from({ length: each }, (_, index) => openers[kind](gateway, index))),
  );
  const wrong: string[] = [];
  const answered = new Map<Kind, number>();
  await Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      const caller = callers[index % callers.length] as Caller;
      // Ids are the same for all: 1, 2, 3 …
      const id = 1 + Math.floor(index / callers.length);
      const text = `${caller.kind} ${index}`;
      const answer = await caller.call(id, text);
      if (answer !== text) wrong.push(`${text}: ${answer}`);
      answered.set(caller.kind, (answered.get(caller.kind) ?? 0) + 1);
    }),
  );
  const strays: string[] = [];
  for (const caller of callers)
    strays.push(...(await caller.strays()).map((stray) => `${caller.kind}: ${stray}`));
  console.log(
    `${calls - wrong.length} of ${calls} answers right over one route; by kind: ` +
      KINDS.map((kind) => `${kind} ${answered.get(kind)}`).join(', ') +
      `; ${strays.length} strays`,
  );
  expect(wrong).toEqual([]);
  expect(strays).toEqual([]);
  expect([...answered.values()].reduce((sum, count) => sum + count, 0)).toBe(calls);
  await Promise.all(callers.map((caller) => caller.close()));
}
