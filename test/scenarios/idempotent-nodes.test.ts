/** One key at two gateways that share a real Redis, over wires that are cut: whichever is asked, a call is run once. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOnce } from '../../src/call-once.ts';
import { inprocess, nodeRuntime } from '../../src/node.ts';
import { redisBackplane } from '../../src/redis.ts';
import { type ServerEntry, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { CuttingProxy } from '../support/raw-proxy.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const CALLS = 40;
const folder = mkdtempSync(join(tmpdir(), 'sluice-once-nodes-'));
const agent = new Agent({ pipelining: 0 });
let redis: TestRedis;
const wires: CuttingProxy[] = [];
beforeAll(async () => void (redis = await startRedis()));
afterAll(async () => {
  await Promise.all(wires.map((wire) => wire.close()));
  await redis.stop();
  await agent.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const diary = join(folder, 'diary');

const counting: ServerEntry = ({ name }) => {
  const call = ({ arguments: { n } }: { arguments: { n: number } }) => {
    appendFileSync(diary, `${n}\n`);
    return { content: [{ type: 'text', text: `did ${n}` }] };
  };
  const tools = () => ({ tools: [{ name: 't', inputSchema: { type: 'object' } }] });
  return { driver: inprocess({ name, handler: { 'tools/list': tools, 'tools/call': call } }) };
};

test(`[ONCE-NODES] [ONCE-AWAY] ${CALLS} calls, each tried at both, are each run once; without Redis none is`, async () => {
  const state = { keys: [{ id: '1', secret: randomBytes(32).toString('hex') }] };
  const gateways: TestGateway[] = [];
  for (let at = 0; at < 2; at++) {
    const backplane = await redisBackplane({ url: redis.url, runtime: nodeRuntime, prefix: 'once' });
    await backplane.directory.join(undefined);
    gateways.push(await startTestGateway({ servers: { srv: counting }, backplane, state }));
    wires.push(await CuttingProxy.start((gateways[at] as TestGateway).port));
  }
  // Each try goes to the other gateway than the one before.
  const call = (n: number) => {
    let tries = n;
    const turns = ((url: URL, init: object) => {
      const { url: origin } = wires[tries++ % 2] as CuttingProxy;
      return undiciFetch(new URL(url.pathname, origin), { ...init, dispatcher: agent });
    }) as unknown as typeof fetch;
    const params = { name: 't', arguments: { n } };
    return callOnce('tools/call', params, { url: 'http://gateway.test/mcp', waitMs: 5, fetch: turns });
  };
  for (const wire of wires) wire.cutAfter(...Array.from({ length: CALLS / 2 }, (_, n) => n * 10));
  const told = await Promise.all(Array.from({ length: CALLS }, (_, n) => call(n)));
  const numbers = told.map((_, n) => n);
  expect(told).toMatchObject(numbers.map((n) => ({ content: [{ type: 'text', text: `did ${n}` }] })));
  const runs = () => readFileSync(diary, 'utf8').split('\n').slice(0, -1).map(Number);
  expect(runs().sort((a, b) => a - b)).toEqual(numbers);
  expect(wires.map(({ cuts }) => cuts)).toEqual([CALLS / 2, CALLS / 2]);
  await redis.kill();
  const refused = callOnce(
    'tools/call',
    { name: 't', arguments: { n: CALLS } },
    { url: (gateways[0] as TestGateway).mcp(), tries: 1 },
  );
  await expect(refused).rejects.toMatchObject({ status: 503, word: 'backplane_away' });
  expect(runs().length).toBe(CALLS);
  await Promise.all(gateways.map((gateway) => gateway.close()));
}, 60_000);
