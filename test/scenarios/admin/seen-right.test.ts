/** What operators see and do, where it was not so once. */
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { ADMIN_KEY, bearer, openDesk, posted, spoken } from './desk.ts';
import { type TestRedis, startRedis } from '../../support/redis.ts';

const TOOLS = fileURLToPath(new URL('../../fixtures/server/stdio.ts', import.meta.url));
const mcpServers = { tools: { command: process.execPath, args: [TOOLS] } };
const SHOWN = bearer(ADMIN_KEY);

let redis: TestRedis | undefined;
afterAll(() => redis?.stop());

async function stateIn(metrics: Response, server: string): Promise<string | undefined> {
  const text = await metrics.text();
  return new RegExp(`sluice_upstream_state\\{server="${server}",state="(\\w+)"\\} 1`).exec(text)?.[1];
}

it('[SEEN-FAILED-TOOLS] a tool that failed is an error, in either era', async () => {
  const desk = await openDesk({ mcpServers });
  const failing = posted({ tool: 'error', arguments: { message: 'no!' } }, SHOWN);
  expect((await desk.ask('/admin/api/servers/tools/call', failing)).status).toBe(200);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const head = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'error' };
  const params = { _meta, name: 'error', arguments: { message: 'no!' } };
  const modern = await desk.ask('/servers/tools/mcp', spoken('tools/call', head, params));
  expect(await modern.text()).toContain('"isError":true');
  const view = await desk.ask('/admin/api/servers/tools', { headers: SHOWN });
  expect(await view.json()).toMatchObject({ errors: 2 });
});

it('[SEEN-DISABLED] [SEEN-REPORTS] metrics say what the console says', async () => {
  const desk = await openDesk({ mcpServers });
  const listed = await desk.ask('/admin/api/servers/tools/tools', { headers: SHOWN });
  expect(listed.status).toBe(200);
  const disable = { method: 'POST', headers: SHOWN };
  expect((await desk.ask('/admin/api/servers/tools/disable', disable)).status).toBe(200);
  expect((await desk.ask('/admin/csp', { method: 'POST', body: '{}' })).status).toBe(204);
  const metrics = await desk.ask('/metrics');
  expect(await stateIn(metrics.clone(), 'tools')).toBe('disabled');
  expect(await metrics.text()).toContain('\nsluice_csp_reports_total 1\n');
});

it('[SEEN-HEAD] the head of the live events is an answer', async () => {
  const desk = await openDesk();
  for (let at = 0; at < 20; at++) {
    const signal = AbortSignal.timeout(3_000);
    const reply = await desk.ask('/admin/api/events', { method: 'HEAD', headers: SHOWN, signal });
    expect(reply.status).toBe(200);
  }
});

it('[SEEN-BRAKED-TOKEN] a token that was not looked at is not used up', async () => {
  const desk = await openDesk({ limits: { rates: { failures: '2/s' } } });
  const login = posted({ token: desk.running.consoleToken() });
  const wrong = posted({ key: 'wrong-wrong-wrong-wrong' });
  let status = 0;
  while (status !== 429) ({ status } = await desk.ask('/admin/api/login', wrong));
  const statuses: number[] = [];
  while (statuses.at(-1) === undefined || statuses.at(-1) === 429)
    statuses.push((await desk.ask('/admin/api/login', login)).status);
  expect([statuses[0], statuses.at(-1)]).toEqual([429, 200]);
});

it('[SEEN-WORDS] refusals are those of the admin API', async () => {
  const desk = await openDesk();
  const told = async (path: string, init: RequestInit) =>
    (await (await desk.ask(path, init)).json()) as { error: { code: string; hint: string } };
  const odd = [
    await told('/admin/api/me', { method: 'OPTIONS', headers: SHOWN }),
    await told('/admin/api/login', { ...posted({}), headers: { 'content-type': 'text/plain' } }),
    await told('/admin/api/login', { ...posted({}), body: '{' }),
    await told('/admin/api/stats?seconds=x', { headers: SHOWN }),
  ];
  expect(odd.map(({ error }) => error.code)).toEqual([
    ...['method_not_allowed', 'invalid_request', 'invalid_request', 'invalid_params'],
  ]);
  expect(odd.map(({ error }) => error.hint).join()).not.toMatch(/JSON-RPC|the method\./);
});

