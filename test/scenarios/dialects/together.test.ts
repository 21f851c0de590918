/** One `superset` route, and every kind of client on it at the same time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENTS } from '../../matrix/clients.ts';
import { Peer } from '../../matrix/peer.ts';
import { ClgClient, CustomClient, RailsClient } from '../../support/dialect-clients.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { SseClient, textOf, toolCall } from '../../support/raw-clients.ts';

const CLIENTS_A_KIND = 20;
const KINDS = ['sdk 1.0.4', 'sdk 1.32.2', 'client 2.4.0', 'clg', 'rails', 'page'] as const;
/** 1,000 in all, of which each client has its share. */
const CALLS = 1_000;

type Kind = (typeof KINDS)[number];

/** A client of any kind, as far as this test has use for it. */
interface Caller {
  readonly kind: Kind;
  /** Asks with an id that every other client uses, too. */
  call(id: number, text: string): Promise<string>;
  /** What came that it should not have: in another's shape, or twice. */
  strays(): string[];
  close(): Promise<void>;
}

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: { heartbeatMs: 200 },
  });
});

afterAll(() => gateway.close());

const OPENERS: Record<Kind, () => Promise<Caller>> = {
  'sdk 1.0.4': () => sdk('sdk 1.0.4'),
  'sdk 1.32.2': () => sdk('sdk 1.32.2'),
  'client 2.4.0': () => sdk('client 2.4.0'),
  clg: async () => custom('clg', await ClgClient.open(gateway.sse()), 'mcp-response'),
  rails: async () => custom('rails', await RailsClient.open(gateway.sse()), 'mcp_response'),
  page,
};

async function sdk(kind: Kind): Promise<Caller> {
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
async function page(): Promise<Caller> {
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
function straysOf(client: CustomClient, own: string): string[] {
  const replies = client.feed.events.filter(({ data }) => data.includes('"jsonrpc"'));
  const others = replies.filter(({ event }) => event !== own).map(({ event, data }) => `${event} ${data}`);
  const ids = replies.map(({ data }) => (JSON.parse(data) as { id: number }).id);
  return [...others, ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice ${id}`)];
}

it('[DIALECT-TOGETHER] 20 of each of six kinds of client make 1,000 calls, and every answer reaches its asker', async () => {
  const callers = await Promise.all(
    KINDS.flatMap((kind) => Array.from({ length: CLIENTS_A_KIND }, () => OPENERS[kind]())),
  );
  const wrong: string[] = [];
  const answered = new Map<Kind, number>();
  await Promise.all(
    Array.from({ length: CALLS }, async (_, index) => {
      const caller = callers[index % callers.length] as Caller;
      // Ids are the same for all: 1, 2, 3 …
      const id = 1 + Math.floor(index / callers.length);
      const text = `${caller.kind} ${index}`;
      const answer = await caller.call(id, text);
      if (answer !== text) wrong.push(`${text}: ${answer}`);
      answered.set(caller.kind, (answered.get(caller.kind) ?? 0) + 1);
    }),
  );
  const strays = callers.flatMap((caller) => caller.strays().map((stray) => `${caller.kind}: ${stray}`));
  console.log(
    `${CALLS - wrong.length} of ${CALLS} answers right over one route; by kind: ` +
      KINDS.map((kind) => `${kind} ${answered.get(kind)}`).join(', ') +
      `; ${strays.length} strays`,
  );
  expect(wrong).toEqual([]);
  expect(strays).toEqual([]);
  expect([...answered.values()].reduce((sum, count) => sum + count, 0)).toBe(CALLS);
  await Promise.all(callers.map((caller) => caller.close()));
});
