/** What a policy hides is hidden from real clients: in every dialect, over every leg, at every kind of server. */
import { writeFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECT_NAMES } from '../../src/dialects/table.ts';
import { speaking } from '../scenarios/dialects/gateway.ts';
import { ClgClient, RailsClient } from '../support/dialect-clients.ts';
import { fixtureInprocess, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { fixtureStreamable } from '../support/network-servers.ts';
import { hello, request, toolCall } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import {
  answerTo,
  FIXTURE,
  folder,
  initialize,
  request as line,
  startFace,
  stopFaces,
} from '../support/stdio-face.ts';
import { CLIENTS, type MatrixClient } from './clients.ts';
import { Peer } from './peer.ts';

const POLICY = { tools: { allow: ['*/echo', '*/big'] }, prompts: [], checkArguments: true };

let gateway: TestGateway;
const place = folder();

beforeAll(async () => {
  const { driver } = await fixtureInprocess()({ name: 'own', observer: {} });
  gateway = await startTestGateway({
    servers: {
      child: fixtureStdio(),
      far: fixtureStreamable(),
      ...Object.fromEntries(DIALECT_NAMES.map((name) => [name, speaking(name)])),
    },
    projects: { acme: { servers: { own: driver }, shared: ['child', 'far'] } },
    policy: POLICY,
  });
});

afterAll(async () => {
  await gateway.close();
  stopFaces();
  place.remove();
});

const LATEST = CLIENTS.filter(
  ({ name, load }) => 'call' in load && (name === 'sdk 1.32.2' || name === 'client 2.4.0'),
);

async function connect(client: MatrixClient, url: string): Promise<Peer> {
  if (!('call' in client.load)) throw new Error(client.load.na);
  const make = await client.load();
  return Peer.connect((ears) => make(url, ears));
}

/** The servers give a few tools at a time. */
function namesIn(page: object): string[] {
  return (page as { tools: { name: string }[] }).tools.map(({ name }) => name);
}

async function sees(peer: Peer, prefix = ''): Promise<void> {
  const names = (await peer.pages('tools/list')).flatMap(namesIn);
  expect(names.filter((name) => !/(^|__)(echo|big)$/.test(name))).toEqual([]);
  expect(names).toContain(`${prefix}echo`);
  expect(await peer.text(`${prefix}echo`, { text: 'hello' })).toBe('hello');
  await expect(peer.call('whoami', {})).rejects.toThrow('Unknown tool: whoami');
  await expect(peer.call(`${prefix}big`, { bytes: 'many' })).rejects.toThrow('/bytes (type)');
  const prompts = (await peer.pages('prompts/list')).flatMap((page) => page['prompts']);
  expect(prompts).toEqual([]);
  await peer.close();
}

describe('[POLICY-CLIENTS] a caller that may use little', () => {
  const dialects = DIALECT_NAMES.filter((name) => name !== 'clg' && name !== 'rails');
  const [client] = LATEST.filter(({ leg }) => leg === 'sse');

  it.each(dialects)('sees it on streams of %s', async (dialect) => {
    await sees(await connect(client as MatrixClient, gateway.sse(dialect)));
  });

  it.each(LATEST)('sees it with $name over $leg, be the server a child or far away', async (latest) => {
    for (const server of ['child', 'far']) {
      const url = { sse: gateway.sse, streamable: gateway.mcp, websocket: gateway.ws }[latest.leg](server);
      await sees(await connect(latest, url));
    }
  });

  it('sees it among several servers of a project', async () => {
    const [latest] = LATEST.filter(({ leg }) => leg === 'streamable');
    await sees(await connect(latest as MatrixClient, `${gateway.url}/projects/acme/mcp`), 'own__');
    await sees(await connect(latest as MatrixClient, `${gateway.url}/projects/acme/servers/far/mcp`));
  });

  it.each(['child', 'far'])('sees it in the words of 2026-07-28 at %s', async (server) => {
    const modern = new Client(
      { name: 'm', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await modern.connect(new StreamableHTTPClientTransport(new URL(gateway.mcp(server))));
    const { tools } = await modern.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(['big', 'echo']);
    const answer = await modern.callTool({ name: 'echo', arguments: { text: 'hello' } });
    expect(answer.content).toEqual([{ type: 'text', text: 'hello' }]);
    await expect(modern.callTool({ name: 'whoami', arguments: {} })).rejects.toThrow('Unknown tool: whoami');
    await modern.close();
  });

  it.each(['clg', 'rails'] as const)('sees it on streams of %s', async (dialect) => {
    const url = gateway.sse(dialect);
    const custom =
      dialect === 'clg'
        ? await ClgClient.open(url)
        : await RailsClient.open(url, {}, `/servers/rails/mcp/sse/message`);
    await custom.ask(hello('hello', '2024-11-05') as Rpc);
    const listed: string[] = [];
    for (let cursor: unknown, id = 10; id === 10 || cursor !== undefined; id++) {
      const { result } = await custom.ask(request(id, 'tools/list', cursor === undefined ? {} : { cursor }));
      listed.push(...namesIn(result as object));
      cursor = (result as { nextCursor?: unknown }).nextCursor;
    }
    expect(listed.sort()).toEqual(['big', 'echo']);
    const type = dialect === 'clg' ? 'mcp-response' : 'mcp_error';
    for (const [id, name] of ['whoami', 'no_such'].entries()) {
      await custom.say(toolCall(id, name));
      expect((await custom.answer(type, id)).error).toMatchObject({ message: `Unknown tool: ${name}` });
    }
    custom.close();
  });

  it('sees it over stdio, where the policy is that of the gateway', async () => {
    const config = { mcpServers: { one: { command: process.execPath, args: [FIXTURE] } }, policy: POLICY };
    writeFileSync(place.path('policy.json'), JSON.stringify(config));
    const face = startFace(['--config', place.path('policy.json')]);
    face.say(initialize(0));
    await face.heard(answerTo(0));
    face.say(line(1, 'tools/call', { name: 'echo', arguments: { text: 'hello' } }));
    expect((await face.heard(answerTo(1))).result).toMatchObject({ content: [{ text: 'hello' }] });
    face.say(line(2, 'tools/call', { name: 'whoami', arguments: {} }));
    expect((await face.heard(answerTo(2))).error).toMatchObject({ message: 'Unknown tool: whoami' });
    await face.end();
  });
});
