/** The quiet routes of the admin API, the page, and MCP for operators. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuditReader } from '../../../src/edges/node/audit-read.ts';
import { ADMIN_KEY, bare, bearer, CALLER_KEY, type Desk, echo, openDesk, posted, spoken } from './desk.ts';

const headers = bearer(ADMIN_KEY);
const SECRET = 'a-secret-that-nobody-may-see';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly from: string;
}

async function json<T>(desk: Desk, path: string, init: RequestInit = { headers }): Promise<T> {
  const response = await desk.ask(path, init);
  return (await response.json()) as T;
}

describe('keys', () => {
  const revoke = (desk: Desk, id: string) => desk.ask(`/admin/api/keys/${id}`, { method: 'DELETE', headers });

  it('[ADMIN-KEYS] [ADMIN-ACTS] are made and good at once; who revokes one second is told so', async () => {
    const desk = await openDesk({
      apiKeys: [{ name: 'written', key: CALLER_KEY }],
      audit: { enabled: true },
    });
    const made = await desk.ask('/admin/api/keys', posted({ name: 'ann', expiresInDays: 3 }, headers));
    expect(made.status).toBe(201);
    const { key, entry } = (await made.json()) as { key: string; entry: Listed };
    const list = () => json<{ keys: Listed[] }>(desk, '/admin/api/keys');
    const { keys } = await list();
    expect(keys).toMatchObject([
      { name: 'ann', state: 'active', from: 'store' },
      { name: 'written', state: 'active', from: 'configuration' },
    ]);
    expect(JSON.stringify(keys)).not.toContain(key);
    const call = () => desk.ask('/mcp', spoken('tools/list', bearer(key)));
    expect((await call()).status).toBe(200);
    expect((await revoke(desk, entry.id)).status).toBe(204);
    expect((await call()).status).toBe(401);
    const second = await revoke(desk, entry.id);
    expect([second.status, await second.text()]).toEqual([409, expect.stringContaining('Somebody revoked')]);
    expect((await revoke(desk, keys[1]?.id ?? '')).status).toBe(409);
    expect((await revoke(desk, 'ffffffff')).status).toBe(404);
    expect(desk.recorder.of('operated').map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'keys.add ok',
      'keys.revoke ok',
      'keys.revoke conflict',
      'keys.revoke conflict',
      'keys.revoke not_found',
    ]);
    await desk.running.stop();
    const reader = new AuditReader(join(desk.config.dataDir, 'audit.db'));
    const acts = reader.last(100).filter(({ method }) => method?.startsWith('admin/'));
    reader.close();
    expect(acts.map(({ method, outcome }) => `${method} ${outcome}`)).toContain('admin/keys.revoke conflict');
    expect(acts[0]).toMatchObject({ target: 'ann', principal: expect.stringMatching(/^operator#/) });
  });

  it.each([{ name: 'a b' }, { name: 'slc_x' }, { name: 'ann', projects: ['nobody'] }, { names: 'ann' }])(
    '[ADMIN-KEYS] %j makes none',
    async (wanted) => {
      const desk = await openDesk();
      const response = await desk.ask('/admin/api/keys', posted(wanted, headers));
      expect(response.status).toBe(400);
      expect(existsSync(join(desk.config.dataDir, 'keys.db'))).toBe(false);
    },
  );
});

describe('the audit trail', () => {
  it('[ADMIN-AUDIT] is read page by page', async () => {
    const desk = await openDesk({ audit: { enabled: true } });
    for (let at = 0; at < 5; at++) await (await desk.ask('/mcp', spoken('tools/list', {}))).text();
    interface Page {
      readonly enabled: boolean;
      readonly rows: { readonly id: number; readonly method: string }[];
      readonly before?: number;
    }
    const page = (query: string) => json<Page>(desk, `/admin/api/audit?outcome=ok&limit=2${query}`);
    await expect
      .poll(async () => (await json<Page>(desk, '/admin/api/audit')).rows.length)
      .toBeGreaterThan(4);
    const first = await page('');
    const second = await page(`&before=${first.before}`);
    const third = await page(`&before=${second.before}`);
    const ids = [first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(ids).toEqual([...ids].toSorted((a, b) => b - a));
    expect([ids.length, new Set(ids).size, third.before]).toEqual([5, 5, undefined]);
    expect((await json<Page>(desk, '/admin/api/audit?server=nobody')).rows).toEqual([]);
  });

  it('[ADMIN-AUDIT] says that none is kept', async () => {
    expect(await json(await openDesk(), '/admin/api/audit')).toEqual({ enabled: false, rows: [] });
  });
});

describe('what there is', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk({
      apiKeys: [CALLER_KEY],
      policy: { tools: { deny: ['*/*'] } },
      mcpServers: { echo: { ...echo, env: { API_TOKEN: SECRET } }, two: echo },
      projects: { acme: { mcpServers: { files: echo } } },
    });
    return () => desk.running.stop();
  });

  it('[ADMIN-CONFIG] [ADMIN-DOCUMENT] [ADMIN-MCP] [ADMIN-ASKED] is told, listed and called', async () => {
    const { settings } = await json<{ settings: { path: string; value: unknown }[] }>(
      desk,
      '/admin/api/config',
    );
    expect(settings).toContainEqual({
      path: 'policy.tools.deny[0]',
      value: '*/*',
      source: expect.objectContaining({ kind: 'file' }),
    });
    expect(JSON.stringify(settings)).not.toMatch(new RegExp(`${SECRET}|${CALLER_KEY}|${ADMIN_KEY}`));

    const document = await json<{ paths: Record<string, object> }>(desk, '/admin/api/openapi.json');
    const paths = Object.keys(document.paths);
    for (const path of [
      'overview',
      'me',
      'login',
      'logout',
      'config',
      'keys',
      'keys/{id}',
      'audit',
      'servers/{name}/call',
    ])
      expect(paths).toContain(`/admin/api/${path}`);

    // As the SDK speaks, past a policy that leaves callers nothing.
    for (const name of ['echo', 'acme/files']) {
      const client = new Client({ name: 'desk', version: '1' });
      const url = new URL(`${desk.running.url}/admin/servers/${encodeURIComponent(name)}/mcp`);
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
      const { content } = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
      expect(content).toEqual([{ type: 'text', text: 'hello' }]);
      await client.close();
    }
    const modern = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
      ...headers,
    };
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'desk', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const listed = await desk.ask('/admin/mcp', spoken('tools/list', modern, { _meta: meta }));
    expect(await listed.text()).toContain('echo__echo');
    expect(
      (await desk.ask('/admin/servers/echo/mcp', { headers: { ...headers, accept: 'text/event-stream' } }))
        .status,
    ).toBe(405);

    const call = (name: string, body: object) =>
      desk.ask(`/admin/api/servers/${encodeURIComponent(name)}/call`, posted(body, headers));
    const called = await call('acme/files', { tool: 'echo', arguments: { text: 'hi' } });
    expect(await called.json()).toMatchObject({ result: { content: [{ text: 'hi' }] } });
    expect((await call('echo', { tool: 'nothing' })).status).toBe(502);
    expect((await call('nobody', { tool: 'echo' })).status).toBe(404);
    expect((await call('echo', { tool: 'echo', arguments: 1 })).status).toBe(400);
    const tools = await json<{ tools: { name: string }[] }>(desk, '/admin/api/servers/echo/tools');
    expect(tools.tools.map(({ name }) => name)).toContain('echo');
  });
});

