import { describe, expect, it } from 'vitest';
import { inprocess } from '../../../src/upstreams/inprocess.ts';
import type { HandlerContext } from '../../../src/upstreams/inprocess-call.ts';
import { call, context, Recorder } from './harness.ts';

async function opened(maxHeldBytes?: number) {
  const said: string[] = [];
  const driver = inprocess({
    name: 'talker',
    maxHeldBytes,
    handler: {
      async say({ times }: { times: number }, context_: HandlerContext) {
        for (let n = 1; n <= times; n += 1) {
          await context_.notify('notifications/n', { n });
          said.push(String(n));
        }
        return {};
      },
      shout({ times }: { times: number }, context_: HandlerContext) {
        for (let n = 1; n <= times; n += 1) void context_.notify('notifications/n', { n });
        return {};
      },
    },
  });
  const events = new Recorder();
  const link = await driver.open(events, context());
  await Promise.resolve();
  return { driver, link, events, said };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a paused link in process', () => {
  it('holds what the server says, holds the server up, and gives everything in order afterwards', async () => {
    const { link, events, said } = await opened();
    link.pause();
    link.send(call(1, 'say', { times: 3 }));
    link.send(call(2, 'ping'));
    await turn();
    expect(events.said).toEqual([]);
    expect(said).toEqual([]);
    link.resume();
    expect(events.said).toEqual([]);
    await events.answer(1);
    expect(events.said.map(({ value }) => value.params?.n ?? value.id)).toEqual([1, 2, 2, 3, 1]);
  });

  it('may be paused again while it gives what it held', async () => {
    const { link, events } = await opened();
    link.pause();
    link.send(call(1, 'shout', { times: 5 }));
    await turn();
    const { message } = events;
    events.message = (...args) => {
      message.apply(events, args);
      if (events.said.length === 2) link.pause();
    };
    link.resume();
    await turn();
    expect(events.said).toHaveLength(2);
    link.resume();
    await events.answer(1);
    expect(events.said.map(({ value }) => value.params?.n ?? value.id)).toEqual([1, 2, 3, 4, 5, 1]);
  });

  it('[LIMIT-INPROCESS-HELD] ends when the server goes on talking beyond the cap', async () => {
    const { link, events, driver } = await opened(1_000);
    link.pause();
    link.send(call(1, 'shout', { times: 1_000 }));
    expect(await events.fault()).toEqual({
      code: 'closed',
      message: 'The server "talker" went on talking while nobody read; the link to it was closed.',
    });
    expect(events.said).toEqual([]);
    expect(driver.health().links).toBe(0);
    await link.close();
    link.send(call(2, 'ping'));
    await turn();
    expect(events.faults).toHaveLength(1);
  });
});
