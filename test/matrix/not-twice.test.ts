/** A call that was in flight when its server died is told as lost, and never run again by itself. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { child, startTestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-not-twice-'));
const diary = join(folder, 'diary');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes every call down before it does it; dies of the call `die`. */
const SCRIPT = `
const { appendFileSync } = require('node:fs');
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
process.stdin.on('data', (chunk) => {
  for (const line of String(chunk).split('\\n').filter(Boolean)) {
    const { id, method, params } = JSON.parse(line);
    if (method === 'initialize') {
      const { protocolVersion } = params;
      say({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } });
    } else if (method === 'tools/call') {
      appendFileSync(process.argv[1], params.name + '\\n');
      if (params.name === 'die') process.exit(1);
      say({ id, result: { content: [{ type: 'text', text: 'done' }] } });
    }
  }
});
`;

it.each(['sse', 'mcp'] as const)(
  '[ANSWER-NOT-TWICE] a call that killed its server is not run again (%s)',
  async (leg) => {
    rmSync(diary, { force: true });
    const server = child(process.execPath, ['-e', SCRIPT, diary]);
    const gateway = await startTestGateway({ servers: { server } });
    const client =
      leg === 'sse' ? await SseClient.open(gateway.sse()) : await StreamableClient.start(gateway.mcp());
    expect(textOf(await client.ask(toolCall(1, 'one')))).toBe('done');
    expect(wordOf(await client.ask(toolCall(2, 'die')))).toBe('upstream_exited');
    expect(textOf(await client.ask(toolCall(3, 'two')))).toBe('done');
    expect(readFileSync(diary, 'utf8')).toBe('one\ndie\ntwo\n');
    await gateway.close();
  },
);