describe('the page', () => {
  it('[ADMIN-PAGE] [ADMIN-REPORTS] is served from a list of files, with its policy', async () => {
    const desk = await openDesk({ apiKeys: [CALLER_KEY] });
    const page = await desk.ask('/console/');
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; report-uri ../admin/csp",
    );
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/html; charset=utf-8',
    });
    expect((await desk.ask('/console')).headers.get('location')).toBe('/console/');
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(text)?.[1] ?? '';
    for (const encoding of ['br', 'gzip', 'identity']) {
      const file = await desk.ask(`/console/${script}`, { headers: { 'accept-encoding': encoding } });
      expect([file.headers.get('content-encoding') ?? 'identity', file.headers.get('cache-control')]).toEqual(
        [encoding, 'public, max-age=31536000, immutable'],
      );
      expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    }
    const { url } = desk.running;
    for (const path of [
      '../package.json',
      '%2e%2e/package.json',
      '..%2fpackage.json',
      'assets/../../index.js',
      'assets',
      '/etc/passwd',
      'nothing',
    ])
      expect([path, await bare(url, `/console/${path}`)]).toEqual([
        path,
        expect.stringMatching(/^404 |^401 /),
      ]);

    for (const body of ['{"csp-report":{}}', 'x'.repeat(100_000)])
      expect((await desk.ask('/admin/csp', { method: 'POST', body })).status).toBe(204);
    expect(await json(desk, '/admin/api/overview')).toMatchObject({
      pageReports: 2,
      servers: 1,
      audit: false,
    });
  });
});
