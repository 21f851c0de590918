/** Who calls, as it is told to the node that has the session: no more than what was proven, and no proof itself. */
import { describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { RelayHub } from '../../../support/relay-hub.ts';
import { bytesOf, FakeDriver, FakeResponder } from '../../engine/support.ts';
import { FakeRequest, front, initialize, JSON_POST, streamableSession, toolCall } from '../support.ts';
import { shown, tokenFront, turns } from '../token-front.ts';
import { joined, settled } from './two-nodes.ts';

const state = { keys: [{ id: 'k', secret: randomBytes(32).toString('base64') }] };

/** All that is said on the bus, as whoever reads it sees it. */
function overheard(hub: RelayHub): () => string {
  const said: string[] = [];
  hub.heard = (data) => void said.push(Buffer.from(data).toString('latin1'));
  return () => said.join('\n');
}

/** A server that is shown credentials had for the token of each caller, and a header. */
function personal(): {
  driver: FakeDriver;
  servers: Record<string, { driver: FakeDriver; forwardHeaders: string[] }>;
} {
  const driver = Object.assign(new FakeDriver(), { personal: 'subject' as const, answersCalls: true });
  return { driver, servers: { srv: { driver, forwardHeaders: ['X-Tenant'] } } };
}

async function tokenNodes(options: () => object = () => ({})) {
  const hub = new RelayHub();
  const near = joined(tokenFront({ state, ...options() }), 'near', hub);
  const owner = joined(tokenFront({ state, ...options() }), 'owner', hub);
  near.where.is = { node: 'owner' };
  const begun = await owner.ask('POST', '/mcp', 'token-of-yesterday', { body: initialize() });
  const session = begun.headers['mcp-session-id'] ?? '';
  const ask = async (token: string, body: unknown) => {
    const headers = {
      ...JSON_POST,
      ...shown(token),
      host: 'localhost:8808',
      'mcp-session-id': session,
      'x-tenant': 'tenant-of-ann',
      cookie: 'crumbs-of-ann',
    };
    const reply = new FakeResponder();
    near.front.handle(new FakeRequest('POST', '/mcp', headers, Promise.resolve(bytesOf(body))), reply);
    await turns();
    await settled();
    return reply;
  };
  return { hub, near, owner, ask };
}

describe('a caller with a token', () => {
  it('[CARRY-CALLER] is at the owner who it is here, and what it proved itself with stays here', async () => {
    const { hub, ask } = await tokenNodes();
    const said = overheard(hub);
    const reply = await ask('token-of-today', toolCall(1));
    expect(reply.status).toBe(200);
    expect(said()).toContain('ann@https%3A%2F%2Fauth.example');
    expect(said()).not.toContain('token-of-today');
    expect(said()).not.toContain('crumbs');
  });

  it('[CARRY-SEALED] what a server is to be sent travels sealed, the latest token among it', async () => {
    const drivers: FakeDriver[] = [];
    const { hub, ask } = await tokenNodes(() => {
      const { driver, servers } = personal();
      drivers.push(driver);
      return { servers };
    });
    const said = overheard(hub);
    const reply = await ask('token-of-today', toolCall(1));
    expect(reply.status).toBe(200);
    expect(drivers[1]?.link.context.subject?.token).toBe('token-of-today');
    for (const secret of ['token-of-today', 'tenant-of-ann', 'crumbs']) expect(said()).not.toContain(secret);
  });

  it('[CARRY-CALLER] what its token allows is the same there', async () => {
    const oauth = (policies: object) => ({
      oauth: {
        issuer: 'https://auth.example',
        audience: 'all',
        introspection: { url: 'https://auth.example/introspect', clientId: 'c', clientSecret: 'long-secret' },
        policies,
      },
    });
    const hub = new RelayHub();
    const world = (tool: string) =>
      tokenFront({ state, ...oauth({ read: { tools: [tool] } }) } as never, { scope: 'read' });
    const near = joined(world('srv/t'), 'near', hub);
    const owner = joined(world('srv/t'), 'owner', hub);
    const other = joined(world('srv/other'), 'other', hub);
    near.where.is = other.where.is = { node: 'owner' };
    const tools = ['t', 'hidden', 'other'].map((name) => ({ name, inputSchema: { type: 'object' } }));
    owner.driver.script = ({ method }) => (method === 'tools/list' ? { result: { tools } } : undefined);
    const begun = await owner.ask('POST', '/mcp', 'one', { body: initialize() });
    const headers = {
      ...JSON_POST,
      ...shown('two'),
      host: 'localhost:8808',
      'mcp-session-id': begun.headers['mcp-session-id'] ?? '',
    };
    const call = async (node: typeof near, name: string) => {
      const reply = new FakeResponder();
      const body = Promise.resolve(bytesOf(toolCall(1, { name })));
      node.front.handle(new FakeRequest('POST', '/mcp', headers, body), reply);
      await turns();
      await settled();
      return [reply.status, reply.body];
    };
    expect((await call(near, 't'))[0]).toBe(200);
    const hidden = await call(near, 'hidden');
    expect(hidden[1]).toContain('unknown_tool');
    expect(hidden).toEqual(await call(owner, 'hidden'));
    // By the rules of a node that has others it is not the same mount, and so not this session's.
    expect((await call(other, 'other'))[0]).toBe(404);
  });
});

describe('a caller with a key', () => {
  it('[CARRY-CALLER] that the owner does not know is nobody there', async () => {
    const hub = new RelayHub();
    const keys = (name: string) => ({ apiKeys: [{ name, key: `slc_${name}_long_enough_for_all` }] });
    const near = joined(front(keys('ada')), 'near', hub);
    const owner = joined(front(keys('bob')), 'owner', hub);
    near.where.is = { node: 'owner' };
    const session = await streamableSession(owner, shown('slc_bob_long_enough_for_all'));
    const said = overheard(hub);
    const { responder } = near.begin('POST', '/mcp', {
      body: toolCall(1),
      headers: { 'mcp-session-id': session, ...shown('slc_ada_long_enough_for_all') },
    });
    await settled();
    expect(responder.status).toBe(401);
    expect(said()).not.toContain('slc_ada');
  });
});

describe('a token of an issuer that the owner does not believe', () => {
  it('[CARRY-CALLER] opens nothing there', async () => {
    const hub = new RelayHub();
    const near = joined(tokenFront({ state }), 'near', hub);
    joined(front({ state, apiKeys: ['slc_somebody_else_entirely'] }), 'owner', hub);
    near.where.is = { node: 'owner' };
    const headers = { ...JSON_POST, ...shown('token'), host: 'localhost:8808', 'mcp-session-id': 'any' };
    const reply = new FakeResponder();
    const body = Promise.resolve(bytesOf(toolCall(1)));
    near.front.handle(new FakeRequest('POST', '/mcp', headers, body), reply);
    await turns();
    await settled();
    expect(reply.status).toBe(401);
  });
});

describe('counting', () => {
  it('[CARRY-COUNTED] a carried request counts once, at the owner', async () => {
    const hub = new RelayHub();
    const limits = { callsPerMinute: 60, burst: 3 };
    const near = joined(front(limits), 'near', hub);
    const owner = joined(front(limits), 'owner', hub);
    near.where.is = { node: 'owner' };
    const session = await streamableSession(owner);
    const ask = async () => {
      const { responder } = near.begin('POST', '/mcp', {
        body: toolCall(1),
        headers: { 'mcp-session-id': session },
      });
      await settled();
      return responder.status;
    };
    // `initialize` was the first of three.
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    // Nothing was counted where it landed.
    near.where.is = 'here';
    for (let each = 0; each < 3; each++) await streamableSession(near);
  });
});
