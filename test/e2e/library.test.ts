/** The examples of the library, each started as its README says and called by a real client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from 'sdk-1.32/client/index.js';
import { SSEClientTransport } from 'sdk-1.32/client/sse.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { describe, expect, it } from 'vitest';

async function withExample(name: string, use: (origin: string) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [`examples/library/${name}.ts`, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = /"port":(\d+)/.exec(String(line))?.[1];
    await use(`http://127.0.0.1:${port}`);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

async function greet(transport: SSEClientTransport | StreamableHTTPClientTransport): Promise<unknown> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  try {
    const result = await client.callTool({ name: 'greet', arguments: { name: 'Aare' } });
    return result.content;
  } finally {
    await client.close();
  }
}

const HELLO = [{ type: 'text', text: 'Hello, Aare!' }];

describe('examples/library', () => {
  it.each([
    ['express', '/gateway'],
    ['fastify', ''],
    ['hono', '/gateway'],
  ])('[LIBRARY-MOUNT] %s serves both transports', async (name, path) => {
    await withExample(name, async (origin) => {
      expect(await greet(new SSEClientTransport(new URL(`${origin}${path}/sse`)))).toEqual(HELLO);
      expect(await greet(new StreamableHTTPClientTransport(new URL(`${origin}${path}/mcp`)))).toEqual(HELLO);
    });
  });
});
