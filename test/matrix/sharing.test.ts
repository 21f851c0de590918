/** Who shares a process with whom, and what a shared link offers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { hello, request, SseClient, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually } from '../support/raw.ts';
import { curious } from './curious.ts';

const KEYS = { ada: 'ada-ada-ada-ada', bob: 'bob-bob-bob-bob' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: {
      session: fixtureStdio({ sharing: 'session' }),
      principal: fixtureStdio({ sharing: 'principal' }),
      shared: fixtureStdio({ sharing: 'shared' }),
      curious: curious(2, 2, { sharing: 'shared' }),
    },
    apiKeys: Object.entries(KEYS).map(([name, key]) => ({ name, key })),
  });
});

afterAll(() => gateway.close());

type Name = keyof typeof KEYS;
type Who = { pid: number; protocolVersion: string };

async function open(server: string, who: Name): Promise<SseClient> {
  const client = await SseClient.open(gateway.sse(server), { 'x-api-key': KEYS[who] });
  await client.initialize('2025-06-18');
  return client;
}

async function whoami(client: SseClient | StreamableClient): Promise<Who> {
  return JSON.parse(textOf(await client.ask(toolCall('who', 'whoami')))) as Who;
}

async function pids(server: string): Promise<number[]> {
  const clients = await Promise.all([open(server, 'ada'), open(server, 'ada'), open(server, 'bob')]);
  const facts = await Promise.all(clients.map(whoami));
  for (const client of clients) client.close();
  return facts.map(({ pid }) => pid);
}

describe('a process', () => {
  it('[SHARING-SESSION] of its own for each session', async () => {
    expect(new Set(await pids('session')).size).toBe(3);
  });

  it('[SHARING-PRINCIPAL] for the sessions of one principal, another for those of the next', async () => {
    const [ada, alsoAda, bob] = await pids('principal');
    expect(alsoAda).toBe(ada);
    expect(bob).not.toBe(ada);
  });

  it('[SHARING-SHARED] for all, which stays when they go', async () => {
    const first = await pids('shared');
    expect(new Set(first).size).toBe(1);
    expect(await pids('shared')).toEqual(first);
  });
});

describe('a shared link', () => {
  it('[SHARING-HANDSHAKE] answers each client in the revision it asked for, without what it cannot offer', async () => {
    const headers = { 'x-api-key': KEYS.ada };
    for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
      const client = new StreamableClient(gateway.mcp('shared'), version, headers);
      const { result } = await client.ask(hello('h', version));
      expect(result).toMatchObject({ protocolVersion: version, serverInfo: { name: 'sluice-fixture' } });
      expect(Object.keys(result?.['capabilities'] as object).sort()).toEqual([
        'completions',
        'prompts',
        'resources',
        'tools',
      ]);
    }
  });

  it('[SHARING-NO-QUESTIONS] refuses what the server asks, for nobody can tell for whom', async () => {
    const [ada, bob] = await Promise.all([open('shared', 'ada'), open('shared', 'bob')]);
    for (const tool of ['ask_sampling', 'ask_elicitation', 'ask_roots']) {
      const { result } = await ada.ask(toolCall(tool, tool));
      expect(result).toMatchObject({ isError: true });
    }
    expect(JSON.parse(textOf(await ada.ask(toolCall('ping', 'ping_client'))))).toEqual({});
    for (const { feed } of [ada, bob]) expect(feed.messages.filter(({ method }) => method)).toEqual([]);
    ada.close();
    bob.close();
  });

  it('[SHARING-NO-QUESTIONS] refuses them also where the server asks though nobody offered to answer', async () => {
    const ada = await open('curious', 'ada');
    expect(JSON.parse(textOf(await ada.ask(toolCall(1, 'ask', {}))))).toEqual([
      'method_not_found',
      'method_not_found',
    ]);
    expect(ada.feed.messages.filter(({ method }) => method)).toEqual([]);
    ada.close();
  });

  it('[SHARING-NO-LOGS] tells log lines to nobody, and takes no log level', async () => {
    const [ada, bob] = await Promise.all([open('shared', 'ada'), open('shared', 'bob')]);
    await ada.ask(toolCall(1, 'log', { level: 'error', text: 'secret of ada' }));
    expect((await bob.ask(request(2, 'logging/setLevel', { level: 'debug' }))).error?.code).toBe(-32601);
    for (const { feed } of [ada, bob]) expect(feed.messages.filter(({ method }) => method)).toEqual([]);
    ada.close();
    bob.close();
  });

  it('[SHARING-UPDATED] tells updates to those who subscribed, and goes on when one of them leaves', async () => {
    const uri = 'test://watched-resource';
    const [ada, bob, eve] = await Promise.all([
      open('shared', 'ada'),
      open('shared', 'bob'),
      open('shared', 'ada'),
    ]);
    const updates = ({ feed }: SseClient) =>
      feed.messages.filter(({ method }) => method?.endsWith('/updated')).length;
    await ada.ask(request(1, 'resources/subscribe', { uri }));
    await bob.ask(request(1, 'resources/subscribe', { uri }));
    await eve.ask(toolCall(2, 'touch_resource', { uri }));
    await Promise.all(
      [ada, bob].map(({ feed }) => feed.until('an update', () => feed.messages.at(-1)?.method)),
    );
    expect([ada, bob, eve].map(updates)).toEqual([1, 1, 0]);
    expect((await ada.ask(request(3, 'resources/unsubscribe', { uri }))).result).toEqual({});
    await eve.ask(toolCall(4, 'touch_resource', { uri }));
    await bob.feed.until('another update', () => updates(bob) === 2);
    expect([ada, bob, eve].map(updates)).toEqual([1, 2, 0]);
    bob.close();
    const said = async () => textOf(await eve.ask(toolCall('t', 'touch_resource', { uri })));
    await eventually('the server no longer has a subscriber', async () =>
      (await said()).startsWith('Nobody'),
    );
    ada.close();
    eve.close();
  });
});
