/** What a library user without types may hand in by mistake. */
import { expect, it } from 'vitest';
import { createGateway, type GatewayOptions, inprocess, stdio } from '../../../src/node.ts';
import { createGateway as createWebGateway } from '../../../src/index.ts';

const hello = inprocess({ name: 'hello', handler: {} });
const EXAMPLE = 'like createGateway({ servers: { hello: inprocess(…) } }).';

it.each<[string, unknown, string]>([
  ['no options', undefined, `createGateway() needs options, ${EXAMPLE}`],
  ['no servers', {}, `\`servers\` must be an object with the servers by name, ${EXAMPLE}`],
  [
    'a list of servers',
    { servers: [hello] },
    `\`servers\` must be an object with the servers by name, ${EXAMPLE}`,
  ],
  [
    'a plain object with a command',
    { servers: { a: { command: 'npx' } } },
    'The server "a" is no driver but a plain object: hand its entry to stdio() of "sluice/node", with a `name`.',
  ],
  [
    'nothing as a server',
    { servers: { a: undefined } },
    'The server "a" is no driver: give what stdio() or inprocess() returned.',
  ],
  [
    'a setup without a driver',
    { servers: { a: { driver: {}, sharing: 'shared' } } },
    'The server "a" is no driver: give what stdio() or inprocess() returned as its `driver`.',
  ],
  [
    'a name that does not fit',
    { servers: { 'a/b': hello } },
    'The server name "a/b" cannot be part of a path: take 1 to 64 characters without slashes and control characters, like "files".',
  ],
  [
    'an unknown dialect',
    { servers: { a: hello }, dialect: 'sse' },
    '`dialect` is "sse"; there are superset, http-sse, clg, rails, rare4n, aareguru-json, orch-data: name one of them, or leave it out.',
  ],
  [
    'an unknown era of a server',
    { servers: { a: { driver: hello, era: 'new' } } },
    '`era` of the server "a" is "new": give "auto", "legacy" or "modern".',
  ],
  [
    'an unknown dialect of a server',
    { servers: { a: { driver: hello, dialect: 7 } } },
    '`dialect` of the server "a" is 7; there are superset, http-sse, clg, rails, rare4n, aareguru-json, orch-data: name one of them, or leave it out.',
  ],
  [
    'a public origin with a path',
    { servers: { a: hello }, publicOrigin: 'https://a.example/mcp' },
    '`publicOrigin` is "https://a.example/mcp", which is no origin: write it like "https://mcp.example.com".',
  ],
  [
    'an unknown default',
    { servers: { a: hello }, default: 'b' },
    '`default` names "b", which is not among the servers (a); name one that is, or leave it out.',
  ],
  [
    'a default of the prototype',
    { servers: {}, default: 'constructor' },
    '`default` names "constructor", which is not among the servers (none); name one that is, or leave it out.',
  ],
  [
    'no header to pass on',
    { servers: { a: { driver: hello, forwardHeaders: ['a b'] } } },
    '`forwardHeaders` of the server "a" must be a list of names of headers, like ["x-tenant"].',
  ],
  [
    'headers of a caller on a shared link',
    { servers: { a: { driver: hello, forwardHeaders: ['x-tenant'], sharing: 'shared' } } },
    '`sharing` of the server "a" must be "session" with `forwardHeaders`: what one caller sent must not speak for another.',
  ],
  [
    'a list of projects',
    { servers: {}, projects: [] },
    '`projects` must be an object with the projects by name, like { acme: { servers: { … } } }.',
  ],
  [
    'a name of a project that does not fit',
    { servers: {}, projects: { 'a/b': {} } },
    'The project name "a/b" cannot be part of a path: take 1 to 64 characters without slashes and control characters, like "acme".',
  ],
  [
    'a server of a project that is none',
    { servers: {}, projects: { acme: { servers: { a: 1 } } } },
    'The server "a" is no driver: give what stdio() or inprocess() returned.',
  ],
  [
    'a shared server that is none',
    { servers: { a: hello }, projects: { acme: { shared: ['b'] } } },
    '`shared` of the project "acme" names "b", which is no server of the gateway.',
  ],
  [
    'a shared server of a name the project has',
    { servers: { a: hello }, projects: { acme: { servers: { a: hello }, shared: ['a'] } } },
    '`shared` of the project "acme" names "a", which it has already.',
  ],
  [
    'a project that nobody may enter',
    { servers: {}, projects: { acme: { apiKeys: [] } } },
    '`apiKeys` of the project "acme" must hold a key; leave it out to take those of the gateway.',
  ],
  [
    'an unknown default of a project',
    { servers: { a: hello }, projects: { acme: { shared: ['a'], default: 'b' } } },
    '`default` of the project "acme" names "b", which is not among the servers (a); name one that is, or leave it out.',
  ],
])('[LIBRARY-OPTIONS] %s is told in one sentence', (_what, options, message) => {
  for (const create of [createGateway, createWebGateway]) {
    expect(() => create(options as GatewayOptions)).toThrow(new TypeError(message));
  }
});

