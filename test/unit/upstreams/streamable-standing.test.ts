/** The standing stream over Streamable HTTP: kept up, denied, and without a place. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { call, context, hastyRuntime, Recorder, until } from './harness.ts';
import {
  ask,
  type Answer,
  eventOf,
  type Got,
  HELLO,
  INITIALIZED,
  played,
  ready,
  stream,
  well,
} from './network-harness.ts';

const note = (n: number | string) => ({ jsonrpc: '2.0', method: `notifications/${n}` });

/** Gives each GET to `standing`, and calls of `method` to `answer`. */
function streams(method: string, answer: Answer, standing: Answer): Answer {
  return (got, response) => {
    if (got.method === 'GET') return standing(got, response);
    return got.message.method === method ? answer(got, response) : false;
  };
}

const none: Answer = (_got, response) => void response.writeHead(405).end();
const isGet = ({ method }: Got) => method === 'GET';

describe('the standing stream', () => {
  it('[STREAMUP-STANDING] is taken up again with the last id, after the time the server says', async () => {
    let opened = 0;
    const server = await played(
      streams('s', none, (_got, response) => {
        opened++;
        stream(response).write(opened === 1 ? `retry: 20\n${eventOf(note(1), 'é1')}` : eventOf(note(opened)));
        if (opened < 3) setTimeout(() => response.end(), 5);
      }),
      well(),
    );
    const at = await ready(server.url);
    await at.recorder.notice('notifications/3');
    const gets = server.got.filter(isGet);
    const sent = gets.map(({ headers }) => headers['last-event-id'] as string | undefined);
    expect(sent.map((id) => id && Buffer.from(id, 'latin1').toString())).toEqual([undefined, 'é1', 'é1']);
    expect(at.recorder.said.slice(1).map(({ related }) => related)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('[STREAMUP-STANDING] is asked for once where there is none', async () => {
    const server = await played(streams('s', none, none), well());
    const at = await ready(server.url, { runtime: hastyRuntime(1_000) });
    for (let id = 2; id < 12; id++) await ask(at, id);
    expect(server.got.filter(isGet)).toHaveLength(1);
    expect(at.notes.refusals).toEqual([]);
  });

  it('[STREAMUP-STANDING] is asked for again once we are ready where the server wanted that first', async () => {
    let isReady = false;
    const server = await played(
      streams('s', none, (_got, response) => {
        if (isReady) stream(response).write(eventOf(note('heard')));
        else response.writeHead(400).end();
      }),
      ({ message }) => {
        isReady ||= message.method === 'notifications/initialized';
        return false;
      },
      well(),
    );
    const at = await ready(server.url);
    await at.recorder.notice('notifications/heard');
    expect(at.notes.refusals).toEqual([]);
  });

  it('[STREAMUP-STANDING] that is refused for good is reported', async () => {
    const server = await played(
      streams('s', none, (_got, response) => void response.writeHead(403).end()),
      well(),
    );
    const at = await ready(server.url);
    await ask(at, 2);
    await until('it is reported', () => at.notes.refusals.length > 0);
    expect(at.notes.refusals).toMatchObject([{ code: 'no-stream' }]);
    expect(server.got.filter(isGet)).toHaveLength(2);
  });

  it('[STREAMUP-STANDING] takes no place that calls need, and is had once there is one', async () => {
    const held: ServerResponse[] = [];
    const server = await played(
      streams(
        'hold',
        (_got, response) => void held.push(response),
        (_got, response) => void stream(response).write(eventOf(note('heard'))),
      ),
      well(),
    );
    const first = await ready(server.url, { runtime: hastyRuntime(), maxConnections: 4 });
    await first.recorder.notice('notifications/heard');
    for (const id of [2, 3]) first.link.send(call(id, 'hold'), id);
    await until('they are held', () => held.length === 2);
    const recorder = new Recorder();
    const second = await first.driver.open(recorder, context());
    second.send(HELLO, 1);
    await recorder.answer(1);
    second.send(INITIALIZED);
    await until('it is reported', () => first.notes.refusals.length > 0);
    expect(first.notes.refusals[0]).toMatchObject({ code: 'no-stream' });
    expect(first.notes.refusals[0]?.message).toContain('4 connections');
    expect(server.got.filter(isGet)).toHaveLength(1);
    for (const response of held) response.writeHead(202).end();
    await recorder.notice('notifications/heard');
  });

  it('[STREAMUP-STANDING] is had again after a long time without, which is told once', async () => {
    let opened = 0;
    const server = await played(
      streams('s', none, (_got, response) => {
        opened++;
        if (opened > 1 && opened < 26) response.writeHead(503).end();
        else stream(response).end(`retry: 1\n${eventOf(note(opened))}`);
      }),
      well(),
    );
    const at = await ready(server.url, { runtime: hastyRuntime(1_000_000) });
    await at.recorder.notice('notifications/26');
    expect(at.notes.refusals.map(({ code }) => code)).toEqual(['no-stream']);
    expect(at.driver.health().reason).toContain('20 times in a row');
  });

  it('[STREAMUP-STANDING] finds out that the session is lost', async () => {
    let opened = 0;
    const server = await played(
      streams('s', none, (_got, response) => {
        if (opened++ === 0) stream(response).end(`retry: 1\n${eventOf(note(1))}`);
        else response.writeHead(404).end();
      }),
      well(),
    );
    const at = await ready(server.url);
    expect(await at.recorder.fault()).toMatchObject({ code: 'session-lost', isRecoverable: true });
  });

  it('[STREAMUP-STANDING] goes on without what was lost where its history is not known any more', async () => {
    let opened = 0;
    const server = await played(
      streams('s', none, (got, response) => {
        if (opened++ === 0) stream(response).end(eventOf(note(1), 'old'));
        else if ('last-event-id' in got.headers) response.writeHead(400).end();
        else stream(response).write(eventOf(note(2)));
      }),
      well(),
    );
    const at = await ready(server.url, { runtime: hastyRuntime() });
    await at.recorder.notice('notifications/2');
    expect(at.notes.refusals).toMatchObject([{ code: 'history-lost' }]);
  });
});
