/** A request that lands on a node without its session: carried to the owner, and answered as on one node. */
import { describe, expect, it } from 'vitest';
import { ClgClient, RailsClient } from '../support/dialect-clients.ts';
import { fixtureInprocess } from '../support/gateway.ts';
import {
  hello,
  JSON_TYPE,
  request,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { eventually, type Rpc, send } from '../support/raw.ts';
import { type RelayNodes, type RelayOptions, startRelayNodes } from '../support/relay-nodes.ts';

const fixture = (options: Partial<RelayOptions> = {}, count = 2) =>
  startRelayNodes(count, { servers: { srv: fixtureInprocess() }, ...options });

/** The same client at another node. */
function at(client: StreamableClient, url: string, headers?: Record<string, string>): StreamableClient {
  const there = new StreamableClient(url, client.version, headers);
  there.sessionId = client.sessionId;
  return there;
}

/** A session, and its client at a node that has not got it. */
async function astray(all: RelayNodes, headers?: Record<string, string>, path = '/mcp') {
  const client = await StreamableClient.start(`${all.nodes[0]?.url}${path}`, '2025-11-25', headers);
  const session = client.sessionId ?? '';
  return { client, session, there: at(client, `${all.other(session).url}${path}`, headers) };
}

const cancel = (id: number) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId: id },
});

describe('Streamable HTTP', () => {
  it('[CARRY-POST] a call is answered through the node where it landed, whole or as a stream', async () => {
    const all = await fixture();
    const { there } = await astray(all);
    const whole = await there.post(toolCall(1, 'echo', { text: 'Grüezi' }));
    expect(whole.status).toBe(200);
    expect(whole.headers['content-type']).toBe('application/json');
    expect(textOf(await whole.json<Rpc>())).toBe('Grüezi');
    const streamed = await there.post(toolCall(2, 'progress', { steps: 3 }, 'p'));
    expect(streamed.isStream).toBe(true);
    expect((await streamed.events.answer(2)).result).toBeDefined();
    const progress = streamed.events.messages.filter(({ method }) => method === 'notifications/progress');
    expect(progress).toHaveLength(3);
    expect(all.carried()).toBe(2);
    await all.close();
  });

  it('[CARRY-GET] [CARRY-ANSWER] the standing stream, what the server asks on it, and the answer each land anywhere', async () => {
    const all = await fixture({}, 3);
    const client = new StreamableClient(`${all.nodes[0]?.url}/mcp`, '2025-11-25');
    const begun = await client.post({
      ...hello(0, '2025-11-25'),
      params: {
        protocolVersion: '2025-11-25',
        capabilities: { roots: {} },
        clientInfo: { name: 'raw', version: '1' },
      },
    });
    client.sessionId = String(begun.headers['mcp-session-id']);
    await begun.text();
    const [, second, third] = all.nodes.map(({ url }) => at(client, `${url}/mcp`));
    await (await second?.post({ jsonrpc: '2.0', method: 'notifications/initialized' }))?.text();
    const standing = await second?.get();
    expect(standing?.status).toBe(200);
    const call = await third?.post(toolCall(1, 'ask_roots'));
    const asked = await call?.events.until('a question', () =>
      call.events.messages.find(({ method }) => method === 'roots/list'),
    );
    const result = { roots: [{ uri: 'file:///here' }] };
    const answered = await second?.post({ jsonrpc: '2.0', id: asked?.id ?? 0, result } as unknown as Rpc);
    expect(answered?.status).toBe(202);
    expect(textOf((await call?.events.answer(1)) as Rpc)).toContain('file:///here');
    standing?.cut();
    await all.close();
  });

  it('[CARRY-RESUME] a cut stream is taken up again through another node, each event once', async () => {
    const all = await fixture();
    const { client, there } = await astray(all);
    const call = await client.post(toolCall(1, 'progress', { steps: 40, delayMs: 5 }, 'p'));
    const seen = await call.events.until('ten events', () => {
      const events = call.events.events.filter(({ data }) => data !== '');
      return events.length >= 10 ? events : undefined;
    });
    call.cut();
    const had = call.events.events.filter(({ data }) => data !== '').length;
    expect(had).toBeGreaterThanOrEqual(seen.length);
    const rest = await there.get(call.events.events.at(-1)?.id);
    expect(rest.status).toBe(200);
    await rest.events.answer(1);
    const numbers = [...call.events.messages, ...rest.events.messages].flatMap(({ params }) =>
      params?.['progress'] === undefined ? [] : [params['progress']],
    );
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    await all.close();
  });

  it('[CARRY-NOTICE] [CARRY-DELETE] a cancellation and the end of a session arrive from another node', async () => {
    const all = await fixture();
    const { client, there, session } = await astray(all);
    const held = await client.post(toolCall(7, 'sleep', { ms: 60_000 }, 'p'));
    expect((await there.post(cancel(7))).status).toBe(202);
    await held.text();
    const count = JSON.parse(textOf(await there.ask(toolCall(8, 'cancelled_count')))) as { count: number };
    expect(count.count).toBe(1);
    const owner = all.owner(session);
    expect((await there.delete()).status).toBe(200);
    expect(owner.gateway.sessions).toBe(0);
    const gone = await client.post(toolCall(9, 'echo', { text: 'x' }));
    expect(gone.status).toBe(404);
    await all.close();
  });

  it('[CARRY-CLIENT-GONE] a client that goes away at another node is gone for its call and its stream', async () => {
    const all = await fixture();
    const { there, session } = await astray(all);
    const standing = await there.get();
    expect(standing.status).toBe(200);
    const owner = all.owner(session);
    await owner.recorder.when('streamOpened', (each) => each.session === session);
    const { gateway: held } = owner.gateway.context.ledger;
    await eventually('it is followed', () => held.of('streams') === 1);
    standing.cut();
    await eventually('it is not followed', () => held.of('streams') === 0);
    await all.close();
  });

  it('[CARRY-STRANGER] with another principal, or at another mount, it is 404 there as here', async () => {
    const all = await startRelayNodes(2, {
      servers: { one: fixtureInprocess(), two: fixtureInprocess() },
      apiKeys: [
        { name: 'ada', key: 'slc_key_of_ada_long_enough' },
        { name: 'bob', key: 'slc_key_of_bob_long_enough' },
      ],
    });
    const ada = { authorization: 'Bearer slc_key_of_ada_long_enough' };
    const bob = { authorization: 'Bearer slc_key_of_bob_long_enough' };
    const { client, there, session } = await astray(all, ada, '/servers/one/mcp');
    expect(textOf(await there.ask(toolCall(1, 'echo', { text: 'mine' })))).toBe('mine');
    const strangers = [
      at(there, there.url, bob),
      at(there, there.url.replace('/one/', '/two/'), ada),
      at(client, client.url, bob),
      at(client, client.url.replace('/one/', '/two/'), ada),
    ];
    const told: string[] = [];
    for (const stranger of strangers) {
      for (const reply of [
        await stranger.post(toolCall(2, 'echo', { text: 'yours' })),
        await stranger.get(),
        await stranger.delete(),
      ]) {
        expect(reply.status).toBe(404);
        told.push(await reply.text());
      }
    }
    expect(new Set(told).size).toBe(1);
    expect(all.owner(session).gateway.sessions).toBe(1);
    await all.close();
  });

  it('[CARRY-REFUSED] what is wrong with a request is told in the same words on every node', async () => {
    const all = await fixture({
      settings: { read: { bytes: 2_000, depth: 50, elements: 1_000, batch: 10 } } as never,
    });
    const { client, there } = await astray(all);
    const big = toolCall(1, 'echo', { text: 'x'.repeat(4_000) });
    for (const sending of [
      { body: big },
      { body: '{"jsonrpc":' },
      { body: toolCall(2, 'echo', { text: 'x' }), headers: { 'content-type': 'text/plain' } },
      { body: toolCall(3, 'echo', { text: 'x' }), headers: { accept: 'text/html' } },
      { body: toolCall(4, 'echo', { text: 'x' }), headers: { 'mcp-protocol-version': '1999-01-01' } },
    ]) {
      const { body, ...rest } = sending;
      const [here, yonder] = [await client.post(body, rest), await there.post(body, rest)];
      expect(here.status).toBeGreaterThanOrEqual(400);
      expect([yonder.status, await yonder.text()]).toEqual([here.status, await here.text()]);
    }
    await all.close();
  });
});

