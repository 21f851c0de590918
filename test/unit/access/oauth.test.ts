import { describe, expect, it } from 'vitest';
import { AT, AUD, callerIn, errorIn, head, ISSUER, json, playOAuth } from './oauth-world.ts';

const METADATA = `${ISSUER}/.well-known/oauth-authorization-server`;

describe('[OAUTH-KID] keys of an issuer', () => {
  it('are asked for once for all who wait', async () => {
    const world = await playOAuth();
    const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((sub) => world.token({ sub })));
    const proofs = await Promise.all(tokens.map((token) => world.ask(token)));
    expect(proofs.map(errorIn)).toEqual(['let in', 'let in', 'let in', 'let in']);
    expect(world.asked).toEqual([METADATA, `${ISSUER}/jwks`]);
  });

  it('are asked for again when a token names an unknown one, but not sooner than the cool-down', async () => {
    const world = await playOAuth();
    await world.ask(await world.token());
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, n) => world.token({}, `../../etc/passwd?${n}`)),
    );
    for (const token of flood) expect(errorIn(await world.ask(token))).toBe('invalid_token');
    expect(world.asked).toHaveLength(2);
    world.now += 31_000;
    const late = await Promise.all(flood.map(async (_, n) => world.ask(await world.token({}, `late${n}`))));
    expect(new Set(late.map(errorIn))).toEqual(new Set(['invalid_token']));
    expect(world.asked).toEqual([METADATA, `${ISSUER}/jwks`, `${ISSUER}/jwks`]);
  });

  it('are used on for a while when no new ones can be had, and not for ever', async () => {
    const world = await playOAuth();
    await world.ask(await world.token());
    world.answers.clear();
    world.now += 20 * 60_000;
    expect(errorIn(await world.ask(await world.token()))).toBe('let in');
    world.now += 60 * 60_000;
    expect(errorIn(await world.ask(await world.token()))).toBe('unavailable');
  });

  it('are no secrets: a set with one proves nothing', async () => {
    const world = await playOAuth();
    world.answers.set(`${ISSUER}/jwks`, json({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1', alg: 'HS256' }] }));
    expect(errorIn(await world.ask(await world.token()))).toBe('invalid_token');
  });
});

describe('[OAUTH-DISCOVERY] the metadata of an issuer', () => {
  it('is not believed in the name of another, or with keys in a place that is not safe', async () => {
    for (const bad of [
      { issuer: 'https://evil.example', jwks_uri: `${ISSUER}/jwks` },
      { issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/jwks` },
      { jwks_uri: `${ISSUER}/jwks` },
      { issuer: ISSUER },
      { issuer: ISSUER, jwks_uri: 'http://auth.example/jwks' },
      { issuer: ISSUER, jwks_uri: 'http://127.0.0.1/jwks' },
      { issuer: ISSUER, jwks_uri: 'file:///etc/passwd' },
      { issuer: ISSUER, jwks_uri: 'https://user:password@auth.example/jwks' },
    ]) {
      const world = await playOAuth();
      world.answers.set(METADATA, json(bad));
      expect(errorIn(await world.ask(await world.token())), JSON.stringify(bad)).toBe('unavailable');
      expect(world.asked).not.toContain(bad.jwks_uri);
    }
  });

  it('is looked for where OAuth and OpenID Connect have it, with a path, too', async () => {
    const id = `${ISSUER}/tenant`;
    const world = await playOAuth({ issuer: id });
    world.answers.set(
      `${id}/.well-known/openid-configuration`,
      json({ issuer: id, jwks_uri: `${ISSUER}/jwks` }),
    );
    expect(errorIn(await world.ask(await world.token({ iss: id })))).toBe('let in');
    expect(world.asked).toEqual([
      `${METADATA}/tenant`,
      `${ISSUER}/.well-known/openid-configuration/tenant`,
      `${id}/.well-known/openid-configuration`,
      `${ISSUER}/jwks`,
    ]);
  });

  it('is not needed where the keys are named', async () => {
    const world = await playOAuth({ jwksUri: `${ISSUER}/jwks` });
    expect(errorIn(await world.ask(await world.token()))).toBe('let in');
    expect(world.asked).toEqual([`${ISSUER}/jwks`]);
  });
});

describe('[OAUTH-UNAVAILABLE] while an issuer cannot be asked', () => {
  it('no token is good, none is called bad, and it is not asked for each', async () => {
    const world = await playOAuth();
    world.answers.clear();
    for (let n = 0; n < 20; n++)
      expect(errorIn(await world.ask(await world.token({ sub: String(n) })))).toBe('unavailable');
    expect(world.asked).toHaveLength(2);
    expect(world.door.challenge(head(), AT, { isRefused: true, error: 'unavailable' })).not.toContain(
      'error',
    );
  });

  it('whoever answers anything but a set of keys has none', async () => {
    for (const bad of [
      json([]),
      json({}),
      json({ keys: {} }),
      json({ keys: [] }, 500),
      () => new Response('<html>'),
    ]) {
      const world = await playOAuth();
      world.answers.set(`${ISSUER}/jwks`, bad);
      expect(errorIn(await world.ask(await world.token()))).toBe('unavailable');
    }
  });

  it('so many tokens are looked at at once, and one more is refused for now', async () => {
    const world = await playOAuth({}, { lookups: 2 });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const keys = world.answers.get(`${ISSUER}/jwks`) ?? json({});
    world.answers.set(`${ISSUER}/jwks`, async (body) => {
      await held;
      return keys(body);
    });
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => world.token({ sub })));
    const [a, b, c] = tokens.map((token) => world.ask(token));
    expect(errorIn((await c) as never)).toBe('unavailable');
    release();
    expect([errorIn((await a) as never), errorIn((await b) as never)]).toEqual(['let in', 'let in']);
  });
});

describe('[OAUTH-CACHE] a token that was proven', () => {
  it('is known at once, until it ends', async () => {
    const world = await playOAuth();
    const token = await world.token();
    const caller = callerIn(await world.ask(token));
    expect(world.door.authenticate(head(`Bearer ${token}`), AT)).toBe(caller);
    expect(caller.until).toBe(world.now + 300_000);
    world.now += 299_999;
    expect(errorIn(await world.ask(token))).toBe('let in');
    world.now += 1;
    expect(errorIn(await world.ask(token))).toBe('invalid_token');
  });

  it('is proven anew after a while, so that a key that was taken out proves nothing for long', async () => {
    const world = await playOAuth();
    const token = await world.token({ exp: Math.floor(world.now / 1_000) + 86_400 });
    expect(errorIn(await world.ask(token))).toBe('let in');
    world.answers.set(`${ISSUER}/jwks`, json({ keys: [] }));
    world.now += 600_001;
    expect(errorIn(await world.ask(token))).toBe('invalid_token');
  });

  it('is one of so many, and no stranger pushes it out', async () => {
    const world = await playOAuth({}, { tokens: 4, refusals: 2 });
    const tokens = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((sub) => world.token({ sub })));
    for (const token of tokens.slice(0, 4)) await world.ask(token);
    for (let n = 0; n < 10; n++) await world.ask(await world.token({ aud: 'x', n }, 'unknown'));
    const isKnown = (token: string) =>
      !(world.door.authenticate(head(`Bearer ${token}`), AT) instanceof Promise);
    expect(isKnown(tokens[0] ?? '')).toBe(true);
    await world.ask(tokens[4] ?? '');
    expect(tokens.map(isKnown)).toEqual([true, false, true, true, true]);
  });
});

describe('[OAUTH-PRINCIPAL] who calls', () => {
  it('is issuer and subject, and no two pairs are the same', async () => {
    const world = await playOAuth({ issuers: [ISSUER, `${ISSUER}/@x`] } as never);
    const principal = async (sub: string) => callerIn(await world.ask(await world.token({ sub }))).principal;
    const subjects = [
      'ann',
      'ann@',
      '@ann',
      'ann/..',
      `ann@${ISSUER}`,
      'ann%40',
      'ann#0123456789ab',
      'acme/ann',
      '\u00e4',
    ];
    const found = await Promise.all(subjects.map(principal));
    expect(new Set(found).size).toBe(subjects.length);
    for (const each of found) {
      expect(each).toMatch(/^[^/#@]+@[^/#@]+$/);
      expect(world.door.recall(each)).toBe('varies');
    }
    expect(world.door.recall(`ann@${encodeURIComponent('https://gone.example')}`)).toBeUndefined();
  });

  it('must be told, in bounds, by the claim that was chosen', async () => {
    const world = await playOAuth();
    for (const sub of [undefined, '', 7, null, 'x'.repeat(256), '\ud800'])
      expect(errorIn(await world.ask(await world.token({ sub })))).toBe('invalid_token');
    const chosen = await playOAuth({ principalClaim: 'oid' });
    expect(callerIn(await chosen.ask(await chosen.token({ oid: 'o1' }))).principal).toMatch(/^o1@/);
    expect(errorIn(await chosen.ask(await chosen.token()))).toBe('invalid_token');
  });
});

describe('[OAUTH-SUBJECT] what may be exchanged', () => {
  it('is the latest token of the caller, whichever it was opened with', async () => {
    const world = await playOAuth();
    const [first, second] = [await world.token(), await world.token({ jti: '2' })];
    const { subject } = callerIn(await world.ask(first));
    expect(subject?.token).toBe(first);
    expect(callerIn(await world.ask(second)).subject).toBe(subject);
    expect(subject?.token).toBe(second);
  });

  it('is never that of another caller, another client, or another endpoint', async () => {
    const world = await playOAuth({}, { subjects: 100 });
    const differing = [
      {},
      { sub: 'ben' },
      { client_id: 'a' },
      { client_id: 'b' },
      { aud: 'https://mcp.example/sse' },
    ];
    const subjects = await Promise.all(
      differing.map(async (claims) => callerIn(await world.ask(await world.token(claims))).subject),
    );
    expect(new Set(subjects).size).toBe(differing.length);
  });

  it('is not that of a token that was refused', async () => {
    const world = await playOAuth({ scopes: ['mcp'] });
    const good = await world.token({ scope: 'mcp' });
    const { subject } = callerIn(await world.ask(good));
    await world.ask(await world.token());
    await world.ask(await world.token({ scope: 'mcp' }), { prefix: '/servers/x', leg: 'mcp' });
    expect(subject?.token).toBe(good);
  });
});

describe('[OAUTH-SCOPE] scopes', () => {
  it('must all be there', async () => {
    const world = await playOAuth({ scopes: ['mcp', 'tools'] });
    expect(errorIn(await world.ask(await world.token({ scope: 'tools x mcp' })))).toBe('let in');
    expect(errorIn(await world.ask(await world.token({ scp: ['mcp', 'tools'] })))).toBe('let in');
    for (const scope of [undefined, '', 'mcp', 'mcp,tools', 'mcptools', 'MCP TOOLS']) {
      const refused = await world.ask(await world.token({ scope }));
      expect(refused).toMatchObject({ error: 'insufficient_scope', scope: 'mcp tools' });
    }
  });

  it('are not spoken of to a token of elsewhere', async () => {
    const world = await playOAuth({ scopes: ['mcp'] });
    expect(errorIn(await world.ask(await world.token({ aud: `${AUD}/x` })))).toBe('invalid_token');
  });

  it('say what their caller may use: the first that is listed', async () => {
    const read = { readOnly: true };
    const world = await playOAuth({ policies: { 'mcp:write': {}, 'mcp:read': read } });
    const policy = async (scope: string) => callerIn(await world.ask(await world.token({ scope }))).policy;
    expect(await policy('mcp:read')).toBe(read);
    expect(await policy('mcp:read mcp:write')).toEqual({});
    expect(await world.ask(await world.token({ scope: 'else' }))).toMatchObject({
      error: 'insufficient_scope',
      scope: 'mcp:read',
    });
  });
});

describe('[DEGRADED-CLOCK-TOKENS] where the clock is set', () => {
  it('back, a token that seemed to have run out is looked at anew as soon as ever', async () => {
    const world = await playOAuth();
    const token = await world.token();
    world.ahead = 86_400_000;
    expect(errorIn(await world.ask(token))).toBe('invalid_token');
    world.ahead = 0;
    world.now += 1_000;
    expect(errorIn(await world.ask(token))).toBe('let in');
  });

  it('back, what an issuer said is believed no longer, and new keys are asked for as soon', async () => {
    const world = await playOAuth();
    await world.ask(await world.token());
    expect(world.asked).toHaveLength(2);
    world.ahead = -86_400_000;
    world.now += 20 * 60_000;
    await world.ask(await world.token());
    expect(world.asked).toHaveLength(3);
  });

  it('forward, a token runs out with it', async () => {
    const world = await playOAuth();
    const token = await world.token();
    expect(errorIn(await world.ask(token))).toBe('let in');
    world.ahead = 301_000;
    expect(errorIn(await world.ask(token))).toBe('invalid_token');
  });
});
