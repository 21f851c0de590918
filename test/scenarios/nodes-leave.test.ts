/** A node that goes away, with requests under way through it to nodes that stay. */
import { expect, it } from 'vitest';
import { withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { within } from '../support/raw.ts';
import { fixtureInprocess } from '../support/servers.ts';

it('[NODES-FEATURES-LEAVE] waits for calls that others answer, and sends those who follow elsewhere', async () => {
  const options = { servers: { fixture: fixtureInprocess() }, settings: { drainMs: 20_000 } };
  await withHubNodes(2, options, async ({ nodes: [owner, through] }) => {
    const client = await StreamableClient.start(`${owner?.url}/mcp`, '2025-06-18');
    const there = new StreamableClient(`${through?.url}/mcp`, client.version);
    there.sessionId = client.sessionId;
    const standing = await there.get();
    const call = await there.post(toolCall(1, 'progress', { steps: 60, delayMs: 20 }, 't'));
    await call.events.until('progress', () => call.events.messages[0]);
    const drained = through?.gateway.drain();
    expect(await standing.events.ended).toBe('whole');
    expect(call.events.end).toBe(undefined);
    expect(standing.events.events.at(-1)).toMatchObject({ retry: 1_000, data: '' });
    expect(textOf(await call.events.answer(1))).toBe('Took 60 steps.');
    await within(drained ?? Promise.resolve(), 'the end of the drain');
    // The session is still there.
    expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'here' })))).toBe('here');
  });
});
