import { describe, expect, it } from 'vitest';
import { clientCredentials, createGateway, perPrincipal, stdio, streamable } from '../../../src/node.ts';
import { read, refused } from '../config/reading.ts';

const secrets = { ann: 'A' };
const far = (more: object = {}) => ({ name: 'far', url: 'https://far.example/mcp', ...more });

describe('[CRED-APART] a server with credentials of each caller', () => {
  it('cannot be shared, nor started ahead', () => {
    const credentials = perPrincipal({ name: 'far', secrets });
    const shared = [
      streamable(far({ credentials })),
      stdio({ name: 'far', command: 'node', envPerPrincipal: { T: secrets } }),
    ];
    for (const driver of shared) {
      expect(() => createGateway({ servers: { far: { driver, sharing: 'shared' } } })).toThrow(
        '`sharing` of the server "far" must be "session" or "principal": with credentials of each caller nothing is shared among callers.',
      );
      createGateway({ servers: { far: { driver, sharing: 'principal' } } });
    }
    expect(() => stdio({ name: 'far', command: 'node', warm: 1, envPerPrincipal: { T: secrets } })).toThrow(
      'no process can be started before it is known for whom',
    );
    expect(() =>
      stdio({ name: 'far', command: 'node', env: { T: '1' }, envPerPrincipal: { T: secrets } }),
    ).toThrow('"T" is in both env and envPerPrincipal');
  });

  it('is not given a header twice', () => {
    const credentials = perPrincipal({ name: 'far', secrets });
    const why = 'its credentials set the header `authorization`; leave it out of `headers` and `url`';
    expect(() => streamable(far({ credentials, headers: { Authorization: 'x' } }))).toThrow(why);
    expect(() => streamable({ ...far({ credentials }), url: 'https://me:pw@far.example/' })).toThrow(why);
  });

  it.each([
    [
      '"command": "node", "sharing": "shared", "envPerPrincipal": { "T": { "ann": "A" } }',
      'sharing must be "session" or "principal": with',
    ],
    [
      '"command": "node", "warm": 1, "envPerPrincipal": { "T": { "ann": "A" } }',
      'warm must be 0 with envPerPrincipal',
    ],
    [
      '"command": "node", "env": { "T": "1" }, "envPerPrincipal": { "T": { "ann": "A" } }',
      'envPerPrincipal.T is in env, too',
    ],
    [
      '"url": "https://x/", "sharing": "shared", "auth": { "type": "per_principal", "secrets": {} }',
      'sharing must be "session" or "principal": with',
    ],
    ['"url": "https://x/", "auth": { "type": "per_principal" }', 'auth.secrets is missing'],
    [
      '"url": "https://x/", "auth": { "type": "per_principal", "secrets": "{" }',
      'auth.secrets must be an object with a text for each caller',
    ],
    [
      '"url": "https://x/", "auth": { "type": "per_principal", "secrets": {}, "issuer": "https://x" }',
      'auth.issuer has no meaning',
    ],
    [
      '"url": "https://x/", "headers": { "AUTHORIZATION": "x" }, "auth": { "type": "per_principal", "secrets": {} }',
      'auth.type sets the header "authorization"; remove it from headers and url',
    ],
    [
      '"url": "https://u:p@x/", "auth": { "type": "per_principal", "secrets": {} }',
      'auth.type sets the header "authorization"',
    ],
    [
      '"url": "https://x/", "auth": { "type": "per_principal", "secrets": {}, "header": "Mcp-Session-Id" }',
      'auth.header is set by the gateway itself',
    ],
    [
      '"url": "https://x/", "auth": { "type": "client_credentials", "clientId": "a", "clientSecret": "b" }',
      'auth.tokenUrl or issuer must say',
    ],
    [
      '"url": "https://x/", "auth": { "type": "client_credentials", "tokenUrl": "https://u:p@y", "clientId": "a", "clientSecret": "b" }',
      'auth.tokenUrl must be an address',
    ],
    [
      '"url": "https://x/", "auth": { "type": "client_credentials", "tokenUrl": "https://y", "clientId": "a" }',
      'auth.clientSecret is missing',
    ],
    [
      '"url": "https://x/", "auth": { "type": "client_credentials", "tokenUrl": "https://y", "clientId": "a", "clientSecret": "b", "audience": "c" }',
      'auth.audience has no meaning',
    ],
    [
      '"url": "https://x/", "sharing": "shared", "auth": { "type": "token_exchange", "tokenUrl": "https://y", "clientId": "a", "clientSecret": "b" }',
      'sharing must be "session" or "principal"',
    ],
  ])('{ %s }', (entry, message) => {
    const [problem, ...more] = refused(`{ "mcpServers": { "far": { ${entry} } } }`);
    expect(problem).toContain(`mcpServers.far.${message}`);
    expect(more).toEqual([]);
  });

  it('[CRED-NAMED] cannot be had by a key that is named like one of a project', () => {
    const servers = { far: { url: 'https://x/', auth: { type: 'per_principal', secrets: {} } } };
    const file = (name: string, mcpServers: object) =>
      JSON.stringify({
        apiKeys: [{ name, key: 'slc_one' }],
        mcpServers,
        projects: { acme: { servers: ['far'], apiKeys: [{ name: 'ann', key: 'slc_two' }] } },
      });
    expect(refused(file('acme/ann', servers))).toEqual([
      expect.stringContaining('apiKeys[0] is named like a key of a project'),
    ]);
    for (const text of [file('acme-ann', servers), file('acme/ann', { far: { url: 'https://x/' } })])
      expect(read(text).servers).toHaveLength(1);
  });

  it('tells a sentence to whom types do not warn', () => {
    const options = { name: 'far', clientId: 'a', clientSecret: 'b' };
    expect(() => clientCredentials(options)).toThrow('need a `tokenUrl` or an `issuer`');
    expect(() => clientCredentials({ ...options, tokenUrl: 'nonsense' })).toThrow('need an address');
    expect(() => perPrincipal({ name: '', secrets })).toThrow('need the `name`');
  });
});
