import { describe, expect, it } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { optionsOf } from '../../../src/config/oauth.ts';
import { configured } from '../../support/configured.ts';

const file = { mcpServers: { a: { command: 'true' } } };
const issuer = 'https://auth.example';

describe('[OAUTH-CONFIG] tokens in the configuration', () => {
  it('need five lines, and come with what is good for most', () => {
    const { oauth } = configured({ ...file, oauth: { issuer, scopes: ['mcp'] } });
    expect(oauth && optionsOf(oauth)).toMatchObject({ issuer, scopes: ['mcp'], clockSkewMs: 30_000 });
    expect(configured(file).oauth).toBeUndefined();
  });

  it('may come from the environment alone', () => {
    const env = {
      OAUTH_ISSUER: issuer,
      OAUTH_SCOPES: 'mcp tools',
      OAUTH_AUDIENCE: 'api://a,api://b',
      OAUTH_INTROSPECTION_URL: `${issuer}/introspect`,
      OAUTH_CLIENT_ID: 'gateway',
      OAUTH_CLIENT_SECRET: 'planted-secret',
    };
    const config = configured(file, env);
    expect(config.oauth).toMatchObject({
      issuer,
      scopes: ['mcp', 'tools'],
      audience: ['api://a', 'api://b'],
      introspection: { url: `${issuer}/introspect`, clientId: 'gateway', cache: 10_000 },
    });
    expect(config.secrets).toContain('planted-secret');
    const shown = JSON.stringify(describeConfig(config));
    expect(shown).not.toContain('planted-secret');
    expect(shown).toContain('OAUTH_ISSUER');
  });

  it('count before those of the file', () => {
    const both = configured(
      { ...file, oauth: { issuers: [issuer, 'https://b.example'] } },
      { OAUTH_ISSUER: issuer },
    );
    expect(both.oauth).toMatchObject({ issuer });
    expect(both.oauth?.issuers).toBeUndefined();
  });

  it.each([
    [{ oauth: {} }, 'oauth must name an `issuer`'],
    [{ oauth: { issuer: 'http://auth.example' } }, 'an issuer is an https address'],
    [{ oauth: { issuer, clockSkew: '6m' } }, 'a clock skew of 0 to 5 minutes'],
    [{ oauth: { issuer, algorithms: ['HS256'] } }, 'oauth.algorithms'],
    [{ oauth: { issuer }, allowedHosts: ['*'] }, 'oauth needs publicUrl'],
  ])('%j are refused', (settings, words) => {
    expect(() => configured({ ...file, ...settings })).toThrow(words);
  });

  it('[OPERATOR-NAMED] need a name of the gateway where others can reach it', () => {
    const wide = { ...file, host: '0.0.0.0', oauth: { issuer } };
    expect(() => configured(wide)).toThrow('sluice.json');
    expect(() => configured(wide)).toThrow('oauth needs publicUrl, or allowedHosts with names');
    expect(() => configured({ ...wide, host: '192.0.2.1' }, { OAUTH_AUDIENCE: 'mcp' })).toThrow('publicUrl');
    expect(() => configured({ ...file, host: '0.0.0.0' }, { OAUTH_ISSUER: issuer })).toThrow('publicUrl');
    const named = [{ publicUrl: 'https://mcp.example' }, { allowedHosts: ['mcp.example'] }, { host: '::1' }];
    for (const name of named) expect(configured({ ...wide, ...name }).oauth).toBeDefined();
  });

  it('stand in for keys where the gateway can be reached from elsewhere', async () => {
    const { exposureFault } = await import('../../../src/config/exposure.ts');
    const wide = { ...file, host: '0.0.0.0', publicUrl: 'https://mcp.example' };
    expect(exposureFault(configured({ ...wide, oauth: { issuer } }))).toBeUndefined();
    expect(exposureFault(configured(wide))).toContain('so a key is needed');
  });
});
