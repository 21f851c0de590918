/** What holds around a caller: at another place, after another word, later. */
import { expect, it } from 'vitest';
import { Ledger } from '../../../src/engine/ledger.ts';
import { PlayedSource } from '../access/key-source.ts';
import { FakeDriver } from '../engine/support.ts';
import { ask, policyWorld, tool } from './policy/support.ts';
import { front, initialize, sseSession, toolCall } from './support.ts';

const PEER = '203.0.113.9';

it('[KEY-PROJECTS] a key that opens another project from now on keeps nothing of what it opened before', async () => {
  const source = new PlayedSource();
  const at = front({ keys: source, projects: { acme: { servers: { files: new FakeDriver() } } } });
  const key = source.add('ann');
  const { connection } = await sseSession(at, { 'x-api-key': key });
  const [entry] = source.keys;
  source.clear();
  expect(connection.isClosed).toBe(true);
  source.keys = entry ? [entry] : [];
  const again = await sseSession(at, { 'x-api-key': key });
  source.keys = entry ? [{ ...entry, projects: ['acme'] }] : [];
  source.add('another');
  expect(again.connection.isClosed).toBe(true);
});

it('[RATE-ADDRESS] an address has what the gateway says of addresses for its calls of projects, too', async () => {
  const driver = new FakeDriver();
  driver.answersCalls = true;
  const at = front({
    rates: { address: { calls: 2 } },
    projects: { acme: { servers: { files: driver }, limits: { rates: { address: { calls: 9 } } } } },
  });
  const status = async (path: string) =>
    (await at.ask('POST', path, { body: toolCall(1), peer: PEER })).status;
  expect([await status('/mcp'), await status('/projects/acme/mcp')]).toEqual([200, 200]);
  expect([await status('/mcp'), await status('/projects/acme/mcp')]).toEqual([429, 429]);
});

it('[RATE-GUESS] a good key at a place that is not its own is no guess', async () => {
  const projects = { acme: { servers: { files: new FakeDriver() }, apiKeys: ['acme-key'] } };
  const at = front({ apiKeys: ['root-key'], projects, rates: { failures: 2 } });
  const status = async (path: string, key: string) =>
    (await at.ask('POST', path, { body: toolCall(1), headers: { 'x-api-key': key }, peer: PEER })).status;
  for (let n = 0; n < 6; n++) expect(await status('/projects/acme/mcp', 'root-key')).toBe(404);
  expect(await status('/mcp', 'root-key')).toBe(200);
});

it('[ACCOUNT-ADDRESS] an address is counted in a project from when its rules say so, also for who was there', () => {
  const rules = (perAddress: object) => ({
    gateway: { all: {}, perCaller: {}, perAddress: { sessions: 9 } },
    projects: new Map([['acme', { perAddress }]]),
    isShared: true,
  });
  const ledger = new Ledger(rules({}));
  const visitor = { principal: 'acme/ann', project: 'acme', address: PEER };
  ledger.payersOf(visitor).take('sessions');
  ledger.change(rules({ sessions: 1 }), () => undefined);
  const payers = ledger.payersOf(visitor);
  expect(payers.excess('sessions')).toBeUndefined();
  payers.take('sessions');
  const other = { ...visitor, principal: 'acme/ben' };
  for (const one of [visitor, other])
    expect(ledger.payersOf(one).excess('sessions')).toMatchObject({ scope: 'address', limit: 1 });
});

it('[POLICY-READ-ONLY] what a tool says of itself is believed for a minute where no change is told', async () => {
  const at = policyWorld({ ann: { readOnly: true } });
  const key = { 'x-api-key': 'key-ann' };
  const opened = await at.ask('POST', '/servers/files/mcp', { body: initialize(), headers: key });
  const headers = { ...key, 'mcp-session-id': opened.headers['mcp-session-id'] ?? '' };
  const call = async () => {
    const body = toolCall(1, { name: 'search', arguments: {} });
    const reply = await at.ask('POST', '/servers/files/mcp', { body, headers });
    return (reply.body ?? '').includes('"error"');
  };
  expect(await call()).toBe(false);
  at.servers.files.has = { tools: [tool('search', false)] };
  at.runtime.advance(59_000);
  expect(await call()).toBe(false);
  at.runtime.advance(1_000);
  expect(await call()).toBe(true);
});

it.each([
  ['readOnly alone', { readOnly: true }],
  ['prompts alone', { prompts: [] }],
])(
  '[POLICY-BYTES] what is not known to be harmless reaches no server of a caller with %s',
  async (_, policy) => {
    const at = policyWorld({ ann: policy });
    const said = await ask(at, 'ann', 'legacy', '/servers/files/mcp', 'tools/run', { name: 'write_file' });
    expect(said.error?.code).toBe(-32601);
    const sent = at.servers.files.links.flatMap((link) => link.sent);
    expect(sent.filter(({ method }) => method === 'tools/run')).toEqual([]);
  },
);

it('[POLICY-SERVERS] on `/health` a caller that may not use everything learns no numbers of others', async () => {
  const at = policyWorld({ ann: { servers: { deny: ['web'] } }, ben: undefined });
  const told = async (who: string) =>
    Object.keys(
      JSON.parse((await at.ask('GET', '/health', { headers: { 'x-api-key': `key-${who}` } })).body ?? ''),
    );
  expect(await told('ben')).toContain('calls');
  expect(await told('ann')).not.toContain('calls');
  expect(await told('ann')).not.toContain('parked');
});
