/** What a modern client hears of a legacy server that does not let a conversation begin. */
import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway.ts';
import { modernHeaders, modernRequest } from '../../support/modern-face.ts';
import { child } from '../../support/servers.ts';

/** Answers every request with an error of these words. */
const refusing = (words: unknown) => `
  require('node:readline').createInterface(process.stdin).on('line', (line) => {
    const { id } = JSON.parse(line);
    const error = { code: -32601, message: ${JSON.stringify(words)} };
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error }));
  });`;

test.each([
  ['Come back on Monday.\n\u0007Or later.', ': Come back on Monday. Or later.'],
  ['ha'.repeat(400), `: ${'ha'.repeat(150)}…`],
  [7, '.'],
])('[PLAINERA-REFUSED] a server that says %j', async (words, end) => {
  const gateway = await startTestGateway({
    servers: { sulks: child(process.execPath, ['-e', refusing(words)]) },
  });
  const asked = modernRequest(1, 'tools/list');
  const answer = await fetch(`${gateway.url}/servers/sulks/mcp`, {
    method: 'POST',
    headers: modernHeaders(asked),
    body: JSON.stringify(asked),
  });
  const text = await answer.text();
  const { error } = JSON.parse(text.slice(text.indexOf('{'))) as { error: object };
  expect(error).toMatchObject({
    message: `The server "sulks" refused to be initialised${end}`,
    data: { code: 'upstream_start_failed' },
  });
  await gateway.close();
});
