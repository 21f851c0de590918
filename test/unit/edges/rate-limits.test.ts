/** Bytes, addresses, streams that are opened, and wrong keys, behind the front door. */
import { describe, expect, it } from 'vitest';
import { front, initialize, KEY, OTHER_KEY, sseSession, streamableSession, toolCall } from './support.ts';

const NOTE = { jsonrpc: '2.0', method: 'notifications/custom' };
const key = (text: string) => ({ 'x-api-key': text });

describe('[RATE-BYTES] a caller that sends too much', () => {
  it('is refused until that is made up for, and so are its notifications', async () => {
    const at = front({ rates: { caller: { bytes: '1000/s' } } });
    const headers = { 'mcp-session-id': await streamableSession(at) };
    at.runtime.advance(10_000);
    const post = async (body: unknown) => at.ask('POST', '/mcp', { headers, body });
    expect((await post(toolCall(1, { text: 'x'.repeat(2_000) }))).status).toBe(200);
    const refused = await post(toolCall(2));
    expect([refused.status, refused.json.error?.data]).toMatchObject([
      429,
      { code: 'rate_limited', limit: 1_000, scope: 'caller', unit: 'bytes' },
    ]);
    expect(refused.headers['ratelimit-policy']).toBe('"caller-bytes";q=1000;qu="content-bytes";w=1');
    expect((await post(NOTE)).status).toBe(429);
    at.runtime.advance(1_100);
    expect((await post(toolCall(3))).status).toBe(200);
  });

  it('has its notifications dropped on a stream', async () => {
    const at = front({ rates: { caller: { bytes: '1000/s' } }, dialect: 'http-sse' });
    const { connection, endpoint } = await sseSession(at);
    const post = async (body: unknown) => (await at.ask('POST', endpoint, { body })).status;
    await post(toolCall(1, { text: 'x'.repeat(2_000) }));
    expect([await post(NOTE), await post(toolCall(2))]).toEqual([202, 202]);
    expect(connection.text).toContain('"unit":"bytes"');
    const raw = at.driver.links[0]?.raw ?? [];
    const sent = (what: string) => raw.filter((text) => text.includes(what)).length;
    expect([sent('notifications/custom'), sent('tools/call')]).toEqual([0, 1]);
    expect(at.notes.named('refused').map(({ code }) => code)).toContain('rate_limited');
  });

  it('is not let off by bodies that are no messages', async () => {
    const at = front({ rates: { caller: { bytes: '1000/s' } } });
    const headers = { 'mcp-session-id': await streamableSession(at) };
    expect((await at.ask('POST', '/mcp', { headers, body: ['x'.repeat(2_000)] })).status).toBe(400);
    expect((await at.ask('POST', '/mcp', { headers, body: toolCall(1) })).status).toBe(429);
  });
});

describe('[RATE-ADDRESS] an address', () => {
  it('is limited whoever calls from it, and no other is', async () => {
    const at = front({ apiKeys: [KEY, OTHER_KEY], rates: { address: { calls: 2 } } });
    const status = async (text: string, peer: string) =>
      (await at.ask('POST', '/mcp', { headers: key(text), body: initialize(), peer })).status;
    const [one, same, other] = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'];
    expect([await status(KEY, one), await status(OTHER_KEY, same)]).toEqual([200, 200]);
    expect([await status(KEY, one), await status(KEY, other)]).toEqual([429, 200]);
  });

  it('and all together are limited beside each caller, as is a project for itself', async () => {
    const at = front({
      rates: { total: { calls: 3 } },
      projects: { acme: { shared: ['srv'], limits: { rates: { total: { calls: 1 } } } } },
    });
    const ask = async (path: string) => at.ask('POST', path, { body: initialize() });
    expect((await ask('/projects/acme/mcp')).status).toBe(200);
    const own = await ask('/projects/acme/mcp');
    expect([own.status, own.json.error?.data?.['scope']]).toEqual([429, 'project']);
    expect([(await ask('/mcp')).status, (await ask('/mcp')).status]).toEqual([200, 200]);
    const all = await ask('/mcp');
    expect([all.status, all.json.error?.data?.['scope']]).toEqual([429, 'gateway']);
  });
});

