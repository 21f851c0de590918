/** A configuration of several servers, running: merged at its root, each showing what its entry says. */
import { expect, it } from 'vitest';
import { configured, serve } from '../../support/configured.ts';
import { request, StreamableClient, textOf, toolCall } from '../../support/raw-clients.ts';

const ECHO = new URL('../../fixtures/server/echo-stdio.ts', import.meta.url).pathname;
const echo = { command: process.execPath, args: [ECHO] };

async function namesAt(url: string): Promise<string[]> {
  const client = await StreamableClient.start(url);
  // Children start slower than others on a busy machine: what is late is announced, and asked for again.
  for (let round = 0; ; round++) {
    const answer = await client.ask(request(`list ${round}`, 'tools/list'));
    const { tools } = answer.result as unknown as { tools: { name: string }[] };
    if (tools.length === 3 || round === 50) return tools.map(({ name }) => name);
    await client.ask(toolCall('wait', 'one__echo', { text: 'x' }));
    await client.ask(toolCall('wait', 'two__say', { text: 'x' }));
  }
}

it('[MERGE-FILE] a file says how servers are merged and what of them is shown, and can be changed', async () => {
  const file = (names: string) =>
    configured({
      mcpServers: {
        one: echo,
        two: { ...echo, tools: { include: ['echo'], rename: { echo: 'say' } } },
      },
      merge: { names },
    });
  const running = await serve(file('collisions'));
  expect(await namesAt(`${running.url}/mcp`)).toEqual(['echo', 'big', 'say']);
  const own = await StreamableClient.start(`${running.url}/servers/two/mcp`);
  expect(textOf(await own.ask(toolCall(1, 'say', { text: 'hi' })))).toBe('hi');
  expect((await own.ask(toolCall(2, 'big', { bytes: 1 }))).error?.code).toBe(-32602);
  await running.reload(file('always'));
  expect(await namesAt(`${running.url}/mcp`)).toEqual(['one__echo', 'one__big', 'two__say']);
});
