/** Clients that find their way by trying. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'sdk-1.32/client/index.js';
import { StdioClientTransport } from 'sdk-1.32/client/stdio.js';
import { expect } from 'vitest';

const MCP_REMOTE = fileURLToPath(new URL('../../node_modules/mcp-remote/dist/proxy.js', import.meta.url));

/** What a client that is connected must be able to do. @param tool its name on this route */
export async function works(client: Client, tool = 'echo'): Promise<void> {
  const answer = await client.callTool({ name: tool, arguments: { text: 'picked' } });
  expect(answer.content).toEqual([{ type: 'text', text: 'picked' }]);
}

/** Connects with mcp-remote and gives what it logged. */
export async function throughRemote(
  url: string,
  strategy: string,
  ...more: readonly string[]
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-remote-'));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MCP_REMOTE, url, '--allow-http', '--transport', strategy, ...more],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
    stderr: 'pipe',
  });
  let log = '';
  transport.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const client = new Client({ name: 'picks', version: '1' });
  try {
    await client.connect(transport, { timeout: 15_000 });
    await works(client);
  } catch (error) {
    throw new Error(`${String(error)}\n${log}`, { cause: error });
  } finally {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return log;
}
