/** Clients over WebSocket that stop reading: they cost their cap and no more, and hold nobody else up. */
import { afterEach, describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, within } from '../support/raw.ts';
import { WsClient } from '../support/ws-client.ts';

const MIB = 1024 * 1024;
const CALLS = 60;

let gateway: TestGateway;

afterEach(() => gateway.close());

async function open(): Promise<WsClient> {
  const client = await WsClient.open(gateway.ws());
  await client.initialize();
  return client;
}

async function echoes(client: WsClient, times: number): Promise<void> {
  for (let call = 0; call < times; call++) {
    const text = `meanwhile ${client.messages.length}`;
    expect(textOf(await client.ask(toolCall(text, 'echo', { text })))).toBe(text);
  }
}

function callBig(client: WsClient): void {
  for (let id = 1; id <= CALLS; id++) client.send(toolCall(id, 'big', { bytes: MIB }));
}

describe('a client over WebSocket that stops reading', () => {
  it('[WS-SLOW] from a server of its own holds that up, and gets everything when it goes on', async () => {
    gateway = await startTestGateway({ servers: { echo: echoStdio() } });
    const [other, slow] = [await open(), await open()];
    slow.ws.pause();
    const before = process.memoryUsage().rss;
    callBig(slow);
    await echoes(other, 50);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
    slow.ws.resume();
    for (let id = 1; id <= CALLS; id++) expect(textOf(await slow.answer(id))).toHaveLength(MIB);
    await echoes(slow, 1);
  });

  it('[WS-SLOW] from a server that all share is cut off with 1013, and the others go on', async () => {
    gateway = await startTestGateway({
      servers: { echo: echoStdio({ sharing: 'shared' }) },
      settings: { queuedBytes: 4 * MIB },
    });
    const [other, slow] = [await open(), await open()];
    slow.ws.pause();
    callBig(slow);
    await echoes(other, 20);
    const closed = await gateway.recorder.when('sessionClosed', ({ reason }) => reason === 'slow');
    expect(closed.server).toBe('echo');
    slow.ws.resume();
    const { code } = await slow.goodbye();
    expect([1013, 1006]).toContain(code);
    expect(slow.messages.length).toBeLessThan(CALLS);
    await echoes(other, 5);
  });

  it('[WS-SLOW] and takes nothing for the stall time is cut off', async () => {
    gateway = await startTestGateway({
      servers: { echo: echoStdio() },
      settings: { heartbeatMs: 50, stallMs: 300 },
    });
    const slow = await open();
    slow.ws.pause();
    callBig(slow);
    const closed = gateway.recorder.when('sessionClosed', ({ reason }) => reason === 'slow');
    await within(closed, 'the end of the session');
    await eventually('its socket is gone', async () => (await connections()) === 0);
    slow.ws.terminate();
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    gateway.listening.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
