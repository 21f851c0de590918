/** Every node is asked and acted on through any other: real sockets; what nodes share is in memory. */
import { expect, it } from 'vitest';
import type { NodeList } from '../../../src/edges/admin/contract/nodes.ts';
import { StreamableClient, textOf, toolCall } from '../../support/raw-clients.ts';
import { ADMIN_KEY, posted } from './desk.ts';
import { type HubDesk, withHubDesks } from './hub-desks.ts';

async function json<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

const codeOf = async (asked: Response | Promise<Response>) => {
  const answer = await asked;
  const { error } = await json<{ error: { code: string; hint?: string } }>(answer);
  return `${answer.status} ${error.code}${error.hint ? '' : ' without a hint'}`;
};

/** A session there, with a call in it. @returns its id as it is shown, and a call of it */
async function sessionAt(node: HubDesk) {
  const client = await StreamableClient.start(`${node.url}/mcp`, '2025-06-18');
  expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'far away' })))).toBe('far away');
  return { id: (client.sessionId ?? '').slice(0, 8), client };
}

it('[ANYNODE-LISTED] [ANYNODE-SEEN] a node lists the others, and shows all that they have', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    const { nodes, problem } = await json<NodeList>(near.ask('nodes'));
    expect([nodes, problem]).toEqual([
      [
        { name: 'n0', url: near.url, isThis: true, state: 'held' },
        { name: 'n1', url: far.url, isThis: false, state: 'held' },
      ],
      undefined,
    ]);
    const { id } = await sessionAt(far);
    expect(await json(near.ask('sessions'))).toMatchObject({ sessions: [], open: 0 });
    for (const name of ['n1', encodeURIComponent(far.url)]) {
      expect(await json(near.ask(`overview?node=${name}`))).toMatchObject({ node: 'n1', sessions: 1 });
      const { sessions } = await json<{ sessions: object[] }>(near.ask(`sessions?state=open&node=${name}`));
      expect(sessions).toMatchObject([{ id }]);
    }
    expect(await json(near.ask(`sessions/${id}?node=n1`))).toMatchObject({ id });
    expect(await codeOf(near.ask(`sessions/${id}?node=n0`))).toBe('404 unknown_session');
    const lines = await near.ask(`messages?node=n1&format=ndjson&session=${id}`);
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.headers.get('content-disposition')).toContain('messages.ndjson');
    expect((await lines.text()).split('\n').length).toBeGreaterThan(4);
    expect(await json(near.ask('servers?node=n1'))).toMatchObject({ servers: [{ name: 'fixture' }] });
    for (const path of ['stats', 'logs', 'config', 'servers/fixture', 'servers/fixture/tools'])
      expect((await near.ask(`${path}?node=n1`)).status, path).toBe(200);
    const head = await near.ask('overview?node=n1', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

it('[ANYNODE-ACTS] what is done there is told of at both nodes, with the operator and where they came from', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    const { id, client } = await sessionAt(far);
    const call = { tool: 'echo', arguments: { text: 'x'.repeat(200_000) } };
    const called = await json<{ result: { content: object[] } }>(
      near.ask('servers/fixture/call?node=n1', posted(call)),
    );
    expect(called.result.content).toEqual([{ type: 'text', text: call.arguments.text }]);
    expect((await near.ask('servers/fixture/restart?node=n1', { method: 'POST' })).status).toBe(200);
    expect((await near.ask(`sessions/${id}?node=n1`, { method: 'DELETE' })).status).toBe(204);
    expect((await client.post(toolCall(2, 'echo', { text: 'x' }))).status).toBe(404);
    expect(await codeOf(near.ask('sessions/12345678?node=n1', { method: 'DELETE' }))).toBe(
      '404 unknown_session',
    );
    const acts = (desk: HubDesk) =>
      desk.recorder.of('operated').map(({ action, target, outcome }) => `${action} ${target} ${outcome}`);
    expect(acts(far)).toEqual([
      'servers.call fixture/echo ok',
      'servers.restart fixture ok',
      `sessions.close ${id} ok`,
      'sessions.close 12345678 unknown_session',
    ]);
    expect(acts(near)).toEqual([
      'nodes.ask n1 POST /admin/api/servers/fixture/call ok',
      'nodes.ask n1 POST /admin/api/servers/fixture/restart ok',
      `nodes.ask n1 DELETE /admin/api/sessions/${id} ok`,
      'nodes.ask n1 DELETE /admin/api/sessions/12345678 unknown_session',
    ]);
    const who = near.recorder.of('operated')[0]?.operator ?? '';
    expect(who).toMatch(/^operator#k-[0-9a-f]{8}$/);
    for (const { operator, address } of far.recorder.of('operated'))
      expect([operator, address]).toEqual([`${who}@n0`, '127.0.0.1']);
  });
});

