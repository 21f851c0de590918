/** How a modern POST is answered. */
import { describe, expect, test } from 'vitest';
import { ALL_VERSIONS } from '../../../../src/protocol/era.ts';
import { turn } from '../../engine/support.ts';
import { KEY, OTHER_KEY } from '../support.ts';
import { begin, call, type Headers, modernFront, post, request, told, type Wire } from './support.ts';

/** Asks a server that answers when the test says so. */
async function asked(body: Wire = call(), headers: Headers = {}, settings = {}) {
  const at = modernFront({ settings });
  at.server.answersCalls = false;
  const { responder } = begin(at, body, headers);
  await turn();
  return { ...at, responder, link: at.server.link };
}

const PROGRESS = { progressToken: 1, progress: 1 };

describe('an answer', () => {
  test('[FACE-JSON] that comes within the grace time is one body', async () => {
    const { runtime, responder, link } = await asked(call({}, 'my id'));
    runtime.advance(999);
    link.answers(1, { resultType: 'complete' });
    expect([responder.status, responder.headers]).toEqual([200, { 'content-type': 'application/json' }]);
    expect(responder.body).toBe('{"jsonrpc":"2.0","id":"my id","result":{"resultType":"complete"}}');
    runtime.advance(60_000);
    expect(responder.answers).toBe(1);
  });

  test('[FACE-STREAM] that comes later is the only event of a stream', async () => {
    const { runtime, responder, link } = await asked();
    runtime.advance(1_000);
    expect(responder.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-cache, no-store, no-transform',
    });
    const connection = responder.connection;
    expect(connection?.text).toBe('');
    link.answers(1, {});
    expect(connection?.text).toBe('event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
    expect(connection?.closedBy).toBe('done');
  });

  test('[FACE-STREAM] after events follows them, and nothing follows it', async () => {
    const { responder, link } = await asked(call({ progressToken: 'p' }));
    link.notifies('notifications/progress', PROGRESS);
    link.answers(1, {});
    link.notifies('notifications/progress', PROGRESS);
    const { connection } = responder;
    expect(connection?.ids).toEqual([]);
    expect(connection?.messages.map(({ method, id }) => method ?? id)).toEqual(['notifications/progress', 1]);
    expect(connection?.closedBy).toBe('done');
  });

  test('[FACE-STREAM] that takes long is waited for with heartbeats', async () => {
    const { runtime, responder } = await asked();
    runtime.advance(16_000);
    expect(responder.connection?.text).toBe(': ping\n\n');
  });

  test('[FACE-LISTEN] of what is listened for is a stream at once', async () => {
    const { responder } = await asked(request('subscriptions/listen', { notifications: {} }));
    expect([responder.status, responder.connection?.text]).toEqual([200, '']);
  });

  test('[FACE-BYTES] keeps every byte but the id', async () => {
    const { responder, link } = await asked(call({}, 'i'));
    const odd = '"result":{ "n":12345678901234567890 , "f":1.0,"u":"\\u00fc","z":0,"a":1}';
    link.says(`{"jsonrpc":"2.0", "id":1,${odd}}`);
    expect(responder.body).toBe(`{"jsonrpc":"2.0", "id":"i",${odd}}`);
  });

  test('[FACE-VERSIONS] to `server/discover` names what is spoken here', async () => {
    const { responder, link } = await asked(request('server/discover', {}, {}, 'd'));
    const said = '"result":{"supportedVersions": ["2026-07-28","2027-02-02"],"capabilities":{"x":1.0}}';
    link.says(`{${said},"id":1,"jsonrpc":"2.0"}`);
    expect(responder.body).toBe(
      `{"result":{"supportedVersions": ${JSON.stringify(ALL_VERSIONS)},"capabilities":{"x":1.0}},"id":"d","jsonrpc":"2.0"}`,
    );
    const other = await asked(request('server/discover'));
    other.link.answers(1, { odd: true });
    expect(other.responder.json.result).toEqual({ odd: true });
  });

  test.each([
    [-32601, 404],
    [-32020, 400],
    [-32021, 400],
    [-32022, 400],
    [-32602, 200],
    [-32603, 200],
    [-32000, 200],
    [1, 200],
  ])('[FACE-STATUS] with error %d is %d', async (code, status) => {
    const { responder, link } = await asked();
    link.says({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } });
    expect([responder.status, responder.json.error]).toEqual([status, { code, message: 'no' }]);
  });

  test('[FACE-ACCEPT] to a client that accepts anything is JSON, however late', async () => {
    const { runtime, responder, link } = await asked(call({ progressToken: 1 }), { accept: '*/*' });
    link.notifies('notifications/progress', PROGRESS);
    runtime.advance(60_000);
    link.answers(1, {});
    expect([responder.status, responder.connection]).toEqual([200, undefined]);
  });
});

