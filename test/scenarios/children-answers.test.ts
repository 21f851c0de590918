/** Child processes whose answers are no proper messages, and places that are freed and taken at once. */
import { describe, expect, it } from 'vitest';
import { child, echoStdio, startTestGateway } from '../support/gateway.ts';
import { StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';

/** Answers each call with the text that its argument gives, in which `ID` is the number of the call. */
const PARROT = `
const answer = (id, text) => process.stdout.write(text.replaceAll('ID', id) + '\\n');
const hello = '{"jsonrpc":"2.0","id":ID,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"p","version":"1"}}}';
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') answer(id, hello);
  else if (method === 'tools/call' && params.name === 'last') {
    process.stdout.write('{\\n'.repeat(1500), () => {
      process.stdout.write(params.arguments.text.replaceAll('ID', id) + '\\n', () => process.exit(0));
    });
  } else if (id !== undefined) answer(id, params.arguments.text);
});`;

const DEEP = `${'['.repeat(200)}${']'.repeat(200)}`;

describe('a child whose answer cannot be taken', () => {
  it('[STDIO-BAD-ANSWER] is told to its caller at once, and the next call works', async () => {
    const gateway = await startTestGateway({
      servers: { parrot: child(process.execPath, ['-e', PARROT], { requestMs: 60_000 }) },
    });
    const client = await StreamableClient.start(gateway.mcp());
    const good = '{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"good"}]}}';
    for (const text of [
      `{"jsonrpc":"2.0","id":ID,"result":{"a":${DEEP}}}`,
      `{"result":{"a":${DEEP}},"jsonrpc":"2.0","id":ID}`,
      '{"jsonrpc":"2.0","id":ID,"result":{},"result":{}}',
      '{"jsonrpc":"2.0","id":"ID","result":{}}',
    ]) {
      expect(wordOf(await client.ask(toolCall('bad', 'say', { text })))).toBe('upstream_bad_answer');
      expect(textOf(await client.ask(toolCall('good', 'say', { text: good })))).toBe('good');
    }
    await gateway.close();
  });

  it('[STDIO-LAST-ANSWER] and one whose answer is its last word, behind masses of rubbish, is heard', async () => {
    const gateway = await startTestGateway({ servers: { parrot: child(process.execPath, ['-e', PARROT]) } });
    const client = await StreamableClient.start(gateway.mcp());
    const text = '{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"the end"}]}}';
    expect(textOf(await client.ask(toolCall(1, 'last', { text })))).toBe('the end');
    await gateway.close();
  });
});

describe('the only place of a server', () => {
  it('[LIMIT-PROCESSES-ENDING] is had by who asks while the process of a closed session ends', async () => {
    const gateway = await startTestGateway({ servers: { echo: echoStdio({ maxProcesses: 1 }) } });
    let client = await StreamableClient.start(gateway.mcp());
    for (let n = 0; n < 3; n += 1) {
      await client.delete();
      client = await StreamableClient.start(gateway.mcp());
      expect(textOf(await client.ask(toolCall(n, 'echo', { text: 'here' })))).toBe('here');
    }
    await gateway.close();
  });
});
