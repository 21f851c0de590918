/** Ways around what is asked of callers: other names, other moments, other addresses. */
import { describe, expect, it } from 'vitest';
import { bytesOf, FakeDriver, FakeResponder } from '../engine/support.ts';
import { front, held, toolCall } from './support.ts';
import { OAUTH, signer, tokenFront, turns } from './token-front.ts';

const call = (name = 't') => ({ body: toolCall(1, { name, arguments: {} }) });

describe('[LOOPHOLE-RENAMED] a tool that was given another name', () => {
  const renaming = () => {
    const driver = new FakeDriver();
    driver.answersCalls = true;
    return { driver, offer: { tools: { rename: { write_file: 'save', look: 'see' } } } };
  };
  const oauth = { ...OAUTH, toolScopes: { 'files/write_*': ['write'] } };

  it('needs the scopes of its own name', async () => {
    const at = tokenFront({ servers: { files: renaming() }, oauth });
    const status = async (name: string) => (await at.ask('POST', '/mcp', 'good', call(name))).status;
    expect([await status('save'), await status('write_file'), await status('see')]).toEqual([403, 403, 200]);
  });

  it('needs them under each name that it has where servers are one', async () => {
    const at = tokenFront({ servers: { files: renaming(), other: renaming() }, merge: {}, oauth });
    const status = async (name: string) => (await at.ask('POST', '/mcp', 'good', call(name))).status;
    expect([await status('save'), await status('files__save'), await status('other__save')]).toEqual([
      403, 403, 200,
    ]);
  });
});

it('[LOOPHOLE-SPELLED] a call that may be meant otherwise needs the scopes of all tools', async () => {
  const oauth = { ...OAUTH, toolScopes: { 'srv/write_*': ['write'] } };
  const texts = [
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"look","arguments":{}}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"look","Name":"write_file"}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"look"},"Params":{"name":"write_file"}}',
    '{"jsonrpc":"2.0","id":1,"method":"x/y","params":{"name":"write_file"},"Method":"tools/call"}',
  ];
  const statuses = async (scope: string) => {
    const at = tokenFront({ oauth }, { scope });
    const post = async (text: string) => {
      const body = { body: Promise.resolve(bytesOf(text)), arrive: () => undefined, fail: () => undefined };
      return (await at.ask('POST', '/mcp', 'good', { held: body })).status;
    };
    return Promise.all(texts.map(post));
  };
  expect(await statuses('mcp')).toEqual([200, 403, 403, 403]);
  expect(await statuses('write')).toEqual([200, 200, 200, 200]);
});

describe('[LOOPHOLE-RELOAD] rules that change while it is looked up who calls', () => {
  const late = async (change: (at: ReturnType<typeof tokenFront>) => void) => {
    const at = tokenFront();
    const { promise, resolve } = Promise.withResolvers<void>();
    at.issuer.waits = promise;
    const stream = at.begin('GET', '/sse', 'good');
    const posted = at.begin('POST', '/mcp', 'good', call());
    const socket = new FakeResponder();
    const admitted = at.front.admit(at.request('GET', '/ws', 'good'), socket);
    await turns();
    change(at);
    resolve();
    await turns();
    return { at, statuses: [stream.status, posted.status, socket.status], admitted: await admitted };
  };

  it('let nobody in who may not call any more', async () => {
    const { at, statuses, admitted } = await late(({ change }) => change({ apiKeys: ['another'] }));
    expect([statuses, admitted, at.gateway.sessions]).toEqual([[401, 401, 401], undefined, 0]);
  });

  it('lead nowhere that is closed by now', async () => {
    const { at, statuses, admitted } = await late(({ change }) =>
      change({ oauth: OAUTH, policy: { servers: { deny: ['srv'] } } }),
    );
    expect([statuses, admitted, at.gateway.sessions]).toEqual([[404, 404, 404], undefined, 0]);
  });

  it('let in who may call still', async () => {
    const { statuses, admitted } = await late(({ change }) => change({ oauth: OAUTH, callsPerMinute: 9 }));
    expect([statuses, admitted?.principal]).toEqual([[200, 200, 0], expect.stringMatching(/^ann@/)]);
  });
});

describe('[LOOPHOLE-NETWORK] addresses of one IPv6 network', () => {
  it('hold together what one address may', async () => {
    const at = front({ settings: { perAddress: { sessions: 2 } }, trustedProxies: ['127.0.0.1'] });
    const status = async (address: string) =>
      (await at.ask('GET', '/sse', { headers: { 'x-forwarded-for': address } })).status;
    const all = ['2001:db8:1:1::1', '2001:db8:1:1::2', '2001:db8:1:1:f::3', '2001:db8:1:2::1'];
    const found: (number | undefined)[] = [];
    for (const address of all) found.push(await status(address));
    expect(found).toEqual([200, 200, 429, 200]);
  });
});

