/** A server over the network that is killed under many waiting clients, and comes back at the same address. */
import { expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { FIXTURES, startNetworkServer } from '../support/network.ts';
import { SseClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { eventually, type Rpc } from '../support/raw.ts';
import { CARRIERS, remote } from '../support/remote.ts';

const CLIENTS = 50;
/** Those who wait for a server that is away are told within ten seconds; some more for a busy machine. */
const MOST_MS = 20_000;

const PROGRAMS = {
  sse: FIXTURES.sse,
  streamable: FIXTURES.streamable20251125,
  websocket: FIXTURES.websocket,
} as const;

it.each(CARRIERS)(
  '[KINDS-RESTART] over %s: all who wait are answered or told, and one session is opened for all',
  async (carrier) => {
    let server = await startNetworkServer(PROGRAMS[carrier]);
    try {
      const entry = remote(carrier, server.url, { sharing: 'shared' });
      const gateway = await startTestGateway({ servers: { remote: entry } });
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => SseClient.open(gateway.sse())));
      await Promise.all(clients.map((client) => client.initialize()));
      const ask = (call: Rpc) => Promise.all(clients.map((client) => client.ask(call, MOST_MS)));
      const before = (await ask(toolCall('before', 'whoami'))).map(serverOf);
      expect(new Set(before)).toEqual(new Set([1]));

      const hanging = ask(toolCall('hanging', 'hang'));
      await ask(toolCall('there', 'echo', { text: 'all calls have reached the server' }));
      server.process.kill('SIGKILL');
      const waiting = ask(toolCall('waiting', 'whoami'));
      await server.stop();
      server = await startNetworkServer(PROGRAMS[carrier], Number(new URL(server.url).port));
      const told = await hanging;
      expect(new Set(told.map(wordOf))).toEqual(new Set(['may_have_run']));
      for (const answer of await waiting) {
        if (answer.error) expect(wordOf(answer)).toMatch(/^(upstream_|may_have_run)/);
        else expect(serverOf(answer)).toBe(1);
      }
      const after = await Promise.all(clients.map(insist));
      expect(new Set(after.map(serverOf))).toEqual(new Set([1]));
      for (const client of clients) client.close();
      await gateway.close();
    } finally {
      await server.stop();
    }
  },
  60_000,
);

it.concurrent.each(CARRIERS)(
  '[KINDS-DIES] over %s: a call in flight is told in good time when its server is killed and stays away',
  async (carrier) => {
    const server = await startNetworkServer(PROGRAMS[carrier]);
    try {
      const gateway = await startTestGateway({ servers: { remote: remote(carrier, server.url) } });
      const client = await SseClient.open(gateway.sse());
      await client.initialize();
      const hanging = client.ask(toolCall('hanging', 'hang'), MOST_MS);
      await client.ask(toolCall('there', 'echo', { text: 'the call has reached the server' }));
      await server.stop();
      expect(wordOf(await hanging)).toBe('may_have_run');
      client.close();
      await gateway.close();
    } finally {
      await server.stop();
    }
  },
  60_000,
);

/** Asks again when it is told to wait. */
async function insist(client: SseClient): Promise<Rpc> {
  let answer: Rpc = {};
  await eventually('the server answers again', async () => {
    answer = await client.ask(toolCall('after', 'whoami'), MOST_MS);
    return !answer.error;
  });
  return answer;
}

/** The count of servers of its process that answered: 1 is the first. */
function serverOf(answer: Rpc): number {
  return (JSON.parse(textOf(answer)) as { server: number }).server;
}
