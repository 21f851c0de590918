/** Ten real servers behind one door, two of them down and one slow. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { hello, request, SseClient, textOf, toolCall } from '../support/raw-clients.ts';
import { Gate, tenServers, TOOLS } from './merged-servers.ts';

const CHANGED = 'notifications/tools/list_changed';

let gate: Gate;
let gateway: TestGateway;

beforeAll(async () => {
  gate = new Gate();
  gateway = await startTestGateway({ servers: tenServers(gate), merge: {} });
});

afterAll(() => gateway.close());

/** A client whose capabilities tell it from all others: what others were told is not what it is told. */
async function open(at: TestGateway, tag: string): Promise<SseClient> {
  const client = await SseClient.open(at.sse());
  const body = hello('h', '2025-06-18');
  const capabilities = { sampling: {}, experimental: { tag: { tag } } };
  await client.ask({ ...body, params: { ...body.params, capabilities } });
  await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return client;
}

async function namesOn(client: SseClient, id: string): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: unknown, page = 0; page < 100; page++) {
    const answer = await client.ask(request(`${id}-${page}`, 'tools/list', cursor ? { cursor } : {}));
    const { tools, nextCursor } = answer.result as unknown as {
      tools: { name: string }[];
      nextCursor?: string;
    };
    names.push(...tools.map(({ name }) => name));
    cursor = nextCursor;
    if (cursor === undefined) return names;
  }
  throw new Error('The list has no end.');
}

/** The whole list: asked for anew each time it was called changed, until every healthy server is in it. */
async function wholeList(client: SseClient, wanted: readonly string[]): Promise<string[]> {
  for (let round = 1; ; round++) {
    const names = await namesOn(client, `whole-${round}`);
    if (wanted.every((name) => names.includes(name))) return names;
    const heard = () => client.feed.messages.filter(({ method }) => method === CHANGED).length >= round;
    await client.feed.until(`change ${round} of the list`, heard);
  }
}

const HEALTHY = Object.values(TOOLS).map(([name]) => name);