describe('a token that runs out', () => {
  it('[LOOPHOLE-TICKET] takes its tickets with it', async () => {
    const at = tokenFront();
    at.issuer.exp = Math.floor(Date.now() / 1_000) + 10;
    const given = await Promise.all([1, 2].map(() => at.ask('POST', '/tickets', 'good')));
    const [first, second] = given.map(({ body }) => (JSON.parse(body ?? '') as { ticket: string }).ticket);
    expect((await at.ask('GET', `/sse?ticket=${first}`)).status).toBe(200);
    at.runtime.advance(11_000);
    expect((await at.ask('GET', `/sse?ticket=${second}`)).status).toBe(401);
  });

  it('[LOOPHOLE-BODY] runs nothing whose body came later', async () => {
    const at = tokenFront();
    at.issuer.exp = Math.floor(Date.now() / 1_000) + 10;
    const [early, late] = [held(), held()];
    const replies = [early, late].map((body) => at.begin('POST', '/mcp', 'good', { held: body }));
    await turns();
    early.arrive(toolCall(1));
    await turns();
    at.runtime.advance(11_000);
    late.arrive(toolCall(2));
    await turns();
    expect(replies.map(({ status }) => status)).toEqual([200, 401]);
  });
});

describe('[LOOPHOLE-LIMITS] other limits of a key', () => {
  it('hold on a WebSocket that is open', async () => {
    const key = (calls: string) => ({ apiKeys: [{ name: 'ann', key: 'slc_ann', limits: { calls } }] });
    const at = front(key('100/min'));
    const { request } = at.begin('GET', '/ws', { headers: { 'x-api-key': 'slc_ann' } });
    const visit = await at.front.admit(request, new FakeResponder());
    at.change(key('7/min'));
    expect(visit && at.front.renewed(visit).caller.limits).toEqual({ calls: '7/min' });
  });
});

describe('[LOOPHOLE-REFRESH] while somebody guesses from the same address', () => {
  const peer = '203.0.113.9';
  const status = async (at: ReturnType<typeof tokenFront>, token: string, from = peer) => {
    const reply = at.begin('POST', '/mcp', token, { ...call(), peer: from });
    await expect.poll(() => reply.answers).toBe(1);
    return reply.status;
  };

  it('who was let in before goes on with a new token, and nobody else does', async () => {
    const at = tokenFront({ rates: { failures: 3 } });
    const signed = await signer();
    at.issuer.keys.push(signed.jwk);
    expect(await status(at, await signed.token('ann'))).toBe(200);
    for (let n = 0; n < 5; n++) await status(at, `bad${n}`);
    const asked = at.issuer.asked;
    const next = await Promise.all(['ann', 'ben', 'ann'].map((sub) => signed.token(sub)));
    const forged = `${next[2]?.slice(0, -8)}AAAAAAAA`;
    const found: (number | undefined)[] = [];
    for (const token of [...next.slice(0, 2), forged, 'good']) found.push(await status(at, token));
    expect(found).toEqual([200, 429, 429, 429]);
    expect(at.issuer.asked).toBe(asked);
    expect(await status(at, await signed.token('ben'), '203.0.113.10')).toBe(200);
  });
});

describe('[LOOPHOLE-LOOK-ALIKE] a call with a second name in other letters', () => {
  const text = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${params}}}`;
  const ways = {
    'of a tool that its entry hides': { offer: { tools: { hide: ['pay'] } } },
    'of a tool that its entry counts': { toolLimits: { pay: '1/min' } },
  };

  it.each(Object.entries(ways))('%s reaches no server', async (_, entry) => {
    const driver = new FakeDriver();
    driver.answersCalls = true;
    const at = front({ servers: { srv: { driver, ...entry } } });
    const sent = async (params: string) => {
      const body = {
        body: Promise.resolve(bytesOf(text(params))),
        arrive: () => undefined,
        fail: () => undefined,
      };
      const { responder } = at.begin('POST', '/mcp', { held: body });
      await turns();
      at.runtime.advance(100);
      await turns();
      return responder.body ?? responder.connection?.text ?? '';
    };
    expect(await sent('"name":"free","arguments":{}')).toContain('"result"');
    expect(await sent('"name":"free","Name":"pay","arguments":{}')).toContain('-32602');
    const calls = driver.links
      .flatMap(({ sent: all }) => all)
      .filter(({ method }) => method === 'tools/call');
    expect(calls.length).toBe(1);
  });
});
