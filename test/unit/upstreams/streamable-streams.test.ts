/** Streams over Streamable HTTP: of calls, cut and taken up again. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { bytes, call, hastyRuntime, until } from './harness.ts';
import { ask, type Answer, eventOf, played, ready, result, stream, well } from './network-harness.ts';

const note = (n: number | string) => ({ jsonrpc: '2.0', method: `notifications/${n}` });

/** Gives each GET to `standing`, and calls of `method` to `answer`. */
function streams(method: string, answer: Answer, standing: Answer): Answer {
  return (got, response) => {
    if (got.method === 'GET') return standing(got, response);
    return got.message.method === method ? answer(got, response) : false;
  };
}

const none: Answer = (_got, response) => void response.writeHead(405).end();

describe('the stream of a call', () => {
  it('[STREAMUP-RELATED] tells what comes on it as related to the call, and its answer once', async () => {
    const server = await played(
      streams(
        's',
        ({ message }, response) => {
          stream(response).write(eventOf(note(1)) + eventOf({ jsonrpc: '2.0', id: 'q', method: 'ping' }));
          response.write(eventOf(result(message.id, 1)) + eventOf(result(message.id, 2)));
          response.end(eventOf(note(2)));
        },
        none,
      ),
      well(),
    );
    const at = await ready(server.url);
    at.link.send(call(2, 's'), 2);
    await at.recorder.notice('notifications/2');
    const seen = at.recorder.said
      .slice(1)
      .map(({ related, value }) => [related, value.method ?? value.result]);
    expect(seen).toEqual([
      [2, 'notifications/1'],
      [2, 'ping'],
      [2, 1],
      [2, 'notifications/2'],
    ]);
    at.link.send(bytes({ jsonrpc: '2.0', id: 'q', result: {} }));
    await server.until(({ message }) => message.id === 'q');
  });

  it('[STREAMUP-LINGER] is cut when the server leaves it open behind the answer', async () => {
    let open: ServerResponse | undefined;
    const server = await played(
      streams(
        's',
        ({ message }, response) => {
          open = stream(response);
          open.write(eventOf(result(message.id, 1)));
        },
        none,
      ),
      well(),
    );
    const at = await ready(server.url, { runtime: hastyRuntime() });
    await ask(at, 2, 's');
    await until('it is cut', () => open?.destroyed === true);
    expect(at.recorder.failures).toEqual([]);
    expect((await ask(at, 3)).result).toEqual({ echo: {} });
  });

  it('[STREAMUP-ABANDON] is cut also where nothing more ever comes', async () => {
    let open: ServerResponse | undefined;
    const hangs = streams('s', (_got, response) => void (open = stream(response)), none);
    const server = await played(hangs, well());
    const at = await ready(server.url, { runtime: hastyRuntime() });
    at.link.send(call(2, 's'), 2);
    await until('it is there', () => open !== undefined);
    at.link.abandon?.(2);
    await until('it is cut', () => open?.destroyed === true);
    expect(at.recorder.failures).toEqual([]);
  });

  it('[STREAMUP-ABANDON] is cut soon after nobody waits for it; its answer is dropped', async () => {
    let open: ServerResponse | undefined;
    const server = await played(
      streams(
        's',
        (_got, response) => {
          open = stream(response);
          open.write(eventOf(note(1)));
        },
        none,
      ),
      well(),
    );
    const at = await ready(server.url, { runtime: hastyRuntime() });
    at.link.send(call(2, 's'), 2);
    await at.recorder.notice('notifications/1');
    at.link.abandon?.(2);
    at.link.abandon?.(77);
    open?.write(eventOf(result(2, 'late')));
    await until('it is cut', () => open?.destroyed === true);
    expect((await ask(at, 3)).result).toEqual({ echo: {} });
    expect(at.recorder.said.filter(({ value }) => value.id === 2)).toEqual([]);
    expect(at.recorder.failures).toEqual([]);
  });
});

describe('a stream that is cut', () => {
  /** The call begins, and is cut with an id; each GET that takes it up is answered in turn. */
  async function resumed(...answers: ((response: ServerResponse) => void)[]) {
    let turn = 0;
    const server = await played(
      streams(
        's',
        (_got, response) => {
          stream(response).write(`id: e1\nretry: 10\ndata: \n\n${eventOf(note(1), 'e2')}`);
          setImmediate(() => response.destroy());
        },
        (got, response) => {
          if (got.headers['last-event-id'] === undefined) return none(got, response);
          answers[Math.min(turn++, answers.length - 1)]?.(response);
        },
      ),
      well(),
    );
    const at = await ready(server.url, { runtime: hastyRuntime() });
    at.link.send(call(2, 's'), 2);
    return { server, at, taken: () => server.got.filter(({ headers }) => 'last-event-id' in headers) };
  }

  it('[STREAMUP-RESUME] is taken up where it ended, and told as related still', async () => {
    const { at, taken } = await resumed((response) =>
      stream(response).end(eventOf(note(2), 'e3') + eventOf(result(2, 'done'), 'e4')),
    );
    expect((await at.recorder.answer(2)).result).toBe('done');
    expect(taken().map(({ headers }) => headers['last-event-id'])).toEqual(['e2']);
    expect(taken()[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'mcp-session-id': 's1' });
    expect(at.recorder.said.slice(1).map(({ related }) => related)).toEqual([2, 2, 2]);
  });

  it('[STREAMUP-POLL] is polled for as long as the server ends it in good order', async () => {
    const empty = (response: ServerResponse) => void stream(response).end();
    const { at, taken } = await resumed(
      (response) => stream(response).end(eventOf(note(2), 'e3')),
      ...Array.from({ length: 8 }, () => empty),
      (response) => stream(response).end(eventOf(result(2, 'done'))),
    );
    expect((await at.recorder.answer(2)).result).toBe('done');
    expect(taken().map(({ headers }) => headers['last-event-id'])).toEqual(['e2', ...Array(9).fill('e3')]);
  });

  it.each([
    ['is refused', 405, 'resume-failed'],
    ['is not known', 400, 'resume-failed'],
  ])('[STREAMUP-RESUME] is told as lost where taking it up %s', async (_how, status, code) => {
    const { at } = await resumed((response) => response.writeHead(status).end());
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([
      { number: 2, isUnsent: false, fault: { code, isRecoverable: true } },
    ]);
    expect(at.recorder.faults).toEqual([]);
  });

  it('[STREAMUP-RESUME] is given up after five failures in a row', async () => {
    const { at, taken } = await resumed((response) => response.writeHead(503).end());
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(taken()).toHaveLength(5);
    expect(at.recorder.failures).toMatchObject([{ number: 2, isUnsent: false }]);
  });

  it('[STREAMUP-RESUME] loses the session with a 404, and does not say that its call was not sent', async () => {
    const { at } = await resumed((response) => response.writeHead(404).end());
    const fault = await at.recorder.fault();
    expect(fault).toMatchObject({ code: 'session-lost', unsent: new Set() });
  });

  it('[STREAMUP-RESUME] is not taken up for a call that was called off', async () => {
    const { at, taken, server } = await resumed((response) => response.writeHead(503).end());
    await at.recorder.notice('notifications/1');
    at.link.abandon?.(2);
    await ask(at, 3);
    await at.link.close();
    const before = taken().length;
    await until('the end was told', () => server.got.some(({ method }) => method === 'DELETE'));
    expect(taken().length).toBe(before);
    expect(at.recorder.failures).toEqual([]);
  });
});
