/** Child processes that die, hang, flood or write rubbish: an error for their own callers, and for nobody else. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  child,
  echoStdio,
  fixtureStdio,
  leftovers,
  startTestGateway,
  type TestGateway,
} from '../support/gateway.ts';
import {
  hello,
  request,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { eventually, type Reply, type Rpc } from '../support/raw.ts';

type Client = SseClient | StreamableClient;

const KINDS = [
  ['HTTP+SSE', (url: string) => SseClient.open(`${url}/sse`)],
  ['Streamable HTTP', (url: string) => StreamableClient.start(`${url}/mcp`)],
] as const satisfies readonly (readonly [string, (url: string) => Promise<Client>])[];

async function echoes(client: Client, text: string): Promise<void> {
  expect(textOf(await client.ask(toolCall(text, 'echo', { text })))).toBe(text);
}

async function pidOf(client: Client): Promise<number> {
  return (JSON.parse(textOf(await client.ask(toolCall('pid', 'whoami')))) as { pid: number }).pid;
}

describe('a child killed in mid-call', () => {
  it.each(KINDS)(
    '[ANSWER-SERVER-DIES] %s: its caller has an error within 1 s, others go on, the next call works',
    async (_kind, open) => {
      const gateway = await startTestGateway({ servers: { fixture: fixtureStdio() } });
      const [victim, other] = await Promise.all([open(gateway.url), open(gateway.url)]);
      const [pid, otherPid] = [await pidOf(victim), await pidOf(other)];
      const answer = victim.ask(toolCall('h', 'hang'));
      const slow = other.ask(toolCall('s', 'sleep', { ms: 300 }));
      await echoes(victim, 'the call before has arrived');
      const killedAt = performance.now();
      process.kill(pid, 'SIGKILL');
      const told = await answer;
      const ms = performance.now() - killedAt;
      console.log(`the caller had its error ${ms.toFixed(0)} ms after the child was killed`);
      expect(ms).toBeLessThan(1_000);
      expect([told.id, wordOf(told)]).toEqual(['h', 'upstream_exited']);
      expect(told.error?.message).toBe('The server "fixture" was ended by SIGKILL.');
      expect(textOf(await slow)).toBe('Slept 300 ms.');
      const again = await pidOf(victim);
      expect([again === pid, await pidOf(other)]).toEqual([false, otherPid]);
      await echoes(victim, 'the next call works');
      await gateway.close();
    },
  );

  it('that is shared: all who wait have the error, and the next calls share a new one', async () => {
    const gateway = await startTestGateway({ servers: { fixture: fixtureStdio({ sharing: 'shared' }) } });
    const clients = await Promise.all(KINDS.flatMap(([, open]) => [open(gateway.url), open(gateway.url)]));
    const pid = await pidOf(clients[0] as Client);
    const hanging = clients.map((client) => client.ask(toolCall('h', 'hang')));
    await Promise.all(clients.map((client) => echoes(client, 'arrived')));
    process.kill(pid, 'SIGKILL');
    expect((await Promise.all(hanging)).map(wordOf)).toEqual(clients.map(() => 'upstream_exited'));
    const pids = new Set(await Promise.all(clients.map(pidOf)));
    expect([pids.size, pids.has(pid)]).toEqual([1, false]);
    await gateway.close();
  });

  it('[TRAFFIC-REOPENED] takes what it was told before with it: the new one is told the log level and the subscriptions', async () => {
    const gateway = await startTestGateway({ servers: { fixture: fixtureStdio() } });
    const client = await SseClient.open(gateway.sse());
    await client.initialize();
    await client.ask(request('l', 'logging/setLevel', { level: 'error' }));
    await client.ask(request('r', 'resources/subscribe', { uri: 'test://static/text' }));
    process.kill(await pidOf(client), 'SIGKILL');
    await gateway.recorder.when('linkClosed');
    const said = await client.ask(toolCall('t', 'touch_resource', { uri: 'test://static/text' }));
    expect(textOf(said)).toBe('Said that test://static/text was updated.');
    const logged = await client.ask(toolCall('i', 'log', { level: 'info', text: 'x' }));
    expect(textOf(logged)).toBe('Below the level the client asked for.');
    client.close();
    await gateway.close();
  });
});

describe('a child that misbehaves costs its own callers only', () => {
  let gateway: TestGateway;
  let other: StreamableClient;

  const node = (script: string, options = {}) => child(process.execPath, ['-e', script], options);

  beforeAll(async () => {
    gateway = await startTestGateway({
      servers: {
        echo: echoStdio(),
        fixture: fixtureStdio({ requestMs: 400 }),
        flooder: fixtureStdio(),
        missing: child('no-such-command-anywhere', []),
        dies: node('console.error("no licence"); process.exit(3)'),
        silent: node('setInterval(() => {}, 1000)', { startMs: 400 }),
        deaf: node('process.stdout.end(); setInterval(() => {}, 1000)', { startMs: 2_000, stopGraceMs: 100 }),
        babble: node('setInterval(() => console.log("rubbish ".repeat(100)), 1)', {
          startMs: 600,
          stopGraceMs: 100,
        }),
        refuses: node(
          `process.stdin.on('data', (line) => console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, error: { code: -32000, message: 'No.' } })))`,
        ),
      },
    });
    other = await StreamableClient.start(gateway.mcp('echo'));
  });

  const STARTS = [
    [
      'missing',
      'upstream_start_failed',
      /^The server "missing" did not start: the command .* was not found; install it/,
    ],
    ['dies', 'upstream_exited', /^The server "dies" exited with code 3: no licence$/],
    ['silent', 'upstream_start_timeout', /^The server "silent" did not answer `initialize` within 0\.4 s\.$/],
    ['deaf', 'upstream_failed', /^The server "deaf" closed its input or output\.$/],
    ['babble', 'upstream_start_timeout', /^The server "babble" did not answer `initialize` within 0\.6 s\.$/],
  ] as const;

  it.each(STARTS)(
    '[BAD-CHILD-START] [ANSWER-SERVER-HANGS] one that is %s: %s',
    async (name, word, message) => {
      const client = new StreamableClient(gateway.mcp(name), '2025-11-25');
      const askedAt = performance.now();
      const reply = await client.post(hello(1, '2025-11-25'));
      const failed = reply.isStream ? await reply.events.answer(1) : await reply.json<Rpc>();
      expect([failed.id, wordOf(failed), failed.error?.message]).toEqual([
        1,
        word,
        expect.stringMatching(message),
      ]);
      // However long the child takes to end.
      expect(performance.now() - askedAt).toBeLessThan(1_500);
      await expectNoSession(client, reply);
      const sse = await SseClient.open(gateway.sse(name));
      const told = await sse.ask(request(1, 'tools/list'));
      expect(['upstream_backoff', word]).toContain(wordOf(told));
      sse.close();
      await echoes(other, `beside ${name}`);
    },
  );

  it('one that refuses `initialize`: its own error is passed on, and a call without it is told', async () => {
    const client = new StreamableClient(gateway.mcp('refuses'), '2025-11-25');
    const refused = await client.ask(hello(1, '2025-11-25'));
    expect(refused.error).toEqual({ code: -32000, message: 'No.' });
    const sse = await SseClient.open(gateway.sse('refuses'));
    const told = await sse.ask(request(1, 'tools/list'));
    expect([wordOf(told), told.error?.message]).toEqual([
      'upstream_failed',
      'The server "refuses" refused to be initialised.',
    ]);
    sse.close();
  });

  it('[ANSWER-TIMED-OUT] one that hangs: the call times out, the server is told, the next call works', async () => {
    const client = await StreamableClient.start(gateway.mcp('fixture'));
    const [late] = await Promise.all([client.ask(toolCall(1, 'hang')), echoes(other, 'meanwhile')]);
    expect([late.id, wordOf(late)]).toEqual([1, 'timed_out']);
    const count = JSON.parse(textOf(await client.ask(toolCall(2, 'cancelled_count')))) as { count: number };
    expect(count.count).toBe(1);
  });

  it('[ANSWER-TIME-ANEW] one that moves on slowly does not time out', async () => {
    const client = await StreamableClient.start(gateway.mcp('fixture'));
    const reply = await client.post(toolCall(1, 'progress', { steps: 6, delayMs: 150 }, 't'));
    expect(textOf(await reply.events.answer(1))).toBe('Took 6 steps.');
  });

  it('[BAD-CHILD-RUBBISH] [ANSWER-ONCE] one that writes rubbish: it is dropped and noted, the answer comes once', async () => {
    const client = await SseClient.open(gateway.sse('fixture'));
    await client.initialize();
    const before = client.feed.messages.length;
    expect(textOf(await client.ask(toolCall(1, 'rubbish')))).toBe('This is the proper answer.');
    await echoes(client, 'after the rubbish');
    expect(client.feed.messages.slice(before).map(({ id }) => id)).toEqual([1, 'after the rubbish']);
    await gateway.recorder.when('refused', ({ code }) => code === 'unknown_answer');
    client.close();
  });

  it('[BAD-CHILD-FLOOD] one that floods: others are answered meanwhile', async () => {
    const client = await StreamableClient.start(gateway.mcp('flooder'));
    const flood = await client.post(toolCall(1, 'flood', { lines: 30_000 }));
    const at = performance.now();
    for (let call = 0; call < 20; call++) await echoes(other, `during the flood ${call}`);
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(textOf(await flood.events.answer(1))).toBe('Sent 30000 messages.');
  });
});

/** A session whose `initialize` failed is gone, even where its id had to be told before. */
async function expectNoSession(client: StreamableClient, reply: Reply): Promise<void> {
  const id = reply.headers['mcp-session-id'];
  if (typeof id !== 'string') return;
  client.sessionId = id;
  expect((await client.post(request(2, 'ping'))).status).toBe(404);
}

