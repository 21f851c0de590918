import { Server as Server1 } from 'sdk-1.32/server/index.js';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../src/engine/ports.ts';
import { type InprocessOptions, inprocess } from '../../../src/upstreams/inprocess.ts';
import type { ConnectableServer } from '../../../src/upstreams/inprocess-server.ts';
import { bytes, call, context, Notes, PlayedRuntime, Recorder } from './harness.ts';

const hello = {
  protocolVersion: '2025-06-18',
  capabilities: { sampling: {} },
  clientInfo: { name: 'test', version: '1' },
};

async function opened(options: InprocessOptions) {
  const notes = new Notes();
  const driver = inprocess({ name: 'peer', observer: notes, ...options });
  const events = new Recorder();
  const link = await driver.open(events, context());
  const ask = async (id: number, method: string, params: unknown = {}) => {
    link.send(call(id, method, params));
    return events.answer(id);
  };
  return { driver, link, events, notes, ask };
}

describe('inprocess', () => {
  it('takes a low-level server', async () => {
    const { ask } = await opened({
      create: () => new Server1({ name: 'low', version: '1' }, { capabilities: {} }),
    });
    expect((await ask(1, 'initialize', hello)).result).toMatchObject({ serverInfo: { name: 'low' } });
  });

  it('[INPROCESS-THROWS] turns what a server throws at a message into an error for its caller, and goes on', async () => {
    const { ask, link, notes } = await opened({
      create: () => ({
        async connect(transport) {
          transport.onmessage = (message) => {
            const { id, method } = message as { id: number; method: string };
            if (method === 'bad') throw new Error('inner words');
            void transport.send({ jsonrpc: '2.0', id, result: {} });
          };
        },
      }),
    });
    expect((await ask(1, 'bad')).error).toMatchObject({
      message: 'The server "peer" could not take the request.',
    });
    link.send(bytes({ jsonrpc: '2.0', method: 'bad' }));
    expect((await ask(2, 'good')).result).toEqual({});
    expect(notes.refusals).toHaveLength(2);
  });

  it('gives an error for an answer that cannot be sent, and drops what else cannot', async () => {
    const { ask, events, notes } = await opened({
      create: () => ({
        async connect(transport) {
          transport.onmessage = (message) => {
            const { id } = message as { id: number };
            void transport.send({ jsonrpc: '2.0', method: 'notifications/n', params: { n: 1n } });
            void transport.send({ jsonrpc: '2.0', nonsense: true });
            void transport.send(undefined);
            void transport.send({ jsonrpc: '2.0', id, result: { n: 1n } });
          };
        },
      }),
    });
    expect((await ask(1, 'any')).error).toMatchObject({
      message: 'The server "peer" gave an answer that cannot be sent.',
    });
    expect(events.said).toHaveLength(1);
    expect(notes.refusals.map(({ code }) => code)).toEqual(Array(4).fill('bad_message'));
  });

  it('gives what a server says while it connects only once the link is open', async () => {
    let open = (): void => {};
    let saidBefore = 0;
    const events = new Recorder();
    const driver = inprocess({
      create: () => ({
        async connect(transport) {
          void transport.send({ jsonrpc: '2.0', method: 'notifications/early' });
          await new Promise<void>((resolve) => {
            open = resolve;
          });
          saidBefore = events.said.length;
        },
      }),
    });
    const opening = driver.open(events, context());
    await new Promise((resolve) => setImmediate(resolve));
    open();
    await opening;
    expect(saidBefore).toBe(0);
    expect((await events.notice('notifications/early')).value.method).toBe('notifications/early');
  });

  it('never connects one server object twice, even one that would bear it', async () => {
    let connected = 0;
    const server: ConnectableServer = { connect: async () => void (connected += 1) };
    const driver = inprocess({ create: () => server });
    await driver.open(new Recorder(), context());
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'start-failed' },
    });
    expect(connected).toBe(1);
  });

  it('[INPROCESS-START] rejects when a server cannot be made or connected, and hides why from callers', async () => {
    const throwing: (() => ConnectableServer | Promise<ConnectableServer>)[] = [
      () => {
        throw new Error('secret');
      },
      async () => Promise.reject(new Error('secret')),
      () => ({ connect: () => Promise.reject(new Error('secret')) }),
      () => ({ connect: (transport) => transport.close() }),
    ];
    for (const create of throwing) {
      const notes = new Notes();
      const driver = inprocess({ name: 'x', observer: notes, create });
      const events = new Recorder();
      const error = await driver.open(events, context()).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UpstreamError);
      expect((error as UpstreamError).fault).toEqual({
        code: 'start-failed',
        message: 'The server "x" could not be created; the log of the gateway says why.',
      });
      expect(events.faults).toEqual([]);
      expect(notes.refusals).toHaveLength(1);
      expect(driver.health()).toMatchObject({ state: 'failed', links: 0 });
    }
  });

  it('[INPROCESS-NOTES] tells 10 failures a second of a server, however many links it has', async () => {
    const notes = new Notes();
    const create = (): ConnectableServer => {
      throw new Error('broken');
    };
    const driver = inprocess({ name: 'x', observer: notes, runtime: new PlayedRuntime(), create });
    for (let n = 0; n < 30; n += 1) await driver.open(new Recorder(), context()).catch(() => {});
    expect(notes.refusals).toHaveLength(10);
  });

  it('[INPROCESS-START] gives up on a server that is not ready in time, and closes it when it comes after all', async () => {
    const runtime = new PlayedRuntime();
    let come: (server: ConnectableServer) => void = () => {};
    const driver = inprocess({
      name: 'x',
      runtime,
      create: () =>
        new Promise((resolve) => {
          come = resolve;
        }),
    });
    const opening = driver.open(new Recorder(), context());
    runtime.pass(30_000);
    await expect(opening).rejects.toMatchObject({ fault: { code: 'start-timeout' } });
    const closed = new Promise<void>((resolve) => {
      come({ connect: async () => {}, close: async () => resolve() });
    });
    await closed;
    expect(driver.health().links).toBe(0);
  });

  it('does not open for somebody who is gone', async () => {
    const driver = inprocess({ create: () => new Promise(() => {}) });
    const aborter = new AbortController();
    const opening = driver.open(new Recorder(), context('a', aborter.signal));
    aborter.abort();
    await expect(opening).rejects.toMatchObject({ fault: { code: 'closed' } });
    await expect(driver.open(new Recorder(), context('a', aborter.signal))).rejects.toMatchObject({
      fault: { code: 'closed' },
    });
    expect(driver.health().links).toBe(0);
  });

  it('waits for a server that does not close only so long', async () => {
    const runtime = new PlayedRuntime();
    const driver = inprocess({
      runtime,
      create: () => ({ connect: async () => {}, close: () => new Promise(() => {}) }),
    });
    const events = new Recorder();
    const link = await driver.open(events, context());
    const closing = link.close();
    await events.fault();
    runtime.pass(2_000);
    await closing;
  });

  it('[LIMIT-INPROCESS-LINKS] opens so many links and no more, and none after it was closed', async () => {
    const driver = inprocess({ handler: {}, maxLinks: 2 });
    const links = [
      await driver.open(new Recorder(), context()),
      await driver.open(new Recorder(), context()),
    ];
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'too-many-links' },
    });
    await links[0]?.close();
    const events = new Recorder();
    await driver.open(events, context());
    expect(driver.health()).toEqual({ state: 'up', links: 2, restarts: 0 });
    await driver.close();
    expect(events.faults).toHaveLength(1);
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({ fault: { code: 'closed' } });
  });
});
