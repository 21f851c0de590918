/** What belongs to one principal is not there for another; and secrets stay where they are. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { observe } from '../../src/log-events.ts';
import { child, fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  BOTH_TYPES,
  JSON_TYPE,
  request,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { type Reply, type Rpc, send } from '../support/raw.ts';

const ALICE = { authorization: 'Bearer alice-has-a-long-key' };
const BOB = { authorization: 'Bearer bob-has-another-key' };
const PING = JSON.stringify(request(1, 'ping'));

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureInprocess(), other: fixtureInprocess() },
    apiKeys: [
      { name: 'alice', key: 'alice-has-a-long-key' },
      { name: 'bob', key: 'bob-has-another-key' },
    ],
  });
});

async function expectUnknown(reply: Reply): Promise<void> {
  expect([reply.status, wordOf(await reply.json<Rpc>())]).toEqual([404, 'unknown_session']);
}

describe('a session of another principal is not there', () => {
  it('[ISOLATION-PRINCIPAL] Streamable HTTP: 404 on POST, GET, DELETE and resume; its owner goes on', async () => {
    const alice = await StreamableClient.start(gateway.mcp(), '2025-11-25', ALICE);
    const { events } = await alice.post(toolCall(1, 'progress', { steps: 2, delayMs: 5 }, 'secret token'));
    await events.answer(1);
    const session = { 'mcp-session-id': alice.sessionId ?? '', ...BOB };
    const stream = { accept: 'text/event-stream' };
    const url = gateway.mcp();
    await expectUnknown(
      await send(url, { method: 'POST', headers: { ...JSON_TYPE, ...BOTH_TYPES, ...session }, body: PING }),
    );
    await expectUnknown(await send(url, { headers: { ...stream, ...session } }));
    for (const id of events.ids) {
      await expectUnknown(await send(url, { headers: { ...stream, ...session, 'last-event-id': id } }));
    }
    await expectUnknown(await send(url, { method: 'DELETE', headers: session }));
    expect(textOf(await alice.ask(toolCall(2, 'echo', { text: 'still here' })))).toBe('still here');
  });

  it('[ISOLATION-PRINCIPAL] HTTP+SSE: 404 on POST, and nothing comes on the stream', async () => {
    const alice = await SseClient.open(gateway.sse(), ALICE);
    const before = alice.feed.messages.length;
    await expectUnknown(
      await send(alice.endpoint, { method: 'POST', headers: { ...JSON_TYPE, ...BOB }, body: PING }),
    );
    expect(textOf(await alice.ask(toolCall(2, 'echo', { text: 'mine' })))).toBe('mine');
    expect(alice.feed.messages.length).toBe(before + 1);
    alice.close();
  });

  it('[ISOLATION-PRINCIPAL] a stranger learns the same from a session that is there and one that is not', async () => {
    const alice = await StreamableClient.start(gateway.mcp(), '2025-11-25', ALICE);
    const answers = await Promise.all(
      [alice.sessionId ?? '', 'never-was-there-at-all'].map(async (id) => {
        const headers = { ...JSON_TYPE, ...BOTH_TYPES, ...BOB, 'mcp-session-id': id };
        const reply = await send(gateway.mcp(), { method: 'POST', headers, body: PING });
        const { date: _date, ...rest } = reply.headers;
        return JSON.stringify([reply.status, rest, await reply.text()]);
      }),
    );
    expect(answers[0]).toBe(answers[1]);
  });

  it('[ISOLATION-PRINCIPAL] clients that name no session share nothing with another principal', async () => {
    const ordinals = await Promise.all(
      [ALICE, BOB].map(async (headers) => {
        const client = new StreamableClient(gateway.mcp(), '2025-03-26', headers);
        return (JSON.parse(textOf(await client.ask(toolCall(1, 'whoami')))) as { server: number }).server;
      }),
    );
    expect(ordinals[0]).not.toBe(ordinals[1]);
  });

  it('[ISOLATION-SERVER] nor is a session of another server of the same principal', async () => {
    const alice = await StreamableClient.start(gateway.mcp('fixture'), '2025-11-25', ALICE);
    const session = { 'mcp-session-id': alice.sessionId ?? '', ...ALICE };
    const headers = { ...JSON_TYPE, ...BOTH_TYPES, ...session };
    await expectUnknown(await send(gateway.mcp('other'), { method: 'POST', headers, body: PING }));
    await expectUnknown(await send(gateway.mcp('other'), { method: 'DELETE', headers: session }));
    const sse = await SseClient.open(gateway.sse('fixture'), ALICE);
    const crossed = `${gateway.url}/servers/other/messages?sessionId=${sse.sessionId}`;
    await expectUnknown(
      await send(crossed, { method: 'POST', headers: { ...JSON_TYPE, ...ALICE }, body: PING }),
    );
    sse.close();
  });
});

describe('session ids', () => {
  it('[ISOLATION-PRINCIPAL] cannot be guessed: long, of many letters, and never twice', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 200 },
        async () => (await StreamableClient.start(gateway.mcp(), '2025-11-25', ALICE)).sessionId,
      ),
    );
    expect(new Set(ids).size).toBe(200);
    expect(ids.every((id) => /^[A-Za-z0-9_-]{22,}$/.test(id ?? ''))).toBe(true);
    for (const at of [0, 5, 10, 15, 20]) expect(new Set(ids.map((id) => id?.[at])).size).toBeGreaterThan(20);
  });
});

describe('secrets', () => {
  const PLANTED = {
    key: 'planted-key-4711',
    wrong: 'planted-wrong-key-4712',
    env: 'planted-env-4713',
    argument: 'planted-argument-4714',
    query: 'planted-query-4715',
  };

  it('[SEC-LOG-SECRETS] [SEC-NO-DETAILS] planted ones are in no line of the log and in no answer', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      level: 'trace',
      format: 'json',
      sink: (line) => lines.push(line),
      secrets: () => [PLANTED.key, PLANTED.env],
    });
    const script = `console.error('starting with ' + process.env.TOKEN); process.stdin.once('data', () => { console.error('dying with ' + process.env.TOKEN); process.exit(1); })`;
    const closed = await startTestGateway({
      servers: {
        fixture: fixtureInprocess(),
        leaky: child(process.execPath, ['-e', script], { env: { TOKEN: PLANTED.env } }),
      },
      apiKeys: [PLANTED.key],
      observer: observe(logger),
    });
    const right = { authorization: `Bearer ${PLANTED.key}` };
    const answers: string[] = [];
    for (const headers of [{ authorization: `Bearer ${PLANTED.wrong}` }, { 'x-api-key': PLANTED.wrong }]) {
      answers.push(await (await send(`${closed.mcp()}?key=${PLANTED.query}`, { headers })).text());
    }
    const client = await StreamableClient.start(closed.mcp(), '2025-11-25', right);
    await client.ask(toolCall(1, 'echo', { text: PLANTED.argument }));
    await client.ask(toolCall(2, 'error', { message: PLANTED.argument }));
    answers.push(await (await client.post(`{"${PLANTED.argument}`)).text());
    const sse = await SseClient.open(closed.sse('leaky'), right);
    answers.push(JSON.stringify(await sse.ask(request(1, 'tools/list'))));
    sse.close();
    await closed.recorder.when('sessionClosed', ({ session }) => session === sse.sessionId);
    const health = await send(`${closed.url}/health`, { headers: right });
    answers.push(await health.text());
    await closed.close();
    expect(lines.length).toBeGreaterThan(5);
    expect(answers.join('')).toContain('dying with ***');
    for (const [what, secret] of Object.entries(PLANTED)) {
      expect(
        lines.filter((line) => line.includes(secret)),
        `the ${what} in the log`,
      ).toEqual([]);
      expect(
        answers.filter((text) => text.includes(secret)),
        `the ${what} in an answer`,
      ).toEqual([]);
    }
    // Enough of a session id to follow it, too little to take it over.
    expect(lines.filter((line) => line.includes(sse.sessionId))).toEqual([]);
    expect(answers.filter((text) => / at .*\.[jt]s:\d+/.test(text))).toEqual([]);
  });
});