describe('[STDIO-IDLE-FREE] processes that nobody needs', () => {
  it('are not started twice when `initialize` is sent twice at once', async () => {
    const gateway = await startTestGateway({ servers: { fixture: fixtureStdio() } });
    const fixtures = () => leftovers().filter(({ command }) => command.includes('server/stdio.ts')).length;
    const before = fixtures();
    const client = await SseClient.open(gateway.sse());
    for (const id of [1, 2, 3]) await client.post(hello(id, '2024-11-05'));
    await Promise.all([1, 2, 3].map((id) => client.feed.answer(id)));
    expect(gateway.recorder.of('linkOpened')).toHaveLength(1);
    client.close();
    await gateway.recorder.when('sessionClosed');
    await eventually('its process is gone', () => fixtures() === before);
    await gateway.close();
  });

  it('end at once when the client goes while they start', async () => {
    const silent = child(process.execPath, ['-e', 'process.stdin.resume(); "silent one"'], {
      startMs: 30_000,
    });
    const gateway = await startTestGateway({ servers: { silent } });
    const isRunning = () => leftovers().some(({ command }) => command.includes('silent one'));
    const client = await SseClient.open(gateway.sse());
    await client.post(hello(1, '2024-11-05'));
    await eventually('the child runs', isRunning);
    client.close();
    await eventually('the child is gone', () => !isRunning(), 5_000);
    await gateway.close();
  });
});