describe('[RATE-STANDING] every answer', () => {
  it('tells how things stand with the limit that is nearest to its end, once half of it is used', async () => {
    const at = front({ callsPerMinute: 30, rates: { total: { calls: '3/s' } } });
    const headers = async () => (await at.ask('POST', '/mcp', { body: initialize() })).headers;
    expect(Object.keys(await headers()).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    expect(await headers()).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '1',
    });
  });
});

describe('[RATE-OPENS] opening streams', () => {
  it('is counted apart from calls, and refused with 429', async () => {
    const at = front({ rates: { caller: { calls: 2 } } });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await at.ask('GET', '/sse')).status);
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await at.ask('GET', '/sse');
    expect([refused.headers['retry-after'], refused.json.error?.data?.['unit']]).toEqual(['30', 'opens']);
    expect(at.gateway.sessions).toBe(2);
    expect((await at.ask('POST', '/mcp', { body: initialize() })).status).toBe(200);
    at.runtime.advance(30_000);
    expect((await at.ask('GET', '/sse')).status).toBe(200);
  });

  it('has a limit of its own where one is written, and tickets count', async () => {
    const at = front({ apiKeys: [KEY], rates: { caller: { opens: '1/min' } } });
    const status = async () => (await at.ask('POST', '/tickets', { headers: key(KEY), body: '' })).status;
    expect([await status(), await status()]).toEqual([200, 429]);
  });
});

describe('[RATE-GUESS] an address that shows wrong keys', () => {
  const PEER = '192.0.2.7';

  async function guessing(path = '/mcp', peer = PEER) {
    const at = front({ apiKeys: [KEY, OTHER_KEY], rates: { failures: '5/min' } });
    const ask = async (text: string | undefined, from = peer, at_ = path) =>
      at.ask('POST', at_, { headers: text === undefined ? {} : key(text), body: initialize(), peer: from });
    expect((await ask(KEY)).status).toBe(200);
    const statuses = [];
    for (let n = 0; n < 8; n++) statuses.push((await ask(`guess-${n}`)).status);
    return { at, ask, statuses };
  }

  it('is refused further ones, and the right key of another as well, in the same words', async () => {
    const { ask, statuses } = await guessing();
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const [wrong, right] = [await ask('wrong'), await ask(OTHER_KEY)];
    expect([right.status, right.body]).toEqual([wrong.status, wrong.body]);
    expect(right.headers).toEqual(wrong.headers);
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('goes on to serve who came in from there before, and who comes from elsewhere', async () => {
    const { at, ask } = await guessing();
    expect([(await ask(KEY)).status, (await ask(OTHER_KEY, '192.0.2.8')).status]).toEqual([200, 200]);
    expect((await ask(undefined)).status).toBe(401);
    at.runtime.advance(13_000);
    expect((await ask(OTHER_KEY)).status).toBe(200);
  });

  it('learns nothing from other paths either', async () => {
    const { at, ask } = await guessing();
    for (const path of ['/servers/nobody/mcp', '/projects/acme/mcp', '/projects/acme/nothing'])
      expect([(await ask(OTHER_KEY, PEER, path)).status, (await ask('no', PEER, path)).status]).toEqual([
        429, 429,
      ]);
    const health = async (text: string) =>
      (await at.ask('GET', '/health', { headers: { ...key(text), accept: '*/*' }, peer: PEER })).body;
    expect(await health(OTHER_KEY)).toBe(await health('no'));
    expect(await health(KEY)).not.toBe(await health('no'));
  });

  it('is counted on public paths and with tickets, too', async () => {
    const at = front({ apiKeys: [KEY], rates: { failures: '2/min' } });
    await at.ask('GET', '/health', { headers: key('no'), peer: PEER });
    await at.ask('GET', '/sse?ticket=no', { peer: PEER });
    expect((await at.ask('POST', '/mcp', { headers: key(KEY), body: initialize(), peer: PEER })).status).toBe(
      429,
    );
  });

  it('is not of this machine, unless that is asked for', async () => {
    const at = front({ apiKeys: [KEY] });
    for (let n = 0; n < 100; n++)
      expect((await at.ask('POST', '/mcp', { headers: key('no'), body: initialize() })).status).toBe(401);
    const far = { headers: key('no'), body: initialize(), peer: PEER };
    for (let n = 0; n < 60; n++) await at.ask('POST', '/mcp', far);
    expect((await at.ask('POST', '/mcp', far)).status).toBe(429);
    expect((await guessing('/mcp', '127.0.0.1')).statuses.at(-1)).toBe(429);
  });
});
