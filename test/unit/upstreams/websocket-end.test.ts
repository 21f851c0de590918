/** How links to servers over WebSocket end, and what is told of it. */
import { describe, expect, it } from 'vitest';
import { within } from '../../support/raw.ts';
import { call, context, Recorder, until } from './harness.ts';
import { answering, SocketServer } from './socket-server.ts';
import { made, opened, refusal, serve } from './socket-world.ts';

describe('the end', () => {
  it.each([
    [1000, true],
    [1001, true],
    [1012, true],
    [1013, true],
    [1008, false],
    [1011, false],
    [4000, false],
  ])('[WSUP-CLOSED] with the code %i is told once', async (code, isRecoverable) => {
    const server = await serve();
    const { link, events } = await opened(made(server.url));
    server.sockets[0]?.close(code, 'words of the server');
    const fault = await events.fault();
    expect(fault).toMatchObject({ code: 'cut', isRecoverable });
    expect(fault.message).not.toContain('words');
    link.send(call(1, 'ping'), 1);
    await link.close();
    expect(events.faults).toHaveLength(1);
  });

  it('[WSUP-CLOSED] without a word is told, and may be tried again', async () => {
    const server = await serve();
    const { events } = await opened(made(server.url));
    server.sockets[0]?.terminate();
    expect(await events.fault()).toMatchObject({ code: 'cut', isRecoverable: true });
  });

  it('[WSUP-TOO-LARGE] by a message that is too large says what to raise', async () => {
    const server = await serve({ connected: (ws) => ws.send(`"${'x'.repeat(2_000)}"`) });
    const { events } = await opened(made(server.url, { maxMessageBytes: 1_000 }));
    const fault = await events.fault();
    expect(fault.code).toBe('too-large');
    expect(fault.message).toContain('raise maxMessageBytes');
    expect(fault.isRecoverable).not.toBe(true);
  });

  it('[WSUP-GOODBYE] by us is said, and waited for, but not for ever', async () => {
    const codes: number[] = [];
    const server = await serve({
      connected: (ws) => void ws.on('close', (code: number) => codes.push(code)),
    });
    const { link, events } = await opened(made(server.url));
    link.send(call(1, 'last'), 1);
    await within(link.close(), 'the end');
    expect(codes).toEqual([1000]);
    expect(events.faults).toMatchObject([{ code: 'closed' }]);
    const deaf = await serve({ connected: (ws) => ws.pause() });
    const other = await opened(made(deaf.url, { closeMs: 100 }));
    await within(other.link.close(), 'the end', 3_000);
  });

  it('[WSUP-GOODBYE] of the driver ends its links and what is being opened', async () => {
    const server = await serve();
    const driver = made(server.url);
    const { events } = await opened(driver);
    const hanging = await serve({ refusal: () => '' });
    const other = made(hanging.url);
    const opening = other.open(new Recorder(), context());
    opening.catch(() => {});
    await until('the handshake has come', () => hanging.requests.length === 1);
    await within(Promise.all([driver.close(), other.close()]), 'the end');
    await expect(opening).rejects.toMatchObject({ fault: { code: 'closed' } });
    expect(events.faults).toHaveLength(1);
    expect((await refusal(driver)).code).toBe('closed');
    expect(driver.health()).toMatchObject({ state: 'failed', links: 0 });
  });

  it('[WSUP-PING] of a server that gives no sign of life is noticed', async () => {
    const alive = await serve();
    const dead = await serve({ connected: (ws) => ws.pause() });
    const options = { pingMs: 20, deadMs: 150 };
    const [living, silent] = [await opened(made(alive.url, options)), await opened(made(dead.url, options))];
    expect(await silent.events.fault()).toMatchObject({ code: 'silent', isRecoverable: true });
    expect(living.events.faults).toEqual([]);
    living.link.send(call(1, 'ping'), 1);
    expect((await living.events.answer(1)).result).toEqual({});
  });

  it('[WSUP-HEALTH] and what comes after it are shown', async () => {
    const first = await SocketServer.start();
    const driver = made(first.url);
    expect(driver.health()).toMatchObject({ state: 'idle', links: 0, restarts: 0 });
    const { link, events } = await opened(driver);
    link.send(call(1, 'ping'), 1);
    await events.answer(1);
    expect(driver.health()).toMatchObject({ state: 'up', links: 1, restarts: 0 });
    await first.close();
    await events.fault();
    expect((await refusal(driver)).code).toBe('unreachable');
    expect(driver.health()).toMatchObject({ state: 'failed', links: 0 });
    const second = await serve({ port: first.port, connected: answering(() => ({})) });
    expect(second.port).toBe(first.port);
    const again = await opened(driver);
    again.link.send(call(1, 'ping'), 1);
    await again.events.answer(1);
    expect(driver.health()).toMatchObject({ state: 'up', links: 1, restarts: 1 });
  });
});