it('[PROJECT-KEYS] a key that opens two projects is refused', () => {
  const projects = { a: { apiKeys: ['k'] }, b: { apiKeys: [{ name: 'x', key: 'k' }] } };
  expect(() => createGateway({ servers: {}, projects })).toThrow('opens two projects');
  expect(() => createGateway({ servers: {}, apiKeys: ['k'], projects: { a: projects.a } })).toThrow(
    'opens two projects, or one and the gateway',
  );
});

const STDIO = 'like stdio({ name: "files", command: "npx", args: ["-y", "some-server"] }).';

it.each<[unknown, string]>([
  [undefined, `stdio() needs the \`name\` of the server, ${STDIO}`],
  [{}, `stdio() needs the \`name\` of the server, ${STDIO}`],
  [{ name: 'a', command: '' }, `stdio() needs the \`command\` to run for the server "a", ${STDIO}`],
  [
    { name: 'a', command: 'x', args: '-y' },
    `The \`args\` of the server "a" must be a list of texts, ${STDIO}`,
  ],
  [
    { name: 'a', command: 'x', env: { PORT: 1 } },
    'The `env` of the server "a" must be an object whose values are texts.',
  ],
])('[LIBRARY-OPTIONS] stdio(%j) is told in one sentence', (options, message) => {
  expect(() => stdio(options as Parameters<typeof stdio>[0])).toThrow(new TypeError(message));
});

it('takes drivers alone or in a setup, and one of them as the default', async () => {
  const gateway = createGateway({ servers: { a: hello, b: { driver: hello } }, default: 'b' });
  await gateway.close();
});

it.each(['', '.', '..', 'a/b', 'a\\b', 'a\nb', '\ud800', 'x'.repeat(65)])(
  '[LIBRARY-OPTIONS] the name %j is refused',
  (name) => {
    expect(() => createGateway({ servers: { [name]: hello } })).toThrow('cannot be part of a path');
  },
);

it.each(['a', 'a b', '...', 'größe', '100%', 'x'.repeat(64)])('the name %j is taken', async (name) => {
  await createGateway({ servers: { [name]: hello } }).close();
});

it('[OPERATOR-NAMED] tokens need a name of the gateway where any host may be called', () => {
  const oauth = { issuer: 'https://auth.example.com' };
  const taking = (more: Partial<GatewayOptions>) => () =>
    createGateway({ servers: { hello }, oauth, ...more });
  for (const more of [{ isLoopback: false }, { allowedHosts: ['*'] }])
    expect(taking(more)).toThrow('`oauth` needs `publicOrigin` or `allowedHosts`');
  for (const name of [{ publicOrigin: 'https://mcp.example.com' }, { allowedHosts: ['mcp.example.com'] }])
    expect(taking({ isLoopback: false, ...name })).not.toThrow();
});

it.each([
  [{ healthIntervalMs: '30s' }, '`healthIntervalMs` of the server "a" must be milliseconds, 0 or more.'],
  [{ idleMs: -1 }, '`idleMs` of the server "a" must be milliseconds, 0 or more.'],
  [
    { healthTimeoutMs: 0 },
    '`healthTimeoutMs` of the server "a" must be more than 0: nobody answers at once.',
  ],
])('[LIBRARY-OPTIONS] supervision as %j is told in one sentence', (setup, message) => {
  const servers = { a: { driver: hello, ...setup } } as unknown as GatewayOptions['servers'];
  expect(() => createGateway({ servers })).toThrow(new TypeError(message));
});