describe('HTTP+SSE', () => {
  it('[CARRY-SSE] clients of every dialect post to any node, and are answered on their stream', async () => {
    const all = await fixture({}, 3);
    const [first, second, third] = all.nodes.map(({ url }) => url);
    const sse = await ClgClient.open(`${first}/sse`);
    for (const url of [first, second, third]) {
      const posted = await send(`${url}/sse`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({
          ...toolCall(`clg ${url}`, 'echo', { text: `${url}` }),
          connectionId: sse.connectionId,
          protocol: 'sse',
        }),
      });
      expect(posted.status).toBe(200);
      await posted.text();
      expect(textOf(await sse.answer('mcp-response', `clg ${url}`))).toBe(url);
    }
    const rails = await RailsClient.open(`${first}/mcp/sse`);
    for (const url of [second, third]) {
      const posted = await send(`${url}/mcp/sse/message`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({
          ...toolCall(`rails ${url}`, 'echo', { text: `${url}` }),
          connection_id: rails.connectionId,
        }),
      });
      expect(posted.status).toBe(200);
      await posted.text();
      expect(textOf(await rails.answer('mcp_response', `rails ${url}`))).toBe(url);
    }
    const plain = await ClgClient.open(`${first}/sse`);
    const posted = await send(`${second}/messages?sessionId=${plain.connectionId}`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(request('plain', 'tools/list')),
    });
    expect(posted.status).toBe(202);
    await plain.answer('message', 'plain');
    for (const client of [sse, rails, plain]) client.close();
    await all.close();
  });
});

describe('an owner that is lost', () => {
  it('[CARRY-LOST] a call under way is answered once, with its id and that it may have run', async () => {
    const all = await fixture();
    const { there, session } = await astray(all);
    const owner = all.owner(session);
    const asked = there.post(toolCall(5, 'sleep', { ms: 60_000 }), {
      headers: { accept: 'application/json, */*' },
    });
    await owner.recorder.when('linkOpened', () => true);
    await eventually('it is there', () => owner.gateway.inFlight === 1);
    await owner.kill();
    const reply = await asked;
    expect(reply.status).toBe(503);
    const told = await reply.json<Rpc>();
    expect(told.id).toBe(5);
    expect(wordOf(told)).toBe('node_lost');
    await all.close();
  });
});