it('[SEEN-CLIENT-TEXTS] a key in the name of a client or of a resource is not shown', async () => {
  const [inName, inUri, inAgent] = ['name', 'uri', 'agent'].map((at) => `slc_${at.repeat(20)}`);
  const cut = 'planted'.repeat(10);
  const desk = await openDesk({ mcpServers: { tools: { ...mcpServers.tools, env: { TOKEN: cut } } } });
  const feed = await desk.ask('/admin/api/events', { headers: SHOWN });
  const clientInfo = { name: `client ${inName}`, version: '1' };
  const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const agent = { 'user-agent': `agent ${inAgent}` };
  const opened = await desk.ask('/servers/tools/mcp', spoken('initialize', agent, hello));
  const head = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
  await opened.text();
  const uri = `test://x?token=${inUri}`;
  await (await desk.ask('/servers/tools/mcp', spoken('resources/read', head, { uri }))).text();
  // The key begins before the 8 KiB that are shown end.
  const long = { name: 'echo', arguments: { a: 'x'.repeat(8_000), b: ' '.repeat(55), c: cut } };
  await (await desk.ask('/servers/tools/mcp', spoken('tools/call', head, long))).text();
  const texts: string[] = [];
  const reader = (feed.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  while (!texts.join('').includes('"method":"tools/call"'))
    texts.push(decoder.decode((await reader.read()).value));
  await reader.cancel();
  for (const path of ['sessions?state=all', 'messages'])
    texts.push(await (await desk.ask(`/admin/api/${path}`, { headers: SHOWN })).text());
  const all = texts.join('');
  expect(all).toContain('client ***');
  expect(all).toContain('"isCut":true');
  for (const secret of [inName, inUri, inAgent, cut.slice(0, 20)]) expect(all).not.toContain(secret);
});

it('[SEEN-VERSION] an `initialize` is counted with the version that it agreed on', async () => {
  const desk = await openDesk({ mcpServers });
  const clientInfo = { name: 'one', version: '1' };
  const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  await (await desk.ask('/servers/tools/mcp', spoken('initialize', {}, hello))).text();
  const text = await (await desk.ask('/metrics')).text();
  const found = /mcp_server_operation_duration_seconds_count\{mcp_method_name="initialize",(.*)\} 1/.exec(
    text,
  );
  expect(found?.[1]).toContain('mcp_protocol_version="2025-06-18"');
});

it('[SEEN-TOSSED] a cookie that somebody else put before ours is passed over', async () => {
  const desk = await openDesk();
  const { cookie = '', origin = '' } = await desk.signIn();
  const [name] = cookie.split('=');
  const headers = { cookie: `${name}=somebody-elses; ${cookie}; ${name}=`, origin };
  expect((await desk.ask('/admin/api/me', { headers })).status).toBe(200);
  expect((await desk.ask('/admin/api/logout', { method: 'POST', headers })).status).toBe(204);
  expect((await desk.ask('/admin/api/me', { headers })).status).toBe(401);
});

it('[SEEN-METRICS-TAKEN] is told with its own address', async () => {
  const desk = await openDesk();
  const { host } = new URL(desk.running.url);
  await expect(openDesk({ metrics: { listen: host } })).rejects.toThrow(
    `The metrics cannot be served on ${host} (EADDRINUSE)`,
  );
});

it('[SEEN-NODES] each node names the others', async () => {
  redis = await startRedis();
  const cluster = { redis: redis.url };
  const [one, other] = [await openDesk({ cluster }), await openDesk({ cluster })];
  await expect
    .poll(async () => {
      const reply = await one.ask('/admin/api/overview', { headers: SHOWN });
      return ((await reply.json()) as { nodes: string[] }).nodes;
    })
    .toEqual([other.running.url]);
});