it('[ANYNODE-DOOR] nobody is let in who is not let in where the request lands', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    const token = await fetch(`${near.url}/admin/api/login`, posted({ token: near.admin.token() }));
    const cookie = token.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const bare = (path: string, init: RequestInit) => fetch(`${near.url}/admin/api/${path}`, init);
    const asked = [
      await bare('overview?node=n1', {}),
      await bare('overview?node=n1', { headers: { authorization: 'Bearer wrong' } }),
      await bare('servers/fixture/restart?node=n1', { method: 'POST', headers: { cookie } }),
      await bare('overview?node=n1', { headers: { cookie, origin: 'https://evil.example' } }),
    ];
    expect(asked.map(({ status }) => status)).toEqual([401, 401, 403, 403]);
    expect(far.recorder.of('operated')).toEqual([]);
    expect((await bare('overview?node=n1', { headers: { cookie } })).status).toBe(200);
    const meant = { method: 'POST', headers: { cookie, origin: near.url } };
    expect((await bare('servers/fixture/restart?node=n1', meant)).status).toBe(200);
    // Of that session the other node knows nothing by itself.
    expect((await fetch(`${far.url}/admin/api/overview`, { headers: { cookie } })).status).toBe(401);
    expect(JSON.stringify(far.recorder.events)).not.toContain(ADMIN_KEY);
  });
});

it('[ANYNODE-REFUSED] a node without an admin API, without keys of state, or that is gone says so', async () => {
  const patient = { timeout: 10_000 };
  await withHubDesks({ leaseMs: 500 }, async ({ hub, near, far }) => {
    far.admin.change({ ...far.config.admin, enabled: false });
    const becomes = (path: string, code: string, method = 'GET') =>
      expect.poll(() => codeOf(near.ask(path, { method })), patient).toBe(code);
    await becomes('overview?node=n1', '409 admin_off');
    await becomes('servers/fixture/restart?node=n1', '409 admin_off', 'POST');
    // It is not sure of anything before it has seen for a lease who is there.
    await becomes('overview?node=n9', '404 unknown_node');
    // One that hears nothing is known to be gone after its lease.
    await becomes('servers/fixture/restart?node=n1', '409 admin_off', 'POST');
    hub.pause('n1');
    const asked = await Promise.all([
      codeOf(near.ask('overview?node=n1')),
      codeOf(near.ask('servers/fixture/restart?node=n1', { method: 'POST' })),
    ]);
    expect(asked[0]).toMatch(/^(?:503 owner_uncertain|404 unknown_node)$/);
    expect(asked[1]).toMatch(/^(?:503 (?:node_lost|owner_uncertain)|404 unknown_node)$/);
    await expect.poll(async () => (await json<NodeList>(near.ask('nodes'))).nodes.length, patient).toBe(1);
    await becomes('overview?node=n1', '404 unknown_node');
  });
  await withHubDesks({ state: {} }, async ({ near }) => {
    expect((await json<NodeList>(near.ask('nodes'))).problem?.code).toBe('no_state_keys');
    expect(await codeOf(near.ask('overview?node=n1'))).toBe('409 no_state_keys');
    expect((await near.ask('overview?node=n0')).status).toBe(200);
  });
});
