import { describe, expect, it } from 'vitest';
import { oauthFault } from '../../../src/access/oauth-options.ts';
import { AT, AUD, errorIn, callerIn, ISSUER, json, playOAuth } from './oauth-world.ts';

const URL_ = `${ISSUER}/introspect`;
const introspection = { url: URL_, clientId: 'gate way', clientSecret: 's:e&c' };

async function play(answer: Record<string, unknown>) {
  const world = await playOAuth({ introspection });
  const exp = Math.floor(world.now / 1_000) + 300;
  world.answers.set(URL_, json({ active: true, sub: 'ann', aud: AUD, exp, ...answer }));
  return world;
}

describe('[OAUTH-OPAQUE] an opaque token', () => {
  it('is asked about once for a while, and belongs to whom it is said to', async () => {
    const world = await play({ scope: 'mcp', client_id: 'c', token_type: 'Bearer' });
    const [one, two] = await Promise.all([world.ask('opaque+/=='), world.ask('opaque+/==')]);
    expect(callerIn(one).principal).toBe(`ann@${encodeURIComponent(ISSUER)}`);
    expect(two).toBe(one);
    expect(world.asked).toEqual([URL_]);
    world.now += 10_001;
    await world.ask('opaque+/==');
    expect(world.asked).toHaveLength(2);
  });

  it('[RATE-GUESS] is asked about by nobody while guessing is braked, unless it was good before', async () => {
    const world = await play({});
    const braked = { ...AT, mayLookUp: false };
    callerIn(await world.ask('good'));
    expect(errorIn(await world.ask('guess', braked))).toBe('unavailable');
    expect(world.asked).toHaveLength(1);
    world.now += 10_001;
    callerIn(await world.ask('good', braked));
    expect(world.asked).toHaveLength(2);
  });

  it('is refused where it is not active, or not for here, whatever else is said', async () => {
    for (const lie of [
      { active: false },
      { active: 'true' },
      { active: 1 },
      { aud: undefined },
      { aud: 'https://mcp.example/servers/x/mcp' },
      { aud: ['https://else.example'] },
      { iss: 'https://evil.example' },
      { exp: undefined },
      { exp: 1 },
      { sub: undefined },
      { nbf: 4_000_000_000 },
      { token_type: 'DPoP' },
      { token_type: 'refresh_token' },
      { cnf: { jkt: 'x' } },
    ]) {
      const world = await play(lie);
      expect(errorIn(await world.ask('opaque')), JSON.stringify(lie)).toBe('invalid_token');
    }
  });

  it('is refused for now where nobody can be asked', async () => {
    for (const bad of [json({}, 500), json({}, 401), json([]), () => new Response('no'), undefined]) {
      const world = await play({});
      if (bad) world.answers.set(URL_, bad);
      else world.answers.delete(URL_);
      expect(errorIn(await world.ask('opaque'))).toBe('unavailable');
    }
  });

  it('is told in a form, with who we are in the header', async () => {
    const world = await play({});
    let told = '';
    world.answers.set(URL_, (body) => {
      told = body;
      return Response.json({ active: false });
    });
    await world.ask('a+b/c~');
    expect(Object.fromEntries(new URLSearchParams(told))).toEqual({
      token: 'a+b/c~',
      token_type_hint: 'access_token',
    });
  });

  it('is refused at once where nobody is asked, and so is what looks like a key of ours', async () => {
    const plain = await playOAuth();
    expect(errorIn(await plain.ask('opaque'))).toBe('invalid_token');
    const world = await play({});
    expect(errorIn(await world.ask('slc_mistyped'))).toBe('invalid_token');
    expect([...plain.asked, ...world.asked]).toEqual([]);
  });
});

describe('[OAUTH-UNAVAILABLE] opaque tokens that are asked about at once', () => {
  it('are so many, and one more is refused for now', async () => {
    const world = await playOAuth({ introspection }, { lookups: 2 });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    world.answers.set(URL_, async () => {
      await held;
      return Response.json({ active: false });
    });
    const [a, b, c] = ['a', 'b', 'c'].map((token) => world.ask(token));
    expect(errorIn((await c) as never)).toBe('unavailable');
    expect(world.asked).toHaveLength(2);
    release();
    expect([errorIn((await a) as never), errorIn((await b) as never)]).toEqual([
      'invalid_token',
      'invalid_token',
    ]);
  });
});

describe('[OAUTH-ALGORITHM] the algorithms that are listed', () => {
  it('are the only ones', async () => {
    const world = await playOAuth({ algorithms: ['RS256'] });
    expect(errorIn(await world.ask(await world.token()))).toBe('invalid_token');
    const other = await playOAuth({ algorithms: ['RS256', 'ES256'] });
    expect(errorIn(await other.ask(await other.token()))).toBe('let in');
  });
});

describe('[OAUTH-CONFIG] options', () => {
  it.each([
    [{}, 'must name an `issuer`'],
    [{ issuer: ISSUER, issuers: [ISSUER] }, 'give one of the two'],
    [{ issuer: 'auth.example' }, 'an issuer is an https address'],
    [{ issuer: 'http://auth.example' }, 'an issuer is an https address'],
    [{ issuer: `${ISSUER}?x=1` }, 'an issuer is an https address'],
    [{ issuers: [ISSUER, ISSUER] }, 'names an issuer twice'],
    [{ issuers: [ISSUER, 'https://b.example'], jwksUri: ISSUER }, 'for several issuers'],
    [{ issuer: ISSUER, jwksUri: 'http://auth.example/jwks' }, '`jwksUri` that is no https'],
    [{ issuer: ISSUER, introspection: { ...introspection, url: 'ftp://x' } }, '`introspection.url`'],
    [{ issuer: ISSUER, clockSkewMs: 300_001 }, 'a clock skew of 0 to 5 minutes'],
    [{ issuer: ISSUER, algorithms: ['HS256'] }, 'may take the algorithms RS256'],
    [{ issuer: ISSUER, algorithms: ['none'] }, 'may take the algorithms RS256'],
    [{ issuer: ISSUER, scopes: ['a b'] }, 'which is no scope'],
    [{ issuer: ISSUER, toolScopes: { write: ['w'] } }, 'name server and tool'],
    [{ issuer: ISSUER, toolScopes: { 'a/b': ['"'] } }, 'which is no scope'],
    [{ issuer: ISSUER, policies: { 'a"b': {} } }, 'which is no scope'],
  ])('%j are refused', (options, words) => {
    expect(oauthFault(options as never)).toContain(words);
  });

  it('may name an issuer on this machine without https', () => {
    expect(oauthFault({ issuer: 'http://localhost:9000' })).toBeUndefined();
    expect(oauthFault({ issuer: ISSUER })).toBeUndefined();
  });
});
