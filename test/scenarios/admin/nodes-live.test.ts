/** A live feed of another node, through this one. */
import { expect, it } from 'vitest';
import { StreamableClient, toolCall } from '../../support/raw-clients.ts';
import { bearer, ADMIN_KEY, posted } from './desk.ts';
import { type HubDesk, type HubDesks, withHubDesks } from './hub-desks.ts';

const PATIENT = { timeout: 10_000 };

/** A feed of the far node, as text that grows. */
async function feedOf(near: HubDesk, headers: Record<string, string> = bearer(ADMIN_KEY)) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const answer = await fetch(`${near.url}/admin/api/events?node=n1`, { headers, signal });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const feed = { text: '', end: undefined as string | undefined, leave: () => leaving.abort() };
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) feed.text += decoder.decode(chunk, { stream: true });
  };
  void read().then(
    () => (feed.end = 'whole'),
    () => (feed.end = 'cut'),
  );
  await expect.poll(() => feed.text, PATIENT).toContain('event: hello');
  expect(feed.text).toContain('"node":"n1"');
  return feed;
}

/** A word in a message at the far node is told through the near one. */
async function isLive({ far }: HubDesks, feed: { readonly text: string }, word: string) {
  const client = await StreamableClient.start(`${far.url}/mcp`, '2025-06-18');
  await client.ask(toolCall(1, 'echo', { text: word }));
  await expect.poll(() => feed.text, PATIENT).toContain(word);
}

it('[ANYNODE-FEED] shows what happens there, and ends there once nobody reads it here', async () => {
  await withHubDesks({}, async (desks) => {
    const { near, far } = desks;
    const feed = await feedOf(near);
    await isLive(desks, feed, 'a-word-over-there');
    expect([near.live.feeds.size, far.live.feeds.size]).toEqual([0, 1]);
    // Its operator is known there for the time of a request only, and goes on to watch.
    far.review();
    await isLive(desks, feed, 'another-word');
    feed.leave();
    await expect.poll(() => far.live.feeds.size, PATIENT).toBe(0);
  });
});

it('[ANYNODE-FEED] ends clearly with its node, and who asks again is told that it is gone', async () => {
  await withHubDesks({ leaseMs: 1_000 }, async (desks) => {
    const { near, far } = desks;
    const feed = await feedOf(near);
    await far.kill();
    await expect.poll(() => feed.end, PATIENT).toBe('whole');
    expect(feed.text).toMatch(/event: sample|event: hello/);
    const again = () => near.ask('events?node=n1').then(({ status }) => status);
    await expect.poll(again, PATIENT).toBe(404);
  });
});

it('[ANYNODE-FEED] ends with a node that is lost without a word', async () => {
  await withHubDesks({ leaseMs: 1_000 }, async ({ hub, near }) => {
    const feed = await feedOf(near);
    hub.pause('n1');
    await expect.poll(() => feed.end, PATIENT).toBe('whole');
    expect(feed.text).toContain(': the node that was asked is gone\n\n');
  });
});

it('[ANYNODE-FEED] ends with the session of its operator, before another word is shown', async () => {
  await withHubDesks({}, async (desks) => {
    const { near, far } = desks;
    const login = await fetch(`${near.url}/admin/api/login`, posted({ token: near.admin.token() }));
    const headers = { cookie: login.headers.get('set-cookie')?.split(';', 1)[0] ?? '', origin: near.url };
    const feed = await feedOf(near, headers);
    await isLive(desks, feed, 'before');
    await fetch(`${near.url}/admin/api/logout`, { method: 'POST', headers });
    const client = await StreamableClient.start(`${far.url}/mcp`, '2025-06-18');
    await client.ask(toolCall(1, 'echo', { text: 'afterwards' }));
    await expect.poll(() => feed.end, PATIENT).toBe('whole');
    expect(feed.text).not.toContain('afterwards');
    await expect.poll(() => far.live.feeds.size, PATIENT).toBe(0);
  });
});
