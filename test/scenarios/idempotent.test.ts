/** Calls with an idempotency key through a real gateway, over a wire that is cut, counted where they are run. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { callOnce, type CallOnceOptions } from '../../src/call-once.ts';
import { inprocess } from '../../src/node.ts';
import { child, type ServerEntry, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { answerIn, ENTRIES, modernHeaders, modernRequest } from '../support/modern-face.ts';
import { eventually, type Rpc } from '../support/raw.ts';
import { CuttingProxy } from '../support/raw-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-once-'));
const wires: CuttingProxy[] = [];
const agent = new Agent({ pipelining: 0 });
afterAll(async () => {
  await Promise.all(wires.map((wire) => wire.close()));
  await agent.destroy();
  rmSync(folder, { recursive: true, force: true });
});

/** Each request on a connection of its own, so that each cut meets one. */
const alone = ((url: string, init: object) =>
  undiciFetch(url, { ...init, dispatcher: agent })) as unknown as typeof fetch;

/** Answers what it was asked, once `gate` opens, and writes each call down first. */
function counting(diary: string, gate: Promise<unknown> = Promise.resolve()): ServerEntry {
  const call = async ({ arguments: { n } }: { arguments: { n: number } }) => {
    appendFileSync(diary, `${n}\n`);
    await gate;
    return { content: [{ type: 'text', text: `did ${n}` }] };
  };
  const tools = () => ({ tools: [{ name: 't', inputSchema: { type: 'object' } }] });
  return ({ name }) => ({
    driver: inprocess({ name, handler: { 'tools/list': tools, 'tools/call': call } }),
  });
}

/** The same as a process that knows old words alone. */
const OLD = `
const { appendFileSync } = require('node:fs');
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'initialize') {
    const { protocolVersion } = params;
    return say({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } });
  }
  if (method !== 'tools/call') return say({ id, error: { code: -32601, message: 'no' } });
  appendFileSync(process.argv[1], params.arguments.n + '\\n');
  say({ id, result: { content: [{ type: 'text', text: 'did ' + params.arguments.n }] } });
});
`;

async function cutting(at: TestGateway): Promise<CuttingProxy> {
  const wire = await CuttingProxy.start(at.port);
  wires.push(wire);
  return wire;
}

const done = (diary: string) => readFileSync(diary, 'utf8').split('\n').slice(0, -1).sort();
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const call = (n: number, options: CallOnceOptions) =>
  callOnce('tools/call', { name: 't', arguments: { n } }, options);
const textOf = (result: unknown) => (result as { content: [{ text: string }] }).content[0].text;

describe.each([
  ['a modern server', 200, (diary: string) => counting(diary)],
  ['a legacy one, over the bridge', 40, (diary: string) => child(process.execPath, ['-e', OLD, diary])],
] as const)('before %s', (_which, count, server) => {
  test(`[ONCE-WIRE] ${count} calls whose answer is cut are each run once and answered`, async () => {
    const diary = join(folder, `cut-${count}`);
    const at = await startTestGateway({ servers: { srv: server(diary) } });
    const wire = await cutting(at);
    const options = { url: `${wire.url}/mcp`, waitMs: 5, fetch: alone };
    const told: unknown[] = [];
    for (let from = 0; from < count; from += 20) {
      // Nothing, half a head, half a body: whatever comes last is lost.
      wire.cutAfter(...numbers(20).map((n) => n * 15));
      told.push(...(await Promise.all(numbers(20).map((n) => call(from + n, options)))));
    }
    expect(wire.cuts).toBe(count);
    expect(told.map(textOf)).toEqual(numbers(count).map((n) => `did ${n}`));
    expect(done(diary)).toEqual(numbers(count).map(String).sort());
  });
});

test('[ONCE-WIRE] calls that are cut while they run go on, and their next try gets the answer', async () => {
  const diary = join(folder, 'running');
  writeFileSync(diary, '');
  const gate = Promise.withResolvers<void>();
  const at = await startTestGateway({ servers: { srv: counting(diary, gate.promise) } });
  const wire = await cutting(at);
  let tries = 0;
  const counted = ((...sent: Parameters<typeof alone>) => (tries++, alone(...sent))) as typeof fetch;
  const options = { url: `${wire.url}/mcp`, waitMs: 20, fetch: counted };
  const asked = Promise.all(numbers(30).map((n) => call(n, options)));
  await eventually('all run', () => done(diary).length === 30);
  wire.cut();
  await eventually('all were sent again', () => tries >= 60);
  gate.resolve();
  expect((await asked).map(textOf)).toEqual(numbers(30).map((n) => `did ${n}`));
  expect(done(diary).length).toBe(30);
});

for (const entry of ENTRIES) {
  test(`[ONCE-TOGETHER] [ONCE-WHOSE] by ${entry.name}: 50 tries at once are one run, and another caller's is its own`, async () => {
    const diary = join(folder, `together-${entry.name}`);
    const at = await startTestGateway({ servers: { srv: counting(diary) }, apiKeys: ['slc_one', 'slc_two'] });
    const ask = async (id: number, key: string): Promise<Rpc> => {
      const body = modernRequest(id, 'tools/call', { name: 't', arguments: { n: 7 } });
      const headers = { ...modernHeaders(body), 'x-api-key': key, 'idempotency-key': '"k"' };
      const { text } = await entry.post(at, at.mcp(), headers, JSON.stringify(body));
      return JSON.parse(answerIn(text)) as Rpc;
    };
    const [first, ...others] = await Promise.all(numbers(50).map((id) => ask(id, 'slc_one')));
    expect(others).toEqual(
      numbers(50)
        .slice(1)
        .map((id) => ({ ...first, id })),
    );
    expect(done(diary)).toEqual(['7']);
    await Promise.all([ask(1, 'slc_two'), ask(2, 'slc_two')]);
    expect(done(diary)).toEqual(['7', '7']);
  });
}
