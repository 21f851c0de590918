/** Sessions over Streamable HTTP: how they begin, how they are lost, how they end. */
import { describe, expect, it } from 'vitest';
import { call, context, hastyRuntime, Recorder, until } from './harness.ts';
import {
  ask,
  type Answer,
  eventOf,
  HELLO,
  INITIALIZED,
  json,
  linked,
  played,
  ready,
  result,
  stream,
  well,
} from './network-harness.ts';

const SDK_WORDS = 'Bad Request: No valid session ID provided';

/** Refuses what names the first session once it is told to. */
function forgetful(refusal: Answer): { forget(): void; answer: Answer } {
  let isLost = false;
  return {
    forget: () => void (isLost = true),
    answer: (got, response) => {
      if (!isLost || got.headers['mcp-session-id'] !== 's1') return false;
      return refusal(got, response);
    },
  };
}

describe('the beginning of a session', () => {
  it('[STREAMUP-ORDER] asks for the stream, says that it is ready, and only then what follows', async () => {
    const server = await played(({ method, message }, response) => {
      if (method !== 'GET' && message.method !== 'notifications/initialized') return false;
      setTimeout(() => void (method === 'GET' ? stream(response) : response.writeHead(202).end()), 20);
    }, well());
    const at = await linked(server.url);
    at.link.send(HELLO, 1);
    await at.recorder.answer(1);
    at.link.send(INITIALIZED);
    at.link.send(call(2, 'a'), 2);
    at.link.send(call(3, 'b'), 3);
    await Promise.all([at.recorder.answer(2), at.recorder.answer(3)]);
    const order = server.got.map(({ method, message }) => message.method ?? method);
    expect(order.slice(0, 3)).toEqual(['initialize', 'GET', 'notifications/initialized']);
    expect(order.slice(3).sort()).toEqual(['a', 'b']);
  });

  it.each([
    ['the stream', 'GET'],
    ['being ready', 'POST'],
  ])('[STREAMUP-ORDER] waits for %s in bounds', async (_what, hanging) => {
    const server = await played(({ method, message }) => {
      const isHeld = method === 'GET' ? hanging === 'GET' : message.method === 'notifications/initialized';
      return isHeld && method === hanging;
    }, well());
    const at = await ready(server.url, { runtime: hastyRuntime(100) });
    expect((await ask(at, 2)).result).toEqual({ echo: {} });
  });

  it('[STREAMUP-STATELESS] a server without sessions is called without one, and 404 is an error of its call', async () => {
    const server = await played(({ message }, response) => {
      if (message.method !== 'gone') return false;
      response.writeHead(404).end();
      return true;
    }, well(''));
    const at = await ready(server.url);
    at.link.send(call(2, 'gone'), 2);
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([
      { number: 2, fault: { code: 'wrong-address' }, isUnsent: false },
    ]);
    expect((await ask(at, 3)).result).toEqual({ echo: {} });
    expect(server.got.some(({ headers }) => 'mcp-session-id' in headers)).toBe(false);
    await at.link.close();
    expect(server.got.some(({ method }) => method === 'DELETE')).toBe(false);
  });

  it('[STREAMUP-SESSION-ID] a session that no header can name is reported, and done without', async () => {
    const server = await played(({ message }, response) => {
      if (message.method !== 'initialize') return false;
      json(response, result(1, { protocolVersion: 'bad version' }), { 'mcp-session-id': 'a b' });
      return true;
    }, well());
    const at = await ready(server.url);
    await ask(at, 2);
    expect(at.notes.refusals).toMatchObject([{ code: 'bad-session-id' }]);
    expect(server.got.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
    expect(server.got.at(-1)?.headers).not.toHaveProperty('mcp-protocol-version');
  });
});

describe('a session that is lost', () => {
  it('[BRKS-OTHER-REVISION] was with a server that spoke the revision, and so was nothing carried out', async () => {
    const server = await played(well());
    const at = await ready(server.url);
    const refuse = (...supported: string[]): void =>
      server.on(({ message }, response) => {
        const error = { code: -32022, message: 'no', data: { supported } };
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error }));
      });
    refuse('2026-07-28', '2025-06-18');
    at.link.send(call(2, 'x'), 2);
    expect((await at.recorder.answer(2)).error?.code).toBe(-32022);
    refuse('2026-07-28');
    at.link.send(call(3, 'x'), 3);
    const fault = await at.recorder.fault();
    expect(fault).toMatchObject({ code: 'session-lost', isRecoverable: true, unsent: new Set([3]) });
  });

  it.each([
    ['404', (): Answer => (_got, response) => void response.writeHead(404).end('gone')],
    [
      '400 with words about it',
      (): Answer => (_got, response) => {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message: SDK_WORDS } }));
      },
    ],
  ])('[STREAMUP-LOST] is told once with all that was refused: %s', async (_how, refusal) => {
    const memory = forgetful(refusal());
    const server = await played(memory.answer, well());
    const at = await ready(server.url);
    await ask(at, 2);
    memory.forget();
    for (let id = 3; id < 53; id++) at.link.send(call(id, 'x'), id);
    const fault = await at.recorder.fault();
    expect(fault).toMatchObject({ code: 'session-lost', isRecoverable: true });
    expect([...(fault.unsent ?? [])].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 3),
    );
    at.link.send(call(60, 'x'), 60);
    expect(at.recorder.failures).toEqual([]);
    expect(at.recorder.faults).toHaveLength(1);
    await at.link.close();
    expect(server.got.some(({ method }) => method === 'DELETE')).toBe(false);
    const again = await at.driver.open(new Recorder(), context());
    again.send(HELLO, 1);
    await until('it counts', () => at.driver.health().restarts === 1);
  });

  it('[STREAMUP-LOST] does not name what the server has taken', async () => {
    const memory = forgetful((_got, response) => void response.writeHead(404).end());
    const server = await played(
      ({ message }, response) => {
        if (message.method === 'stream') stream(response);
        return message.method === 'stream' || message.method === 'hang';
      },
      memory.answer,
      well(),
    );
    const at = await ready(server.url);
    at.link.send(call(2, 'stream'), 2);
    at.link.send(call(3, 'hang'), 3);
    await server.until(({ message }) => message.method === 'hang');
    memory.forget();
    at.link.send(call(4, 'x'), 4);
    await until('it is known', () => server.got.some(({ message }) => message.id === 4));
    at.link.send(call(5, 'x'), 5);
    const fault = await at.recorder.fault();
    expect(fault.unsent?.has(4)).toBe(true);
    expect(fault.unsent?.has(2) || fault.unsent?.has(3)).toBe(false);
  });

  it('[STREAMUP-LOST] a refusal about something else is no loss', async () => {
    const memory = forgetful((_got, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32602, message: 'Bad cursor' } }),
      );
    });
    const server = await played(memory.answer, well());
    const at = await ready(server.url);
    memory.forget();
    expect((await ask(at, 2)).error).toEqual({ code: -32602, message: 'Bad cursor' });
    expect(at.recorder.faults).toEqual([]);
  });

  it('[STREAMUP-GONE] ends where nothing listens any more, with what was not sent', async () => {
    // No connection is kept: what is sent on one that is just being closed may have arrived.
    const server = await played((_got, response) => {
      response.setHeader('connection', 'close');
      return false;
    }, well());
    const at = await ready(server.url);
    await ask(at, 2);
    await server.close();
    at.link.send(call(3, 'x'), 3);
    at.link.send(call(4, 'x'), 4);
    const fault = await at.recorder.fault();
    expect(fault).toMatchObject({ code: 'unreachable', isRecoverable: true, unsent: new Set([3, 4]) });
    expect(at.driver.health()).toMatchObject({ state: 'failed', links: 0 });
  });
});

