/** Fifty clients that wait for a server over the network when it is killed, or forgets their session. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { type NetworkServer, startNetworkServer } from '../support/network.ts';
import { streamableAt } from '../support/network-servers.ts';
import { SseClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';

const CLIENTS = 50;
const LEDGER = fileURLToPath(new URL('../fixtures/server/ledger.ts', import.meta.url));

let folder = '';
let server: NetworkServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function start(mode: 'answers' | 'hangs', port?: number): Promise<void> {
  const args = (at: number) => [LEDGER, String(at), join(folder, 'ledger'), mode];
  server = await startNetworkServer({ args, ready: (said) => /(http\S+)\n/.exec(said)?.[1] }, port);
}

/** How often a line was written so far. */
function count(line: string): number {
  const lines = readFileSync(join(folder, 'ledger'), 'utf8').split('\n');
  return lines.filter((one) => one === line).length;
}

async function clients(gateway: TestGateway): Promise<SseClient[]> {
  const all = await Promise.all(Array.from({ length: CLIENTS }, () => SseClient.open(gateway.sse())));
  await Promise.all(all.map((client) => client.initialize()));
  return all;
}

it('[REPEAT-RESTARTED] a restart under fifty waiting clients: one initialise, every waiter answered or told, nothing paid twice', async () => {
  await start('hangs');
  const port = Number(new URL(server.url).port);
  const gateway = await startTestGateway({
    servers: { ledger: streamableAt(server.url, { sharing: 'shared' }) },
  });
  const all = await clients(gateway);
  const asked = all.map((client, n) => client.ask(toolCall(n, n % 2 ? 'pay' : 'add'), 30_000));
  await vi.waitFor(() => expect(count('pay') + count('add')).toBe(CLIENTS), 10_000);
  expect(count('session')).toBe(1);
  server.process.kill('SIGKILL');
  await start('answers', port);
  const answers = await Promise.all(asked);
  answers.forEach((answer, n) => {
    expect(answer.id).toBe(n);
    if (n % 2) expect(wordOf(answer)).toBe('may_have_run');
    else expect(textOf(answer)).toBe('add done');
  });
  expect([count('session'), count('pay'), count('add')]).toEqual([2, CLIENTS / 2, CLIENTS]);
  for (const client of all) client.close();
  await gateway.close();
});

it('[REPEAT-FORGOTTEN] a session that is forgotten under fifty calls at once: one initialise, all are answered, each ran once', async () => {
  await start('answers');
  const gateway = await startTestGateway({
    servers: { ledger: streamableAt(server.url, { sharing: 'shared' }) },
  });
  const all = await clients(gateway);
  await Promise.all(all.map((client, n) => client.ask(toolCall(n, 'pay'), 30_000)));
  const forget = await fetch(new URL('/sessions', server.url), { method: 'DELETE' });
  expect(forget.status).toBe(204);
  const answers = await Promise.all(all.map((client, n) => client.ask(toolCall(`x${n}`, 'pay'), 30_000)));
  answers.forEach((answer, n) => expect([answer.id, textOf(answer)]).toEqual([`x${n}`, 'pay done']));
  expect([count('session'), count('pay')]).toEqual([2, 2 * CLIENTS]);
  for (const client of all) client.close();
  await gateway.close();
});