describe('a client that does not accept', () => {
  test.each(['application/json', 'text/event-stream', 'text/html'])(
    '[FACE-ACCEPT] both types: %s',
    async (accept) => {
      const at = modernFront();
      expect(told(await post(at, call(), { accept }))).toEqual([406, -32000, 'not_acceptable']);
      expect(at.server.opens).toBe(0);
    },
  );

  test('[FACE-ACCEPT] streams, and wants to listen', async () => {
    const reply = await post(modernFront(), request('subscriptions/listen'), { accept: '*/*' });
    expect(told(reply)).toEqual([406, -32000, 'not_acceptable']);
  });
});

describe('a client that goes away', () => {
  test('[FACE-CANCEL] before the head calls its request off', async () => {
    const { gateway, runtime, responder, link } = await asked();
    responder.abort();
    expect(link.last).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
    link.answers(1, {});
    runtime.advance(1_000);
    expect([responder.answers, gateway.inFlight]).toEqual([0, 0]);
  });

  test('[FACE-CANCEL] after the head, too', async () => {
    const { gateway, runtime, responder, link } = await asked();
    runtime.advance(1_000);
    responder.abort();
    expect(link.last).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
    link.answers(1, {});
    expect([responder.connection?.text, gateway.inFlight]).toEqual(['', 0]);
  });

  test('[FACE-CANCEL] while it waits for a JSON body, too', async () => {
    const { responder, link } = await asked(call(), { accept: '*/*' });
    responder.abort();
    expect(link.last).toMatchObject({ method: 'notifications/cancelled' });
  });

  test('[FACE-CANCEL] after the answer calls nothing off', async () => {
    const { responder, link } = await asked();
    link.answers(1, {});
    responder.abort();
    expect(link.methods).toEqual(['tools/call']);
  });
});

describe('a reader that is slow', () => {
  test('[FACE-SLOW] in bytes is cut, and its request called off', async () => {
    const { gateway, responder, link } = await asked(call({ progressToken: 1 }), {}, { queuedBytes: 1_000 });
    link.notifies('notifications/progress', PROGRESS);
    const { connection } = responder;
    if (connection) connection.isStuck = true;
    for (let sent = 0; sent < 20; sent++) link.notifies('notifications/progress', PROGRESS);
    expect(connection?.closedBy).toBe('slow');
    expect(connection?.queued).toBeLessThan(1_300);
    expect(link.last).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(gateway.inFlight).toBe(0);
  });

  test('[FACE-SLOW] in time is cut, and its request called off', async () => {
    const { runtime, responder, link } = await asked(
      call({ progressToken: 1 }),
      {},
      { requestMs: 1_000_000 },
    );
    link.notifies('notifications/progress', PROGRESS);
    const { connection } = responder;
    if (connection) connection.isStuck = true;
    for (let sent = 0; sent < 2; sent++) link.notifies('notifications/progress', PROGRESS);
    runtime.advance(80_000);
    expect(connection?.closedBy).toBe('slow');
    expect(link.last).toMatchObject({ method: 'notifications/cancelled' });
  });
});

test('[FACE-UNTAKEN] a caller that does not read what it asked for is refused until it does', async () => {
  const at = modernFront({ settings: { perCaller: { queuedBytes: 1_000 } } });
  const stuck = [begin(at, call()), begin(at, call())];
  for (const { responder } of stuck) {
    const reply = responder.reply.bind(responder);
    responder.reply = (...answer) => {
      reply(...answer);
      responder.queued = 600;
    };
  }
  await turn();
  const late = await post(at, call());
  expect(told(late)).toEqual([429, -32000, 'too_many_calls']);
  for (const { responder } of stuck) responder.take();
  expect((await post(at, call())).status).toBe(200);
});

test('[FACE-REVOKED] a key that is gone ends what was asked with it, be it answered as a stream or not', async () => {
  const at = modernFront({ apiKeys: [KEY, OTHER_KEY] });
  at.server.answersCalls = false;
  const headers = { authorization: `Bearer ${KEY}` };
  const streaming = begin(at, call(), headers).responder;
  await turn();
  at.runtime.advance(1_000);
  const waiting = begin(at, call(), headers).responder;
  const other = begin(at, call(), { authorization: `Bearer ${OTHER_KEY}` }).responder;
  await turn();
  at.change({ apiKeys: [OTHER_KEY] });
  expect(told(waiting)).toEqual([401, -32001, 'unauthorized']);
  expect(streaming.connection?.messages[0]?.error?.data?.code).toBe('unauthorized');
  expect(streaming.connection?.closedBy).toBe('done');
  expect(other.answers).toBe(0);
  expect(at.server.links[0]?.methods).toEqual([
    'tools/call',
    'tools/call',
    'notifications/cancelled',
    'notifications/cancelled',
  ]);
});

test('[FACE-DRAINING] a gateway that shuts down answers 503, and what takes too long is ended with an answer', async () => {
  const { responder, ...at } = await asked();
  const closing = at.gateway.drain();
  const late = begin(at, call());
  await turn();
  expect(told(late.responder)).toEqual([503, -32000, 'draining']);
  expect(late.responder.headers['retry-after']).toBe('5');
  at.runtime.advance(10_000);
  await closing;
  expect(responder.connection?.messages.map(({ error }) => error?.data?.code)).toEqual(['session_closed']);
  expect(responder.connection?.closedBy).toBe('done');
});