describe('the end of a session', () => {
  it('[STREAMUP-END] is told to the server, which may take its time in bounds', async () => {
    const server = await played(({ method }) => method === 'DELETE', well());
    const at = await ready(server.url, { closeMs: 500 });
    await ask(at, 2);
    await at.link.close();
    await at.link.close();
    expect(server.got.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    expect(at.recorder.faults).toHaveLength(1);
    at.link.send(call(9, 'late'), 9);
    expect(at.link.queued).toBe(0);
    await at.driver.close();
    expect(at.driver.health()).toMatchObject({ state: 'failed', reason: 'It was closed.' });
    await expect(at.driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'closed' },
    });
  });

  it('[STREAMUP-END] cuts what is in flight, and leaves no connection', async () => {
    const server = await played(({ method, message }, response) => {
      if (method === 'GET') stream(response);
      else if (message.method === 'slow') stream(response).write(eventOf({ jsonrpc: '2.0', method: 'n' }));
      else return message.method === 'hang';
      return true;
    }, well());
    const at = await ready(server.url);
    at.link.send(call(2, 'slow'), 2);
    at.link.send(call(3, 'hang'), 3);
    await at.recorder.notice('n');
    await server.until(({ message }) => message.method === 'hang');
    await at.driver.close();
    const left = () =>
      new Promise<number>((resolve) => server.server.getConnections((_error, n) => resolve(n)));
    while ((await left()) > 0) await new Promise((next) => setTimeout(next, 5));
    expect(at.recorder.failures).toEqual([]);
    expect(at.recorder.faults).toMatchObject([{ code: 'closed' }]);
  });
});
