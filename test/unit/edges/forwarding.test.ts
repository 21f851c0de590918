/** Headers of a caller on their way to a server. */
import { describe, expect, it } from 'vitest';
import { FakeDriver } from '../engine/support.ts';
import { front, initialize, toolCall } from './support.ts';

const SENT = {
  authorization: 'Bearer mine',
  'x-tenant': 'blue',
  cookie: 'session=planted',
  'x-other': 'planted',
};

function world(forwardHeaders: readonly string[] = ['X-Tenant']) {
  const driver = new FakeDriver();
  const plain = new FakeDriver();
  for (const each of [driver, plain]) each.answersCalls = true;
  const at = front({ servers: { srv: { driver, forwardHeaders }, plain } });
  const forwarded = () => driver.links.map(({ context }) => context.forwarded);
  return { ...at, driver, plain, forwarded };
}

describe('[FORWARD-LISTED] what of a caller reaches a server', () => {
  it.each([
    ['POST', '/servers/srv/mcp'],
    ['GET', '/servers/srv/sse'],
  ])('over %s %s is what its entry names', async (method, path) => {
    const at = world();
    const opened = await at.ask(method, path, { headers: SENT, body: initialize() });
    const endpoint = opened.connection?.frames.find(({ event }) => event === 'endpoint')?.data;
    if (endpoint) await at.ask('POST', endpoint, { headers: SENT, body: toolCall(1) });
    expect(at.forwarded()).toEqual([{ 'x-tenant': 'blue' }]);
  });

  it('is nothing where the entry names nothing', async () => {
    const at = world();
    await at.ask('POST', '/servers/plain/mcp', { headers: SENT, body: initialize() });
    expect(at.plain.links.map(({ context }) => Object.hasOwn(context, 'forwarded'))).toEqual([false]);
  });

  it('[CRED-NAMES] is never what it proves who it is with: naming that is refused', () => {
    for (const name of ['Authorization', 'COOKIE', 'x-api-key', 'Proxy-Authorization'])
      expect(() => world([name]), name).toThrow(/names "[\w-]+", with which callers prove who they are/);
  });
});

describe('[FORWARD-PAGES] a page of an allowed origin', () => {
  const allowed = async (names: string, origin = 'http://localhost:1234') => {
    const headers = { origin, 'access-control-request-headers': names };
    const reply = await world().ask('OPTIONS', '/servers/srv/mcp', { headers });
    return reply.headers['access-control-allow-headers'];
  };

  it('may send the headers that are passed on', async () => {
    expect(await allowed('authorization,x-tenant')).toMatch(/, authorization,x-tenant$/);
  });

  it('gets no text of its own into the answer, and no other page any', async () => {
    for (const names of ['a b', 'x\r\ny: z', `x${',y'.repeat(40)}`, '']) {
      expect(await allowed(names)).toMatch(/^Authorization, [\w-]+(?:, [\w-]+)*$/);
    }
    expect(await allowed('x-tenant', 'https://evil.example')).toBeUndefined();
  });
});

describe('[FORWARD-APART] callers with different headers', () => {
  it('share no link though they name no session', async () => {
    const at = world();
    for (const tenant of ['blue', 'red', 'blue', undefined, undefined]) {
      const headers = tenant === undefined ? {} : { 'x-tenant': tenant };
      await at.ask('POST', '/servers/srv/mcp', { headers, body: toolCall(1) });
    }
    expect(at.forwarded()).toEqual([{ 'x-tenant': 'blue' }, { 'x-tenant': 'red' }, undefined]);
  });

  it('cannot make one of what are two', async () => {
    const at = world(['a', 'b']);
    for (const headers of [{ a: '1","b":"2' }, { a: '1', b: '2' }]) {
      await at.ask('POST', '/servers/srv/mcp', { headers, body: toolCall(1) });
    }
    expect(at.driver.opens).toBe(2);
  });

  it('keep those of their session when it must be opened again', async () => {
    const at = world();
    const opened = await at.ask('POST', '/servers/srv/mcp', {
      headers: { 'x-tenant': 'blue' },
      body: initialize(),
    });
    const headers = { 'x-tenant': 'red', 'mcp-session-id': opened.headers['mcp-session-id'] ?? '' };
    at.driver.links[0]?.end();
    await at.ask('POST', '/servers/srv/mcp', { headers, body: toolCall(1) });
    expect(at.forwarded()).toEqual([{ 'x-tenant': 'blue' }, { 'x-tenant': 'blue' }]);
  });
});
