/**
 * The gateway as the target of a run, with a fixture server behind it.
 */
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, endedEarly, startNode, stop } from './child.ts';
import { programOfSluice } from '../support/sluice.ts';
import type { Target } from './target.ts';

const START_MS = 30_000;
const ASK_EVERY_MS = 100;

/**
 * Starts the gateway on a free port, with one server, and waits until `/readyz` answers 200. Throws when it ends
 * before, or is not ready in 30 s.
 *
 * @param entry the server, as in a configuration
 * @param leg which of its legs the target's URL names
 */
export async function startGateway(entry: object, home: string, leg: 'mcp' | 'sse' = 'mcp'): Promise<Target> {
  const file = await configFile({ mcpServers: { fixture: entry } }, home);
  const port = await freePort();
  const child = startNode([...programOfSluice().args, 'serve', file, '--port', String(port)], home);
  try {
    await ready(child, port);
    return { url: `http://localhost:${port}/${leg}`, close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function configFile(config: object, home: string): Promise<string> {
  const file = join(await mkdtemp(join(home, 'gateway-')), 'sluice.json');
  await writeFile(file, JSON.stringify(config));
  return file;
}

export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

async function ready(child: Child, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  let ended: Error | undefined;
  void child.ended.then((code) => {
    ended = endedEarly(child, code);
  });
  while (!(await answersReady(port))) {
    if (ended !== undefined) throw ended;
    if (Date.now() > deadline) throw new Error(`The gateway was not ready in ${START_MS / 1000} s.`);
    await wait(ASK_EVERY_MS);
  }
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1000);
    const response = await fetch(`http://localhost:${port}/readyz`, { signal });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
