/** HTTP+SSE whose stream is cut, falls silent or leads elsewhere, with a played gateway and a played clock. */
import { describe, expect, it } from 'vitest';
import { codeOf, json, link, result, settled, standing } from './support.ts';

describe('HTTP+SSE', () => {
  const url = 'http://gateway.test/sse';

  it('[PAGE-RECONNECT] [PAGE-LOST] opens another stream; what was under way is lost, what comes meanwhile waits', async () => {
    const gateway = standing();
    const at = link(gateway, { url });
    const code = codeOf(at.link.request('slow'));
    await settled();
    gateway.latest.cut();
    await settled();
    expect(await code).toBe('lost');
    expect(at.link.state).toBe('reconnecting');
    const later = at.link.request('later');
    at.timing.advance(500);
    await settled();
    expect(at.states.map(([state]) => state)).toEqual(['open', 'reconnecting', 'open']);
    expect([gateway.posts('slow').length, gateway.posts('initialize').length]).toEqual([1, 2]);
    const [asked] = gateway.posts('later');
    expect(asked?.url.search).toBe('?sessionId=2');
    gateway.latest.event('message', result(asked?.body['id'], 'yes'));
    expect(await later).toBe('yes');
  });

  it('[PAGE-INACTIVE] opens another stream when nothing comes for three heartbeats', async () => {
    const gateway = standing();
    const at = link(gateway, { url });
    await settled();
    for (let n = 0; n < 10; n++) {
      at.timing.advance(40_000);
      gateway.latest.write(': ping\n\n');
      await settled();
    }
    expect(at.link.state).toBe('open');
    at.timing.advance(45_000);
    await settled();
    expect(at.link.state).toBe('reconnecting');
    expect(gateway.streams[0]?.isCancelled).toBe(true);
    at.timing.advance(500);
    await settled();
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-RECONNECT] comes back when the path was away for a while', async () => {
    let isAway = false;
    const gateway = standing(() => (isAway ? json({ error: {} }, 404) : undefined));
    const at = link(gateway, { url });
    await settled();
    isAway = true;
    gateway.latest.cut();
    await settled();
    at.timing.advance(500);
    await settled();
    expect(at.states.at(-1)).toEqual(['reconnecting', 'refused']);
    isAway = false;
    at.timing.advance(1_000);
    await settled();
    expect(at.link.state).toBe('open');
  });

  it('[PAGE-SENDS] what only reads is sent again in the next session when the gateway did not know the last one', async () => {
    const gateway = standing(({ body, url: { search } }) =>
      body['method'] === 'tools/list' && search === '?sessionId=1' ? json({ error: {} }, 404) : undefined,
    );
    const at = link(gateway, { url });
    await settled();
    const answer = at.link.request('tools/list');
    await settled();
    at.timing.advance(500);
    await settled();
    gateway.latest.event('message', result(gateway.posts('tools/list')[1]?.body['id'], 'yes'));
    expect(await answer).toBe('yes');
    expect(gateway.posts('tools/list').map(({ url: { search } }) => search)).toEqual([
      '?sessionId=1',
      '?sessionId=2',
    ]);
  });

  it('[PAGE-ORIGIN] sends nothing to an endpoint elsewhere, and gives up', async () => {
    const gateway = standing(({ method, signal }, self) => {
      if (method !== 'GET') return undefined;
      const response = self.stream(signal);
      self.latest.event('endpoint', 'https://evil.test/messages');
      return response;
    });
    const at = link(gateway, { url });
    await settled();
    expect(at.states).toEqual([['closed', 'bad-answer']]);
    expect(gateway.asked).toHaveLength(1);
    expect(gateway.asked[0]?.init.redirect).toBe('error');
  });

  it('[PAGE-SENDS] closed by the page, everything ends', async () => {
    const gateway = standing();
    const at = link(gateway, { url });
    await settled();
    const code = codeOf(at.link.request('x'));
    await settled();
    at.link.close();
    at.link.close();
    expect(await code).toBe('closed');
    await settled();
    expect(at.states).toEqual([
      ['open', undefined],
      ['closed', undefined],
    ]);
    expect(gateway.asked[0]?.signal.aborted).toBe(true);
    expect([at.timing.timers, at.link.state]).toEqual([0, 'closed']);
  });
});
