/** Real programs that fall sick behind a gateway: stopped, grown too large, left without sessions; side by side, as they mostly wait. */
import { describe, expect, it } from 'vitest';
import { child, fixtureStdio, leftovers, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { answerIn, modernHeaders, modernRequest } from '../support/modern-face.ts';
import { modernStdio } from '../support/modern-servers.ts';
import { request, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { eventually, type Rpc, send } from '../support/raw.ts';

const MIB = 1024 * 1024;

interface Shown {
  readonly state: string;
  readonly restarts: number;
  readonly processes: number;
  readonly memoryBytes?: number;
  readonly reason?: string;
}

async function healthOf(gateway: TestGateway, server: string): Promise<Shown> {
  const body: { servers: Record<string, Shown> } = await (await send(`${gateway.url}/health`)).json();
  return body.servers[server] as Shown;
}

async function pidOf(client: StreamableClient): Promise<number> {
  return (JSON.parse(textOf(await client.ask(toolCall('pid', 'whoami')))) as { pid: number }).pid;
}

describe('a program that answers nothing any more', () => {
  it.concurrent('[SUPERVISE-PING] is given up: its calls have one error each, the next one runs in a new process', async () => {
    const checked = {
      sharing: 'shared',
      healthIntervalMs: 100,
      healthTimeoutMs: 400,
      stopGraceMs: 100,
    } as const;
    const gateway = await startTestGateway({
      servers: { fixture: fixtureStdio(checked), other: fixtureStdio() },
    });
    const [one, two, other] = await Promise.all([
      StreamableClient.start(gateway.mcp('fixture')),
      StreamableClient.start(gateway.mcp('fixture')),
      StreamableClient.start(gateway.mcp('other')),
    ]);
    const pid = await pidOf(one);
    process.kill(pid, 'SIGSTOP');
    const told = await Promise.all(
      [one, two].map((client) => client.ask(toolCall('s', 'echo', { text: 'x' }))),
    );
    expect(told.map(wordOf)).toEqual(['upstream_unresponsive', 'upstream_unresponsive']);
    expect(told[0]?.error?.message).toMatch(
      /^The server "fixture" said nothing for 1\.2 s, though it was asked 3 times/,
    );
    const again = await Promise.all([pidOf(one), pidOf(two)]);
    expect([again[0] === again[1], again[0] === pid]).toEqual([true, false]);
    await eventually('the stopped one is gone', () => !isThere(pid));
    const { restarts, reason, state } = await healthOf(gateway, 'fixture');
    expect([state, restarts, reason]).toEqual(['up', 1, told[0]?.error?.message]);
    expect(textOf(await other.ask(toolCall('e', 'echo', { text: 'well' })))).toBe('well');
    await gateway.close();
  });

  it.concurrent('[SUPERVISE-PASSIVE] is found by a call that timed out, without being asked before', async () => {
    const gateway = await startTestGateway({
      servers: { fixture: fixtureStdio({ requestMs: 400, healthTimeoutMs: 300, stopGraceMs: 100 }) },
    });
    const client = await StreamableClient.start(gateway.mcp('fixture'));
    const pid = await pidOf(client);
    expect(wordOf(await client.ask(toolCall('h', 'hang')))).toBe('timed_out');
    // It hung in one tool alone.
    expect(await pidOf(client)).toBe(pid);
    process.kill(pid, 'SIGSTOP');
    expect(wordOf(await client.ask(toolCall('h', 'hang')))).toBe('timed_out');
    await gateway.recorder.when('linkClosed', ({ code }) => code === 'unresponsive');
    expect(await pidOf(client)).not.toBe(pid);
    await gateway.close();
  });
});

describe('a program that knows modern words alone', () => {
  it.concurrent('[SUPERVISE-MODERN] is given up by its legacy clients and its modern ones when it answers nothing any more', async () => {
    const checked = { healthIntervalMs: 100, healthTimeoutMs: 400, stopGraceMs: 100 } as const;
    const gateway = await startTestGateway({ servers: { it: modernStdio(checked) } });
    const legacy = await StreamableClient.start(gateway.mcp('it'));
    const modern = async () => {
      const asked = modernRequest('m', 'tools/list');
      const body = JSON.stringify(asked);
      const reply = await send(gateway.mcp('it'), { method: 'POST', headers: modernHeaders(asked), body });
      return JSON.parse(answerIn(await reply.text())) as Rpc;
    };
    const ask = () => Promise.all([legacy.ask(request('l', 'tools/list')), modern()]);
    for (const answer of await ask()) expect(answer.result).toHaveProperty('tools');
    const programs = leftovers().filter(({ command }) => command.includes('modern/stdio.ts'));
    for (const { pid } of programs) process.kill(pid, 'SIGSTOP');
    expect((await ask()).map(wordOf)).toEqual(['upstream_unresponsive', 'upstream_unresponsive']);
    await eventually('those that were stopped are gone', () => !programs.some(({ pid }) => isThere(pid)));
    await gateway.close();
  });
});

/** Speaks just enough MCP, and keeps as many MiB as a call asks for. */
const GREEDY = `
let rest = '';
const kept = [];
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const { id, method, params } of lines.map((line) => JSON.parse(line))) {
    if (id === undefined) continue;
    if (method === 'tools/call') kept.push(Buffer.alloc(params.arguments.mib * ${MIB}, 1));
    const result = method === 'initialize'
      ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'greedy', version: '1' } }
      : { content: [{ type: 'text', text: String(process.pid) }] };
    if (method !== 'tools/call' || params.arguments.mib < 300)
      console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }
});`;

describe('a program that uses more memory than it may', () => {
  it.concurrent('[SUPERVISE-MEMORY] is ended: its caller is told why, others go on, the next call runs in a new process', async () => {
    const greedy = child(process.execPath, ['-e', GREEDY], { maxMemoryBytes: 250 * MIB });
    const gateway = await startTestGateway({ servers: { greedy } });
    const [client, other] = await Promise.all([
      StreamableClient.start(gateway.mcp('greedy')),
      StreamableClient.start(gateway.mcp('greedy')),
    ]);
    const eat = (by: StreamableClient, mib: number) => by.ask(toolCall(`${mib}`, 'eat', { mib }));
    const [pid, otherPid] = [textOf(await eat(client, 1)), textOf(await eat(other, 1))];
    const told = await eat(client, 400);
    expect(wordOf(told)).toBe('upstream_memory');
    expect(told.error?.message).toMatch(
      /^The server "greedy" used \d{3} MiB of memory, more than the 250 MiB/,
    );
    expect(textOf(await eat(other, 1))).toBe(otherPid);
    expect(textOf(await eat(client, 1))).not.toBe(pid);
    await eventually('two are left', async () => (await healthOf(gateway, 'greedy')).processes === 2);
    await eventually('what they use is shown', async () => {
      const { memoryBytes = 0, restarts, reason } = await healthOf(gateway, 'greedy');
      return (
        memoryBytes > 40 * MIB && memoryBytes < 400 * MIB && restarts === 1 && reason === told.error?.message
      );
    });
    await gateway.close();
  });
});

describe('a program that is shared and not used', () => {
  it.concurrent('[SUPERVISE-IDLE] is ended after its time, and started with the next session', async () => {
    const gateway = await startTestGateway({
      servers: { fixture: fixtureStdio({ sharing: 'shared', idleMs: 100 }) },
    });
    const client = await StreamableClient.start(gateway.mcp('fixture'));
    const pid = await pidOf(client);
    await client.delete();
    await eventually('it is gone', () => !isThere(pid));
    await eventually('it is buried', async () => (await healthOf(gateway, 'fixture')).processes === 0);
    expect(await healthOf(gateway, 'fixture')).toMatchObject({ state: 'idle' });
    expect(await pidOf(await StreamableClient.start(gateway.mcp('fixture')))).not.toBe(pid);
    await gateway.close();
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
