/** What `sluice stdio` can stand in front of, and what it says of what it cannot. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAareStandIn } from '../fixtures/aare/api.ts';
import { FIXTURES, type NetworkServer, startNetworkServer } from '../support/network.ts';
import {
  answerTo,
  ECHO,
  FIXTURE,
  folder,
  initialize,
  request,
  startFace,
  stopFaces,
} from '../support/stdio-face.ts';

const place = folder();
const remote: Record<'http' | 'sse' | 'ws', NetworkServer> = {} as never;
let aare: Awaited<ReturnType<typeof startAareStandIn>>;

const FACTORY = `
import { McpServer } from ${JSON.stringify(import.meta.resolve('@modelcontextprotocol/server'))};
export default (): McpServer => {
  const server = new McpServer({ name: 'made', version: '1.0.0' });
  server.registerTool('echo', { description: 'Here.' }, () => ({ content: [] }));
  return server;
};`;

beforeAll(async () => {
  [remote.http, remote.sse, remote.ws, aare] = await Promise.all([
    startNetworkServer(FIXTURES.streamable20251125),
    startNetworkServer(FIXTURES.sse),
    startNetworkServer(FIXTURES.websocket),
    startAareStandIn(),
  ]);
  const mcpServers = {
    one: { command: process.execPath, args: [ECHO] },
    two: { command: process.execPath, args: [FIXTURE] },
    aare: { builtin: 'aare', options: { baseUrl: aare.url } },
    off: { command: 'none', disabled: true },
  };
  writeFileSync(place.path('sluice.json'), JSON.stringify({ mcpServers }));
  const projects = { acme: { mcpServers: { files: mcpServers.one } } };
  writeFileSync(place.path('projects.json'), JSON.stringify({ projects }));
  writeFileSync(place.path('broken.json'), '{ "mcpServers": { "a": {} } }');
  writeFileSync(
    place.path('absent.json'),
    JSON.stringify({ mcpServers: { a: { command: 'no-such-program' } } }),
  );
  writeFileSync(place.path('factory.ts'), FACTORY);
  writeFileSync(place.path('throws.mjs'), 'throw new Error("not today");\nexport default () => 1;');
  writeFileSync(place.path('nothing.mjs'), 'export default 5;');
  writeFileSync(place.path('object.mjs'), 'export default { connect: async () => {} };');
});
afterAll(async () => {
  stopFaces();
  await Promise.all([...Object.values(remote).map((server) => server.stop()), aare.close()]);
  place.remove();
});

const path = (name: string) => place.path(name);
/** A tool on the first page of the fixture server. */
const FIRST = 'json_schema_2020_12_tool';
const config = ['--config', 'sluice.json'];

const TARGETS: readonly (readonly [what: string, args: () => readonly string[], tool: string])[] = [
  ['a URL over Streamable HTTP', () => [remote.http.url], FIRST],
  ['a URL over HTTP+SSE', () => [remote.sse.url], FIRST],
  ['a URL over WebSocket', () => [remote.ws.url], FIRST],
  ['a URL whose type is named', () => [remote.http.url, '--type', 'http', '--header', 'X-A: b'], FIRST],
  ['a command', () => ['--env', 'A=b', '--', process.execPath, ECHO], 'echo'],
  ['a program as a file', () => [ECHO], 'echo'],
  ['a module', () => ['./factory.ts'], 'echo'],
  ['one server of a configuration', () => [...config, 'one'], 'echo'],
  ['one server of the configuration of the folder', () => ['one'], 'echo'],
  ['a built-in server', () => [...config, 'aare'], 'get_current_temperature'],
  ['a server of a project', () => ['--config', path('projects.json'), 'acme/files'], 'echo'],
  ['a whole configuration', () => config, 'get_current_temperature'],
  ['a whole configuration as a file', () => ['sluice.json'], 'get_current_temperature'],
];

describe('targets', () => {
  it.each(TARGETS)('[STDFACE-TARGETS] %s', async (_what, args, tool) => {
    const face = startFace(args(), { cwd: path('.') });
    face.say(initialize(1));
    await face.heard(answerTo(1));
    face.say(request(2, 'tools/list'));
    const { result } = await face.heard(answerTo(2));
    const tools = (result?.['tools'] ?? []) as { name: string }[];
    expect(tools.map(({ name }) => name)).toContain(tool);
    const { code, err } = await face.end();
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it.each([
    [['ftp://example.com/mcp'], /is no address/],
    [['http://user:secret@127.0.0.1/mcp'], /holds no user and password/],
    [['http://127.0.0.1:1/mcp', '--type', 'smtp'], /--type must be http, sse or ws/],
    [['http://127.0.0.1:1/mcp', '--type', 'ws'], /begin with ws/],
    [['http://127.0.0.1:1/mcp', '--header', 'no colon'], /Name: value/],
    [['http://127.0.0.1:1/mcp', '--header', 'Mcp-Session-Id: a'], /set by the gateway itself/],
    [['http://127.0.0.1:1/mcp', '--config', 'sluice.json'], /not both/],
    [['one', '--header', 'A: b'], /are for a server behind a URL/],
    [['one', '--env', 'A=b'], /--env is for a command/],
    [['one', 'two'], /write -- before a command/],
    [['--'], /A command is missing/],
    [['one', '--', 'node'], /not both/],
    [['--', 'no-such-program'], /"no-such-program" of server "default" was not found/],
    [['./absent.ts'], /no file \.\/absent\.ts/],
    [['throws.mjs'], /throws\.mjs cannot be loaded: not today/],
    [['nothing.mjs'], /exports no server by default/],
    [['object.mjs'], /each client needs its own/],
    [['tow'], /has no server "tow"; did you mean "two"/],
    [['off'], /is disabled/],
    [['--config', 'projects.json'], /name one of a project, like acme\/files/],
    [['--config', 'broken.json'], /mcpServers\.a needs/],
    [['--config', 'absent.json'], /"no-such-program" of server "a" was not found/],
    [['--config', 'missing.json'], /missing\.json does not exist/],
    [['--log-level', 'loud', 'one'], /log\.level/],
  ])('[STDFACE-WRONG] %j', async (args, words) => {
    const face = startFace(args, { cwd: path('.') });
    const { code, out, err } = await face.end();
    expect(err).toMatch(words);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).not.toContain('secret');
  });
});