describe('ten servers merged, two down and one slow', () => {
  it('[MERGE-TEN] are listed without those three, soon after the fastest one answered', async () => {
    const waits: number[] = [];
    // Processes that start on a busy machine are late by themselves: both are asked at once, and the best of a few counts.
    for (let round = 0; round < 10 && !waits.some((ms) => ms < 300); round++) {
      const client = await open(gateway, `round ${round}`);
      const first = gateway.events.length;
      const started = performance.now();
      const [fastest, answered] = await Promise.all([
        listedAlone(`round ${round}`),
        namesOn(client, 'first').then((names) => {
          expect(names).not.toContain('patient');
          return performance.now();
        }),
      ]);
      expect(gate.isOpen).toBe(false);
      expect(gateway.events.slice(first).some(({ type }) => type === 'linkOpened')).toBe(true);
      waits.push(answered - Math.max(started, fastest));
      client.close();
    }
    expect(Math.min(...waits)).toBeLessThan(300);
  });

  /** When the fastest server has listed its tools by itself. */
  async function listedAlone(tag: string): Promise<number> {
    const client = await SseClient.open(gateway.sse('here'));
    await client.ask({ ...hello(tag, '2025-06-18') });
    await client.ask(request(`alone ${tag}`, 'tools/list'));
    const now = performance.now();
    client.close();
    return now;
  }

  it('[MERGE-TEN-CALLS] a call to each healthy server is answered by that one, and one to the others told', async () => {
    const client = await open(gateway, 'calls');
    await wholeList(client, HEALTHY);
    for (const [server, [name, args, text]] of Object.entries(TOOLS)) {
      const answer = await client.ask(toolCall(server, name, args));
      expect(textOf(answer), server).toContain(text);
    }
    // Two have it: the plain name is that of whoever was listed first, and stays so.
    expect(textOf(await client.ask(toolCall('bare', 'search', { q: 3 })))).toMatch(
      /^(?:git|web) search {"q":3}$/,
    );
    const down = await Promise.all(
      ['missing__x', 'broken__x'].map((name) => client.ask(toolCall(name, name))),
    );
    for (const { error } of down) expect(error?.code).toBe(-32000);
    client.close();
  });

  it('[MERGE-TEN-NAMES] have the same names after a restart, none of more than 64 characters', async () => {
    const one = await open(gateway, 'names');
    const before = await wholeList(one, HEALTHY);
    const again = await startTestGateway({ servers: tenServers(new Gate()), merge: {} });
    const two = await open(again, 'names');
    expect(await wholeList(two, HEALTHY)).toEqual(before);
    for (const name of before) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(new Set(before).size).toBe(before.length);
    one.close();
    two.close();
    await again.close();
  });

  it('[MERGE-TEN-QUESTION] a question reaches the session whose call it belongs to, through either kind of server', async () => {
    const [client, other] = await Promise.all([open(gateway, 'asks'), open(gateway, 'does not')]);
    await wholeList(client, HEALTHY);
    for (const server of ['child', 'here', 'remote']) {
      const call = client.ask(toolCall(server, `${server}__ask_sampling`, { prompt: `from ${server}` }));
      const question = await client.feed.until(`the question of ${server}`, () =>
        client.feed.messages.find(
          ({ method, params }) =>
            method === 'sampling/createMessage' && JSON.stringify(params).includes(`from ${server}`),
        ),
      );
      const content = { type: 'text', text: `to ${server}` };
      const result = { model: 'm', role: 'assistant', content } as never;
      await client.post({ jsonrpc: '2.0', id: question.id ?? null, result });
      expect(textOf(await call)).toContain(`to ${server}`);
    }
    expect(other.feed.messages.some(({ method }) => method === 'sampling/createMessage')).toBe(false);
    client.close();
    other.close();
  });

  it('[MERGE-TEN-DIES] one that hangs, then dies, costs its own calls, and is back with the next one', async () => {
    const client = await open(gateway, 'dies');
    await wholeList(client, HEALTHY);
    const hangs = client.ask(toolCall('hangs', 'child__hang'));
    const others = Object.entries(TOOLS).filter(([server]) => server !== 'child');
    const call = async ([server, [name, args, text]]: (typeof others)[number]) =>
      expect(textOf(await client.ask(toolCall(server, name, args))), server).toContain(text);
    await Promise.all(others.map(call));
    const crash = client.ask(toolCall('crash', 'child__crash', { code: 3 }));
    await Promise.all(others.map(call));
    for (const { error } of await Promise.all([hangs, crash])) expect(error?.code).toBe(-32000);
    expect(textOf(await client.ask(toolCall('again', 'child__add', { a: 1, b: 1 })))).toContain('2');
    client.close();
  });

  it('[MERGE-TEN-HEALTH] what is wrong with the others is on /health', async () => {
    const health = (await (await fetch(`${gateway.url}/health`)).json()) as {
      status: string;
      servers: Record<string, { state: string; reason?: string; lists?: object }>;
    };
    expect(health.status).toBe('degraded');
    expect(Object.keys(health.servers)).toHaveLength(10);
    for (const name of ['missing', 'broken'])
      expect(['backoff', 'failed']).toContain(health.servers[name]?.state);
    expect(health.servers['git']).toMatchObject({ state: 'up' });
    expect(health.servers['git']?.lists).toBeUndefined();
  });

  it('[MERGE-TEN-LATE] the slow one is in the list as soon as it answers, and that is announced', async () => {
    const client = await open(gateway, 'late');
    const names = await namesOn(client, 'before');
    expect(names).not.toContain('patient');
    gate.open();
    expect(await wholeList(client, [...HEALTHY, 'patient'])).toContain('patient');
    expect(textOf(await client.ask(toolCall('slow', 'patient')))).toBe('slow');
    client.close();
  });
});
