/** Nodes that are processes of their own, on a real Redis: each is asked through the other, by routes and by commands. */
import { afterEach, expect, it } from 'vitest';
import type { NodeList } from '../../../src/edges/admin/contract/nodes.ts';
import { withCluster } from '../../support/cluster.ts';
import { StreamableClient, toolCall } from '../../support/raw-clients.ts';
import { Workplace } from '../../unit/cli/sluice.ts';
import { ADMIN_KEY, bearer, echo } from './desk.ts';

const PATIENT = { timeout: 20_000 };
const headers = bearer(ADMIN_KEY);
const place = { at: undefined as Workplace | undefined };
afterEach(async () => {
  await place.at?.clear();
  place.at = undefined;
});

it('[ANYNODE-SEEN] [ANYNODE-FEED] [ANYNODE-COMMANDS] through one node another is seen, until it is killed', async () => {
  const at = (place.at = await Workplace.make());
  const config = { mcpServers: { echo }, admin: { key: ADMIN_KEY } };
  await withCluster({ config, nodes: 2 }, async (cluster) => {
    const [near, far] = [cluster.node(0).url, cluster.node(1).url];
    const ask = (path: string) => fetch(`${near}/admin/api/${path}`, { headers });
    const others = async () => ((await (await ask('nodes')).json()) as NodeList).nodes.slice(1);
    await expect.poll(others, PATIENT).toMatchObject([{ url: far, isThis: false, state: 'held' }]);
    const [other] = await others();

    const client = await StreamableClient.start(`${far}/mcp`, '2025-06-18');
    const id = (client.sessionId ?? '').slice(0, 8);
    const answer = await ask(`events?node=${other?.name}`);
    const feed = { text: '', end: '' };
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of answer.body ?? []) feed.text += decoder.decode(chunk, { stream: true });
    };
    void read().then(
      () => (feed.end = 'whole'),
      () => (feed.end = 'cut'),
    );
    await expect.poll(() => feed.text, PATIENT).toContain('event: hello');
    await client.ask(toolCall(1, 'echo', { text: 'a-word-over-there' }));
    await expect.poll(() => feed.text, PATIENT).toContain('a-word-over-there');

    const run = (...args: string[]) => at.run([...args], { ADMIN_KEY });
    const listed = await run('top', near, '--nodes');
    expect(listed.out).toContain(`${other?.name}  ${far}`);
    expect(JSON.parse((await run('top', near, '--nodes', '--json')).out)).toMatchObject({
      nodes: [{ url: near, isThis: true }, { url: far }],
    });
    const top = await run('top', near, '--once', '--json', '--node', far);
    expect(JSON.parse(top.out)).toMatchObject({ overview: { node: other?.name }, sessions: [{ id }] });
    expect((await run('top', near, '--once', '--node', far)).out).toContain(`${near} node ${far}`);
    const inspected = await run('inspect', near, '--node', other?.name ?? '', '--payload');
    expect(inspected.out).toContain('a-word-over-there');
    // For the first seconds it is not sure who is there.
    const nobody = () => run('inspect', near, '--node', 'nobody').then(({ code, err }) => `${code} ${err}`);
    await expect.poll(nobody, PATIENT).toMatch(/^1 There is no such node\. /);
    expect((await run('top', near, '--nodes', '--node', 'nobody')).code).toBe(1);

    await cluster.kill(1);
    await expect.poll(() => feed.end, PATIENT).toBe('whole');
    expect(feed.text).toContain(': the node that was asked is gone');
    await expect
      .poll(() => ask('events?node=' + other?.name).then(({ status }) => status), PATIENT)
      .toBe(404);
    expect(await others()).toEqual([]);
  });
}, 60_000);
